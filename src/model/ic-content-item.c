/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-content-item.h"

struct _IcContentItem
{
  GObject parent_instance;

  IcContentFields fields;
  gboolean is_selected;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_DETAIL,
  PROP_SELECTED,
  PROP_IS_STUDY,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcContentItem, ic_content_item, G_TYPE_OBJECT)

static void
ic_content_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcContentItem *self = IC_CONTENT_ITEM (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->fields.title);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->fields.detail);
      break;
    case PROP_SELECTED:
      g_value_set_boolean (value, self->is_selected);
      break;
    case PROP_IS_STUDY:
      g_value_set_boolean (value, ic_content_item_is_study (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ic_content_item_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ic_content_item_set_selected (IC_CONTENT_ITEM (object), g_value_get_boolean (value));
}

static void
ic_content_item_finalize (GObject *object)
{
  IcContentFields *fields = &IC_CONTENT_ITEM (object)->fields;

  g_free (fields->study_uid);
  g_free (fields->series_uid);
  g_free (fields->source);
  g_free (fields->title);
  g_free (fields->detail);
  G_OBJECT_CLASS (ic_content_item_parent_class)->finalize (object);
}

static void
ic_content_item_class_init (IcContentItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ic_content_item_get_property;
  object_class->set_property = ic_content_item_set_property;
  object_class->finalize = ic_content_item_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  properties[PROP_SELECTED] =
      g_param_spec_boolean ("selected", NULL, NULL, TRUE,
                            flags | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_IS_STUDY] = g_param_spec_boolean ("is-study", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_content_item_init (IcContentItem *self)
{
}

IcContentItem *
ic_content_item_new (const IcContentFields *fields, gboolean is_selected)
{
  IcContentItem *self = g_object_new (IC_TYPE_CONTENT_ITEM, NULL);

  self->fields = *fields;
  self->is_selected = is_selected;
  return self;
}

const IcContentFields *
ic_content_item_get_fields (IcContentItem *self)
{
  g_return_val_if_fail (IC_IS_CONTENT_ITEM (self), NULL);
  return &self->fields;
}

gboolean
ic_content_item_is_study (IcContentItem *self)
{
  g_return_val_if_fail (IC_IS_CONTENT_ITEM (self), FALSE);
  return self->fields.series_uid == NULL;
}

gboolean
ic_content_item_is_selected (IcContentItem *self)
{
  g_return_val_if_fail (IC_IS_CONTENT_ITEM (self), FALSE);
  return self->is_selected;
}

void
ic_content_item_set_selected (IcContentItem *self, gboolean selected)
{
  g_return_if_fail (IC_IS_CONTENT_ITEM (self));
  if (self->is_selected == selected)
    return;
  self->is_selected = selected;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

guint
ic_content_item_count (IcContentItem *self)
{
  g_return_val_if_fail (IC_IS_CONTENT_ITEM (self), 0);
  return MAX (self->fields.n_expected, self->fields.n_here);
}

gboolean
ic_content_item_counts (IcContentItem *self)
{
  g_return_val_if_fail (IC_IS_CONTENT_ITEM (self), FALSE);
  return ic_content_item_is_selected (self) &&
         (!ic_content_item_is_study (self) || !ic_content_item_get_fields (self)->has_series);
}
