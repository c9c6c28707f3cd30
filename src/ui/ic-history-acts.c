/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-history-acts.h"

#include "model/ic-node-item.h"
#include "model/ic-transfer-item.h"
#include "model/ic-transfer-repeat.h"
#include "store/ic-audit.h"
#include "ui/ic-dialogs.h"
#include "ui/ic-window.h"
#include "words/ic-error-words.h"
#include "words/ic-log-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

/* A file that is to be written. */
typedef struct
{
  GtkWidget *page;
  GBytes *bytes;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->page);
  g_bytes_unref (saving->bytes);
  g_free (saving);
}

static void
tell_failure (GtkWidget *page, const char *heading, const GError *error)
{
  const IcErrorContext context = { .subject = _ ("the log"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = error->domain == G_IO_ERROR
                                  ? g_strdup (error->message)
                                  : ic_error_words_dup_sentence (error, &context);

  ic_dialogs_tell (page, heading, sentence);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  Saving *saving = user_data;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    tell_failure (saving->page, _ ("The list was not saved"), error);
  else if (ic_window_find (saving->page) != NULL)
    ic_window_tell (ic_window_find (saving->page), _ ("The list was saved. It names patients."));
  saving_free (saving);
}

static void
place_chosen_cb (GFile *file, gpointer user_data)
{
  Saving *saving = user_data;

  if (file == NULL)
    saving_free (saving);
  else
    g_file_replace_contents_bytes_async (file, saving->bytes, NULL, FALSE,
                                         G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                                         NULL, saved_cb, saving);
}

void
ic_history_acts_save_csv (GtkWidget *page, GPtrArray *items)
{
  g_autoptr(GString) text = g_string_new ("\xef\xbb\xbf"); /* or some take it for Latin-1 */
  g_autofree char *header = ic_log_words_dup_csv (NULL);
  Saving *saving = g_new0 (Saving, 1);

  g_string_append (text, header);
  for (guint i = 0; i < items->len; i++)
    {
      IcTransfer *transfer = ic_transfer_item_get (items->pdata[i]);
      g_autofree char *line = transfer != NULL ? ic_log_words_dup_csv (transfer) : NULL;

      g_string_append (text, line != NULL ? line : "");
    }
  saving->page = g_object_ref (page);
  saving->bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  ic_dialogs_save_file (page, _ ("Save the chosen transfers"), _ ("transfers.csv"), place_chosen_cb,
                        saving);
}

static gboolean
check_chain (IcReadTx *tx, gpointer data, GError **error)
{
  IcAuditReport **report = data;

  *report = ic_audit_verify (tx, NULL, error);
  return *report != NULL;
}

/* On a connection of its own: others go on reading while a long log is checked. */
static void
verify (GTask *task, gpointer source, gpointer data_dir, GCancellable *cancellable)
{
  GError *error = NULL;
  IcAuditReport *report = NULL;
  g_autoptr(IcStore) store = ic_store_open (data_dir, &error);

  if (store != NULL && ic_store_read (store, check_chain, &report, &error))
    g_task_return_pointer (task, report, (GDestroyNotify) ic_audit_report_free);
  else
    g_task_return_error (task, error);
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GtkWidget *page = GTK_WIDGET (source);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcAuditReport) report = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *n = report != NULL ? ic_words_dup_count ((guint64) report->n_events) : NULL;
  g_autofree char *body = NULL;

  gtk_widget_action_set_enabled (page, "history.verify", TRUE);
  if (report == NULL)
    {
      tell_failure (page, _ ("The log does not agree with itself"), error);
      return;
    }
  body = g_strdup_printf (_ ("%s events agree. Log head:\n%s"), n, report->head);
  ic_dialogs_tell (page, _ ("The log is whole"), body);
}

void
ic_history_acts_verify (GtkWidget *page, IcWorkspace *workspace)
{
  g_autoptr(GTask) task = g_task_new (page, NULL, verified_cb, NULL);
  IcDataDir *data_dir = ic_desk_get_data_dir (ic_workspace_get_desk (workspace));

  gtk_widget_action_set_enabled (page, "history.verify", FALSE);
  g_task_set_task_data (task, ic_data_dir_ref (data_dir), (GDestroyNotify) ic_data_dir_unref);
  g_task_run_in_thread (task, verify);
}

/* The node it came from, where that is still known: it may have more by now. */
static const char *
find_source (IcWorkspace *workspace, const IcTransfer *transfer)
{
  GListModel *nodes = ic_workspace_get_nodes (workspace);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (nodes, i);

      if (g_str_equal (ic_node_item_get_name (item), transfer->source))
        return transfer->source;
    }
  return "";
}

static gboolean
add_study (IcTransferDraft *draft,
           const IcTransfer *transfer,
           const char *study_uid,
           const char *source,
           GError **error)
{
  g_autoptr(GString) modalities = g_string_new (NULL);
  IcDraftStudy study = { .study_uid = study_uid, .source = source };

  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];

      if (!g_str_equal (series->study_uid, study_uid))
        continue;
      study.n_series++;
      study.n_instances += series->expected;
      if (strstr (modalities->str, series->modality) == NULL)
        g_string_append_printf (modalities, "%s%s", modalities->len > 0 ? "\\" : "",
                                series->modality);
    }
  study.modalities = modalities->str;
  return ic_transfer_draft_add_study (draft, transfer->patient, &study, error);
}

void
ic_history_acts_repeat (GtkWidget *page, IcWorkspace *workspace, IcTransfer *transfer)
{
  IcTransferDraft *draft = ic_workspace_get_draft (workspace);
  const char *source = find_source (workspace, transfer);
  g_autoptr(GError) error = NULL;

  if (ic_transfer_repeat_is_selection (transfer) &&
      g_list_model_get_n_items (ic_transfer_draft_get_studies (draft)) > 0)
    {
      ic_dialogs_tell (page, _ ("Another transfer is being prepared"),
                       _ ("This one took a selection, which would get mixed up with it. Finish it, "
                          "or take its studies out again."));
      return;
    }
  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];

      if (!ic_transfer_draft_has_study (draft, series->study_uid) &&
          !add_study (draft, transfer, series->study_uid, source, &error))
        {
          ic_dialogs_tell (page, _ ("Another patient is being prepared"), error->message);
          return;
        }
    }
  ic_transfer_repeat_note (draft, transfer);
  gtk_widget_activate_action (page, "win.transfer", NULL);
}
