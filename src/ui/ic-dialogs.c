/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-dialogs.h"

#include <glib/gi18n.h>

#define RESPONSE_CANCEL "cancel"
#define RESPONSE_ACTION "action"

/* Who is waiting for a question to be answered. */
typedef struct
{
  IcDialogsAskFunc func;
  gpointer user_data;
} Asker;

/* Who is waiting for a file; the chooser is not a widget and is kept alive here. */
typedef struct
{
  IcDialogsFileFunc func;
  gpointer user_data;
  GtkFileChooserNative *chooser;
} FileAsker;

static GtkWindow *
find_window (GtkWidget *widget)
{
  return GTK_WINDOW (gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW));
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, Asker *asker)
{
  asker->func (g_str_equal (response, RESPONSE_ACTION), asker->user_data);
}

static void
free_asker (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
ic_dialogs_ask (GtkWidget *parent,
                const IcDialogsQuestion *question,
                IcDialogsAskFunc func,
                gpointer user_data)
{
  GtkWidget *widget =
      adw_message_dialog_new (find_window (parent), question->heading, question->body);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);
  Asker *asker = g_new0 (Asker, 1);

  asker->func = func;
  asker->user_data = user_data;
  adw_message_dialog_add_responses (dialog, RESPONSE_CANCEL,
                                    question->cancel != NULL ? question->cancel : _ ("Cancel"),
                                    RESPONSE_ACTION, question->action, NULL);
  adw_message_dialog_set_response_appearance (dialog, RESPONSE_ACTION,
                                              question->is_destructive ? ADW_RESPONSE_DESTRUCTIVE
                                                                       : ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, RESPONSE_CANCEL);
  adw_message_dialog_set_close_response (dialog, RESPONSE_CANCEL);
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), asker, free_asker, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
ic_dialogs_tell (GtkWidget *parent, const char *heading, const char *body)
{
  GtkWidget *widget = adw_message_dialog_new (find_window (parent), heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (widget), RESPONSE_CANCEL, _ ("Close"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (widget), RESPONSE_CANCEL);
  gtk_window_present (GTK_WINDOW (widget));
}

void
ic_dialogs_show_shortcuts (GtkWidget *parent)
{
  g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource (IC_UI_PATH "shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (window, find_window (parent));
  gtk_window_present (window);
}

G_GNUC_BEGIN_IGNORE_DEPRECATIONS

static void
file_chosen_cb (GtkNativeDialog *native, int response, FileAsker *asker)
{
  g_autoptr(GtkFileChooserNative) chooser = g_steal_pointer (&asker->chooser);
  g_autoptr(GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  asker->func (file, asker->user_data);
  g_signal_handlers_disconnect_by_data (native, asker);
}

static void
choose (GtkWidget *parent,
        const char *title,
        GtkFileChooserAction action,
        const char *name,
        IcDialogsFileFunc func,
        gpointer user_data)
{
  FileAsker *asker = g_new0 (FileAsker, 1);
  gboolean saves = action == GTK_FILE_CHOOSER_ACTION_SAVE;

  asker->func = func;
  asker->user_data = user_data;
  asker->chooser = gtk_file_chooser_native_new (title, find_window (parent), action,
                                                saves ? _ ("_Save") : _ ("_Choose"), NULL);
  if (name != NULL)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (asker->chooser), name);
  g_signal_connect_data (asker->chooser, "response", G_CALLBACK (file_chosen_cb), asker, free_asker,
                         0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (asker->chooser), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (asker->chooser));
}

void
ic_dialogs_save_file (GtkWidget *parent,
                      const char *title,
                      const char *name,
                      IcDialogsFileFunc func,
                      gpointer user_data)
{
  choose (parent, title, GTK_FILE_CHOOSER_ACTION_SAVE, name, func, user_data);
}

void
ic_dialogs_choose_file (GtkWidget *parent,
                        const char *title,
                        IcDialogsFileFunc func,
                        gpointer user_data)
{
  choose (parent, title, GTK_FILE_CHOOSER_ACTION_OPEN, NULL, func, user_data);
}

void
ic_dialogs_choose_folder (GtkWidget *parent,
                          const char *title,
                          IcDialogsFileFunc func,
                          gpointer user_data)
{
  choose (parent, title, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, func, user_data);
}

G_GNUC_END_IGNORE_DEPRECATIONS
