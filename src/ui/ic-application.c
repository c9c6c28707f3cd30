/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-application.h"

#include "ui/ic-dialogs.h"
#include "ui/ic-preferences-window.h"
#include "ui/ic-window.h"
#include "words/ic-error-words.h"

#include <glib/gi18n.h>

#define WATCH_MS 200

struct _IcApplication
{
  AdwApplication parent_instance;

  char *data_dir; /* NULL: the usual place */
  IcWorkspace *workspace;
  guint inhibition; /* against logging out; 0 without */
};

G_DEFINE_FINAL_TYPE (IcApplication, ic_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, NULL,
    N_ ("Where images and log are kept, instead of the usual place"), N_ ("DIR") },
  G_OPTION_ENTRY_NULL,
};

/* The one that asks whether what runs is to be stopped, and takes the others with it. */
static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (user_data)); link != NULL;
       link = link->next)
    if (IC_IS_WINDOW (link->data))
      {
        gtk_window_close (link->data);
        return;
      }
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (user_data)),
                         "application-name", "Imaging Courier", "application-icon",
                         IC_APPLICATION_ID, "version", IC_VERSION, "comments",
                         _ ("Sends patient images out of a hospital, with a proof for every "
                            "image.\n\nNot a medical "
                            "device, not for diagnosis."),
                         "license-type", GTK_LICENSE_GPL_3_0, "developer-name",
                         _ ("The Imaging Courier developers"), NULL);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  IcApplication *self = IC_APPLICATION (user_data);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL || self->workspace == NULL || IC_IS_PREFERENCES_WINDOW (window))
    return;
  gtk_window_present (ic_preferences_window_new (window, self->workspace));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  if (window != NULL && !GTK_IS_SHORTCUTS_WINDOW (window))
    ic_dialogs_show_shortcuts (GTK_WIDGET (window));
}

static const GActionEntry actions[] = {
  { .name = "shortcuts", .activate = shortcuts_cb },
  { .name = "preferences", .activate = preferences_cb },
  { .name = "quit", .activate = quit_cb },
  { .name = "about", .activate = about_cb },
};

/* Nobody is logged out while images are on their way. */
static void
activities_changed_cb (IcApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);
  gboolean is_busy = ic_workspace_count_unfinished (self->workspace) > 0;

  if (is_busy && self->inhibition == 0)
    self->inhibition =
        gtk_application_inhibit (application, gtk_application_get_active_window (application),
                                 GTK_APPLICATION_INHIBIT_LOGOUT | GTK_APPLICATION_INHIBIT_SUSPEND,
                                 _ ("Images are being transferred"));
  if (is_busy || self->inhibition == 0)
    return;
  gtk_application_uninhibit (application, self->inhibition);
  self->inhibition = 0;
}

/* A window that waits for its data directory. */
typedef struct
{
  IcWindow *window;
  char *data_dir;
  IcProgress *progress;
  guint watch_id;
} Opening;

static void
opening_free (Opening *opening)
{
  g_source_remove (opening->watch_id);
  g_object_unref (opening->window);
  g_free (opening->data_dir);
  ic_progress_unref (opening->progress);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

/* Most open at once and show nothing; a long log that has to be changed first says how far it is.
 */
static gboolean
watch_cb (gpointer data)
{
  Opening *opening = data;
  const double fraction = ic_progress_get_fraction (opening->progress);

  if (fraction > 0)
    ic_window_show_update (opening->window, fraction);
  return G_SOURCE_CONTINUE;
}

static Opening *
opening_new (IcWindow *window, const char *data_dir)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->window = g_object_ref (window);
  opening->data_dir = g_strdup (data_dir);
  opening->progress = ic_progress_new (NULL, NULL);
  opening->watch_id = g_timeout_add (WATCH_MS, watch_cb, opening);
  return opening;
}

static void
open_desk (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Opening *opening = data;
  GError *error = NULL;
  IcDesk *desk = ic_desk_open_with_progress (opening->data_dir, opening->progress, &error);

  if (desk != NULL)
    g_task_return_pointer (task, desk, (GDestroyNotify) ic_desk_unref);
  else
    g_task_return_error (task, error);
}

static void
show_failure (IcWindow *window, const GError *error)
{
  const IcErrorContext context = { .subject = _ ("the data directory"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = ic_error_words_dup_sentence (error, &context);

  ic_window_show_failure (window, sentence);
}

static void
warn_of_read_only (IcWindow *window, IcDesk *desk)
{
  const GError *reason = ic_store_get_read_only_reason (ic_desk_get_store (desk));

  if (reason != NULL)
    ic_window_tell (window, _ ("The log can only be read: nothing can be sent."));
}

static void
desk_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IcApplication *self = IC_APPLICATION (source);
  g_autoptr(Opening) opening = user_data;
  IcWindow *window = opening->window;
  g_autoptr(GError) error = NULL;
  g_autoptr(IcDesk) desk = g_task_propagate_pointer (G_TASK (result), &error);

  if (desk == NULL)
    {
      show_failure (window, error);
      return;
    }
  self->workspace = ic_workspace_new (desk);
  g_signal_connect_object (self->workspace, "log-changed", G_CALLBACK (activities_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ic_workspace_get_activities (self->workspace), "items-changed",
                           G_CALLBACK (activities_changed_cb), self, G_CONNECT_SWAPPED);
  ic_window_set_workspace (window, self->workspace);
  ic_workspace_resume (self->workspace);
  warn_of_read_only (window, desk);
}

static void
ic_application_activate (GApplication *application)
{
  IcApplication *self = IC_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  Opening *opening = NULL;
  g_autoptr(GTask) task = NULL;

  if (window == NULL)
    {
      window = GTK_WINDOW (ic_window_new (GTK_APPLICATION (self)));
      opening = opening_new (IC_WINDOW (window), self->data_dir);
      task = g_task_new (self, NULL, desk_opened_cb, opening);
      g_task_set_task_data (task, opening, NULL);
      g_task_run_in_thread (task, open_desk);
    }
  gtk_window_present (window);
}

static int
ic_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  IcApplication *self = IC_APPLICATION (application);
  const char *path = g_getenv ("IC_DATA_DIR");
  g_autofree char *typed = NULL;

  if (g_variant_dict_lookup (given, "data-dir", "^ay", &typed))
    path = typed;
  if (path != NULL && *path != '\0')
    {
      self->data_dir = g_canonicalize_filename (path, NULL);
      /* Another data directory is another desk, beside the one that may be open. */
      g_application_set_flags (application,
                               g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
    }
  return -1;
}

static void
ic_application_startup (GApplication *application)
{
  GtkApplication *gtk_application = GTK_APPLICATION (application);
  static const char *const quit[] = { "<Control>q", NULL };
  static const char *const help[] = { "<Control>question", "F1", NULL };
  static const char *const preferences[] = { "<Control>comma", NULL };

  G_APPLICATION_CLASS (ic_application_parent_class)->startup (application);
  gtk_application_set_accels_for_action (gtk_application, "app.quit", quit);
  gtk_application_set_accels_for_action (gtk_application, "app.shortcuts", help);
  gtk_application_set_accels_for_action (gtk_application, "app.preferences", preferences);
}

static void
ic_application_dispose (GObject *object)
{
  g_clear_object (&IC_APPLICATION (object)->workspace);
  G_OBJECT_CLASS (ic_application_parent_class)->dispose (object);
}

static void
ic_application_finalize (GObject *object)
{
  g_free (IC_APPLICATION (object)->data_dir);
  G_OBJECT_CLASS (ic_application_parent_class)->finalize (object);
}

static void
ic_application_class_init (IcApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = ic_application_dispose;
  object_class->finalize = ic_application_finalize;
  application_class->activate = ic_application_activate;
  application_class->startup = ic_application_startup;
  application_class->handle_local_options = ic_application_handle_local_options;
}

static void
ic_application_init (IcApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}

IcApplication *
ic_application_new (void)
{
  return g_object_new (IC_TYPE_APPLICATION, "application-id", IC_APPLICATION_ID,
                       "resource-base-path", "/org/imagingcourier/ImagingCourier", NULL);
}
