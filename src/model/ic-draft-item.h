/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study in the draft of a transfer, in a list. Immutable. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the page that chose the study knows of it. */
typedef struct
{
  const char *study_uid;
  const char *source; /* name of the node; "" for what is here */
  const char *date;   /* YYYYMMDD */
  const char *description;
  const char *modalities; /* as (0008,0061): "CT\SR" */
  guint n_series;
  guint n_instances;
  guint64 size_bytes; /* 0: not known */
} IcDraftStudy;

#define IC_TYPE_DRAFT_ITEM (ic_draft_item_get_type ())
G_DECLARE_FINAL_TYPE (IcDraftItem, ic_draft_item, IC, DRAFT_ITEM, GObject)

/* @study is copied; NULL strings count as "". */
IcDraftItem *ic_draft_item_new (const IcDraftStudy *study);

const IcDraftStudy *ic_draft_item_get_study (IcDraftItem *self);

G_END_DECLS
