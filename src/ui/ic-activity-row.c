/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-activity-row.h"

#include "ui/ic-dialogs.h"

#include <glib/gi18n.h>

#define MINUTE_S 60

struct _IcActivityRow
{
  GtkWidget parent_instance;

  IcActivity *activity;
  GtkProgressBar *bar;
  GtkLabel *detail;
  GtkWidget *request;
  GtkLabel *request_label;
};

enum
{
  PROP_0,
  PROP_ACTIVITY,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcActivityRow, ic_activity_row, GTK_TYPE_WIDGET)

char *
ic_activity_row_dup_time_left (gint64 seconds)
{
  guint minutes = (guint) ((seconds + MINUTE_S - 1) / MINUTE_S);

  if (seconds < 0)
    return NULL;
  if (seconds < MINUTE_S)
    return g_strdup (_ ("less than a minute left"));
  return g_strdup_printf (ngettext ("about %u minute left", "about %u minutes left", minutes),
                          minutes);
}

static char *
dup_detail (IcActivity *activity)
{
  g_autofree char *subtitle = NULL;
  g_autofree char *message = NULL;
  g_autofree char *left = NULL;
  gboolean active = FALSE;
  gboolean running = FALSE;
  gint64 seconds = -1;

  g_object_get (activity, "subtitle", &subtitle, "message", &message, "active", &active, "running",
                &running, "seconds-left", &seconds, NULL);
  if (!active)
    return g_strdup (ic_activity_get_outcome (activity));
  if (!running)
    /* Translators: "2 studies from ARCHIVE" · it has not begun. */
    return g_strdup_printf (_ ("%s · waiting"), subtitle);
  left = ic_activity_row_dup_time_left (seconds);
  if (message == NULL || *message == '\0')
    return left != NULL ? g_strdup_printf ("%s · %s", subtitle, left) : g_strdup (subtitle);
  return left != NULL ? g_strdup_printf ("%s · %s", message, left) : g_strdup (message);
}

static void
show_detail (IcActivityRow *self)
{
  g_autofree char *detail = dup_detail (self->activity);
  const char *request = ic_activity_get_request (self->activity);

  gtk_label_set_text (self->detail, detail);
  gtk_label_set_text (self->request_label, request != NULL ? request : "");
  gtk_widget_set_visible (self->request, request != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), request == NULL);
  if (!ic_activity_is_finished (self->activity))
    return;
  gtk_widget_remove_css_class (GTK_WIDGET (self->detail), "dim-label");
  if (!ic_activity_is_proved (self->activity))
    gtk_widget_add_css_class (GTK_WIDGET (self->detail), "error");
}

static void
answered_cb (gboolean agreed, gpointer user_data)
{
  g_autoptr(IcActivity) activity = user_data;

  if (agreed)
    ic_activity_cancel (activity);
}

void
ic_activity_row_stop (GtkWidget *parent, IcActivity *activity)
{
  const IcDialogsQuestion question = {
    .heading = _ ("Stop and spoil the disc?"),
    .body = _ ("The drive is writing. If it is stopped now, the disc cannot be used."),
    .cancel = _ ("Go on writing"),
    .action = _ ("Stop"),
    .is_destructive = TRUE,
  };

  if (ic_job_get_interruptible (ic_activity_get_job (activity)))
    ic_activity_cancel (activity);
  else
    ic_dialogs_ask (parent, &question, answered_cb, g_object_ref (activity));
}

static void
cancel_clicked_cb (IcActivityRow *self)
{
  ic_activity_row_stop (GTK_WIDGET (self), self->activity);
}

static void
ic_activity_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, IC_ACTIVITY_ROW (object)->activity);
}

static void
ic_activity_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  g_set_object (&IC_ACTIVITY_ROW (object)->activity, g_value_get_object (value));
}

static void
ic_activity_row_dispose (GObject *object)
{
  IcActivityRow *self = IC_ACTIVITY_ROW (object);

  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->activity);
  G_OBJECT_CLASS (ic_activity_row_parent_class)->dispose (object);
}

static void
ic_activity_row_class_init (IcActivityRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ic_activity_row_get_property;
  object_class->set_property = ic_activity_row_set_property;
  object_class->dispose = ic_activity_row_dispose;
  properties[PROP_ACTIVITY] =
      g_param_spec_object ("activity", NULL, NULL, IC_TYPE_ACTIVITY,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-activity-row.ui");
  gtk_widget_class_bind_template_child (widget_class, IcActivityRow, bar);
  gtk_widget_class_bind_template_child (widget_class, IcActivityRow, detail);
  gtk_widget_class_bind_template_child (widget_class, IcActivityRow, request);
  gtk_widget_class_bind_template_child (widget_class, IcActivityRow, request_label);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
ic_activity_row_init (IcActivityRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ic_activity_row_new (IcActivity *activity)
{
  IcActivityRow *self = g_object_new (IC_TYPE_ACTIVITY_ROW, "activity", activity, NULL);

  g_signal_connect_object (activity, "notify", G_CALLBACK (show_detail), self, G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ic_activity_get_title (activity), -1);
  show_detail (self);
  return GTK_WIDGET (self);
}
