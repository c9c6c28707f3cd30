/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-draft-item.h"

struct _IcDraftItem
{
  GObject parent_instance;

  IcDraftStudy study;
  GStringChunk *strings;
};

G_DEFINE_FINAL_TYPE (IcDraftItem, ic_draft_item, G_TYPE_OBJECT)

static void
ic_draft_item_finalize (GObject *object)
{
  g_string_chunk_free (IC_DRAFT_ITEM (object)->strings);
  G_OBJECT_CLASS (ic_draft_item_parent_class)->finalize (object);
}

static void
ic_draft_item_class_init (IcDraftItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_draft_item_finalize;
}

static void
ic_draft_item_init (IcDraftItem *self)
{
  self->strings = g_string_chunk_new (256);
}

static const char *
keep (IcDraftItem *self, const char *text)
{
  return g_string_chunk_insert (self->strings, text != NULL ? text : "");
}

IcDraftItem *
ic_draft_item_new (const IcDraftStudy *study)
{
  IcDraftItem *self = g_object_new (IC_TYPE_DRAFT_ITEM, NULL);

  self->study = *study;
  self->study.study_uid = keep (self, study->study_uid);
  self->study.source = keep (self, study->source);
  self->study.date = keep (self, study->date);
  self->study.description = keep (self, study->description);
  self->study.modalities = keep (self, study->modalities);
  return self;
}

const IcDraftStudy *
ic_draft_item_get_study (IcDraftItem *self)
{
  g_return_val_if_fail (IC_IS_DRAFT_ITEM (self), NULL);
  return &self->study;
}
