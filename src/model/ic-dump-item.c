/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-dump-item.h"

#include "words/ic-words.h"

#include <string.h>

struct _IcDumpItem
{
  GObject parent_instance;

  char *texts[4]; /* of the properties in their order */
  char *folded;   /* for searching */
};

enum
{
  PROP_TAG = 1,
  PROP_NAME,
  PROP_VALUE,
  PROP_VR,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (IcDumpItem, ic_dump_item, G_TYPE_OBJECT)

static void
ic_dump_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcDumpItem *self = IC_DUMP_ITEM (object);

  g_value_set_string (value, self->texts[id - 1]);
}

static void
ic_dump_item_finalize (GObject *object)
{
  IcDumpItem *self = IC_DUMP_ITEM (object);

  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    g_free (self->texts[i]);
  g_free (self->folded);
  G_OBJECT_CLASS (ic_dump_item_parent_class)->finalize (object);
}

static void
ic_dump_item_class_init (IcDumpItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  static const char *const names[] = { NULL, "tag", "name", "value", "vr" };

  object_class->get_property = ic_dump_item_get_property;
  object_class->finalize = ic_dump_item_finalize;
  for (guint i = 1; i < N_PROPS; i++)
    props[i] =
        g_param_spec_string (names[i], NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
ic_dump_item_init (IcDumpItem *self)
{
}

IcDumpItem *
ic_dump_item_new (const IcDumpRow *row)
{
  IcDumpItem *self = g_object_new (IC_TYPE_DUMP_ITEM, NULL);
  g_autofree char *indent = g_strnfill (2 * (gsize) row->depth, ' ');
  g_autofree char *value = ic_words_dup_printable (row->value);
  g_autofree char *all = g_strjoin ("\n", row->tag, row->name, value, NULL);

  self->texts[PROP_TAG - 1] = g_strconcat (indent, row->tag, NULL);
  self->texts[PROP_NAME - 1] = g_strconcat (indent, row->name, NULL);
  self->texts[PROP_VALUE - 1] = g_steal_pointer (&value);
  self->texts[PROP_VR - 1] = g_strdup (row->vr);
  self->folded = g_utf8_casefold (all, -1);
  return self;
}

gboolean
ic_dump_item_contains (IcDumpItem *self, const char *folded)
{
  g_return_val_if_fail (IC_IS_DUMP_ITEM (self), FALSE);
  return strstr (self->folded, folded) != NULL;
}
