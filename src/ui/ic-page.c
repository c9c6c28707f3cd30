/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-page.h"

typedef struct
{
  IcWorkspace *workspace;
  char *title;
  char *icon_name;
  guint waiting;
} IcPagePrivate;

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_ICON_NAME,
  PROP_WAITING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (IcPage, ic_page, ADW_TYPE_BIN)

static void
ic_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcPagePrivate *priv = ic_page_get_instance_private (IC_PAGE (object));

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, priv->icon_name);
      break;
    case PROP_WAITING:
      g_value_set_uint (value, priv->waiting);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ic_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IcPagePrivate *priv = ic_page_get_instance_private (IC_PAGE (object));

  switch (id)
    {
    case PROP_TITLE:
      g_free (priv->title);
      priv->title = g_value_dup_string (value);
      gtk_accessible_update_property (GTK_ACCESSIBLE (object), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      priv->title, -1);
      break;
    case PROP_ICON_NAME:
      g_free (priv->icon_name);
      priv->icon_name = g_value_dup_string (value);
      break;
    case PROP_WAITING:
      ic_page_set_waiting (IC_PAGE (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ic_page_dispose (GObject *object)
{
  IcPagePrivate *priv = ic_page_get_instance_private (IC_PAGE (object));

  g_clear_object (&priv->workspace);
  G_OBJECT_CLASS (ic_page_parent_class)->dispose (object);
}

static void
ic_page_finalize (GObject *object)
{
  IcPagePrivate *priv = ic_page_get_instance_private (IC_PAGE (object));

  g_free (priv->title);
  g_free (priv->icon_name);
  G_OBJECT_CLASS (ic_page_parent_class)->finalize (object);
}

static void
ic_page_class_init (IcPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ic_page_get_property;
  object_class->set_property = ic_page_set_property;
  object_class->dispose = ic_page_dispose;
  object_class->finalize = ic_page_finalize;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  properties[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_page_init (IcPage *self)
{
}

void
ic_page_start (IcPage *self, IcWorkspace *workspace)
{
  IcPagePrivate *priv = ic_page_get_instance_private (self);

  g_return_if_fail (IC_IS_PAGE (self) && priv->workspace == NULL);
  priv->workspace = g_object_ref (workspace);
  if (IC_PAGE_GET_CLASS (self)->start != NULL)
    IC_PAGE_GET_CLASS (self)->start (self);
}

void
ic_page_refresh (IcPage *self)
{
  g_return_if_fail (IC_IS_PAGE (self));
  if (IC_PAGE_GET_CLASS (self)->refresh != NULL)
    IC_PAGE_GET_CLASS (self)->refresh (self);
}

gboolean
ic_page_step_back (IcPage *self)
{
  g_return_val_if_fail (IC_IS_PAGE (self), FALSE);
  return IC_PAGE_GET_CLASS (self)->step_back != NULL && IC_PAGE_GET_CLASS (self)->step_back (self);
}

void
ic_page_show_patient (IcPage *self, const char *patient_id)
{
  g_return_if_fail (IC_IS_PAGE (self));
  if (IC_PAGE_GET_CLASS (self)->show_patient != NULL)
    IC_PAGE_GET_CLASS (self)->show_patient (self, patient_id);
}

void
ic_page_enter (IcPage *self)
{
  g_return_if_fail (IC_IS_PAGE (self));
  if (IC_PAGE_GET_CLASS (self)->enter != NULL)
    IC_PAGE_GET_CLASS (self)->enter (self);
}

IcWorkspace *
ic_page_get_workspace (IcPage *self)
{
  IcPagePrivate *priv = ic_page_get_instance_private (self);

  g_return_val_if_fail (IC_IS_PAGE (self), NULL);
  return priv->workspace;
}

const char *
ic_page_get_title (IcPage *self)
{
  IcPagePrivate *priv = ic_page_get_instance_private (self);

  g_return_val_if_fail (IC_IS_PAGE (self), NULL);
  return priv->title;
}

guint
ic_page_get_waiting (IcPage *self)
{
  IcPagePrivate *priv = ic_page_get_instance_private (self);

  g_return_val_if_fail (IC_IS_PAGE (self), 0);
  return priv->waiting;
}

void
ic_page_set_waiting (IcPage *self, guint waiting)
{
  IcPagePrivate *priv = ic_page_get_instance_private (self);

  g_return_if_fail (IC_IS_PAGE (self));
  if (priv->waiting == waiting)
    return;
  priv->waiting = waiting;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING]);
}
