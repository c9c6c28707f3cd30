/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-file-row.h"

#include "ui/ic-dialogs.h"

#include <glib/gi18n.h>

struct _IcFileRow
{
  AdwActionRow parent_instance;

  char *path;
  char *none;
};

enum
{
  PROP_0,
  PROP_PATH,
  PROP_NONE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcFileRow, ic_file_row, ADW_TYPE_ACTION_ROW)

static void
show (IcFileRow *self)
{
  g_autofree char *name = g_filename_display_basename (self->path);
  g_autofree char *escaped = g_markup_escape_text (*self->path != '\0' ? name : self->none, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), escaped);
}

static void
chosen_cb (GFile *file, gpointer user_data)
{
  g_autoptr(IcFileRow) self = user_data;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    ic_file_row_set_path (self, path);
}

static void
choose_cb (IcFileRow *self)
{
  ic_dialogs_choose_file (GTK_WIDGET (self), _ ("Choose a PEM file"), chosen_cb,
                          g_object_ref (self));
}

static void
forget_cb (IcFileRow *self)
{
  ic_file_row_set_path (self, "");
}

static void
ic_file_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcFileRow *self = IC_FILE_ROW (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_NONE:
      g_value_set_string (value, self->none);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ic_file_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  IcFileRow *self = IC_FILE_ROW (object);

  switch (id)
    {
    case PROP_PATH:
      ic_file_row_set_path (self, g_value_get_string (value));
      break;
    case PROP_NONE:
      g_free (self->none);
      self->none = g_value_dup_string (value);
      show (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ic_file_row_finalize (GObject *object)
{
  IcFileRow *self = IC_FILE_ROW (object);

  g_free (self->path);
  g_free (self->none);
  G_OBJECT_CLASS (ic_file_row_parent_class)->finalize (object);
}

static void
ic_file_row_class_init (IcFileRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ic_file_row_get_property;
  object_class->set_property = ic_file_row_set_property;
  object_class->finalize = ic_file_row_finalize;
  properties[PROP_PATH] =
      g_param_spec_string ("path", NULL, NULL, "",
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_NONE] =
      g_param_spec_string ("none", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-file-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, forget_cb);
}

static void
ic_file_row_init (IcFileRow *self)
{
  self->path = g_strdup ("");
  self->none = g_strdup (_ ("None"));
  gtk_widget_init_template (GTK_WIDGET (self));
  show (self);
}

const char *
ic_file_row_get_path (IcFileRow *self)
{
  g_return_val_if_fail (IC_IS_FILE_ROW (self), NULL);
  return self->path;
}

void
ic_file_row_set_path (IcFileRow *self, const char *path)
{
  g_return_if_fail (IC_IS_FILE_ROW (self));

  if (g_strcmp0 (self->path, path) == 0)
    return;
  g_free (self->path);
  self->path = g_strdup (path != NULL ? path : "");
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
}
