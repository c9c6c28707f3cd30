/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-transfer-details.h"

#include "store/ic-audit-list.h"
#include "store/ic-commitment-repo.h"
#include "store/ic-transfer-repo.h"
#include "ui/ic-paper-printer.h"
#include "ui/ic-text-table.h"
#include "words/ic-commitment-words.h"
#include "words/ic-error-words.h"
#include "words/ic-log-words.h"
#include "words/ic-transfer-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

struct _IcTransferDetails
{
  AdwBin parent_instance;

  IcWorkspace *workspace;
  gint64 id;
  IcTransfer *transfer;
  GtkStack *state;
  GtkLabel *failure;
  GtkLabel *title;
  GtkLabel *patient;
  GtkLabel *verdict;
  GtkGrid *facts;
  AdwBin *proof;
  AdwBin *images;
  AdwBin *events;
  GtkWidget *repeat;
  GtkMenuButton *papers;
};

G_DEFINE_FINAL_TYPE (IcTransferDetails, ic_transfer_details, ADW_TYPE_BIN)

/* Read in one transaction. */
typedef struct
{
  gint64 id;
  IcTransfer *transfer;
  char *commitments; /* in words */
  GPtrArray *events; /* of IcAuditEntry */
} Record;

static void
record_free (gpointer data)
{
  Record *record = data;

  g_clear_pointer (&record->transfer, ic_transfer_free);
  g_clear_pointer (&record->commitments, g_free);
  g_clear_pointer (&record->events, g_ptr_array_unref);
  g_free (record);
}

static gboolean
read_record (IcReadTx *tx, gpointer data, GError **error)
{
  Record *record = data;
  g_autoptr(GPtrArray) commitments = NULL;

  record->transfer = ic_transfer_repo_find (tx, record->id, error);
  if (record->transfer == NULL)
    return FALSE;
  commitments = ic_commitment_repo_list (tx, record->id, error);
  if (commitments == NULL)
    return FALSE;
  record->commitments = ic_commitment_words_dup_sentences (commitments);
  record->events = ic_audit_list_for_transfer (tx, record->id, error);
  return record->events != NULL;
}

static void
add_fact (IcTransferDetails *self, int *line, const char *name, const char *value)
{
  GtkWidget *label = NULL;
  GtkWidget *text = NULL;
  g_autofree char *printable = ic_words_dup_printable (value);

  if (*printable == '\0')
    return;
  label = gtk_label_new (name);
  text = gtk_label_new (printable);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_add_css_class (text, "numeric");
  gtk_widget_set_hexpand (text, TRUE);
  gtk_grid_attach (self->facts, label, 0, *line, 1, 1);
  gtk_grid_attach (self->facts, text, 1, *line, 1, 1);
  (*line)++;
}

static void
show_facts (IcTransferDetails *self, const char *commitments)
{
  const IcTransfer *transfer = self->transfer;
  g_autofree char *begun = ic_words_dup_time (transfer->started_at);
  g_autofree char *ended = ic_words_dup_time (transfer->ended_at);
  g_autofree char *contents = ic_log_words_dup_contents (transfer);
  GtkWidget *child = NULL;
  int line = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))) != NULL)
    gtk_grid_remove (self->facts, child);
  add_fact (self, &line, _ ("Contents"), contents);
  add_fact (self, &line, _ ("From"), ic_log_words_get_value (transfer->source));
  add_fact (self, &line, _ ("To"), ic_log_words_get_value (transfer->recipient));
  add_fact (self, &line, _ ("Way"), ic_log_words_get_route (transfer->route));
  add_fact (self, &line, _ ("Written to"), transfer->output);
  add_fact (self, &line, _ ("Reason"), ic_log_words_get_value (transfer->reason));
  add_fact (self, &line, _ ("Legal basis"), transfer->legal_basis);
  add_fact (self, &line, _ ("Begun"), begun);
  add_fact (self, &line, _ ("Ended"), ended);
  add_fact (self, &line, _ ("By"), transfer->operator_name);
  add_fact (self, &line, _ ("Commitment"), commitments);
  add_fact (self, &line, _ ("Remark"), transfer->remark);
  add_fact (self, &line, _ ("Log head"), transfer->log_head);
}

static char *
dup_number (guint number)
{
  return ic_words_dup_count (number);
}

static char *
dup_series_title (const IcTransferSeries *series)
{
  g_autofree char *joined =
      g_strjoin (" ", series->modality, series->number, series->description, NULL);
  g_autofree char *printable = ic_words_dup_printable (joined);

  return g_strdup (g_strstrip (printable));
}

static GListModel *
list_series (const IcTransfer *transfer)
{
  GListStore *rows = g_list_store_new (IC_TYPE_TEXT_ROW);

  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];
      char **cells = g_new0 (char *, 6);
      g_autoptr(IcTextRow) row = NULL;

      cells[0] = dup_series_title (series);
      cells[1] = dup_number (series->expected);
      cells[2] = dup_number (series->retrieved);
      cells[3] = dup_number (series->written);
      cells[4] = dup_number (series->verified);
      row = ic_text_row_new (cells, series->missing > 0 || series->extra > 0);
      g_list_store_append (rows, row);
    }
  return G_LIST_MODEL (rows);
}

static void
show_proof (IcTransferDetails *self)
{
  static IcTextColumn media[] = { { NULL, FALSE, TRUE },
                                  { NULL, TRUE, FALSE },
                                  { NULL, TRUE, FALSE },
                                  { NULL, TRUE, FALSE },
                                  { NULL, TRUE, FALSE } };
  IcProofView view = ic_transfer_words_get_view (self->transfer);
  gboolean is_sent = view == IC_PROOF_VIEW_SENT;
  guint n = view == IC_PROOF_VIEW_RETRIEVED ? 3 : G_N_ELEMENTS (media);

  media[0].title = _ ("Series");
  media[1].title = _ ("Expected");
  media[2].title = _ ("Retrieved");
  media[3].title = is_sent ? _ ("Accepted") : _ ("Written");
  media[4].title = is_sent ? _ ("Found there") : _ ("Read back");
  adw_bin_set_child (self->proof,
                     ic_text_table_new (media, n, _ ("Proof"), list_series (self->transfer)));
}

/* Series UID, borrowed, to what the series is called. */
static GHashTable *
map_series_titles (const IcTransfer *transfer)
{
  GHashTable *titles = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];

      g_hash_table_replace (titles, series->series_uid, dup_series_title (series));
    }
  return titles;
}

static void
append_images (IcTransfer *transfer, GHashTable *titles, GListStore *rows, gboolean bad)
{
  for (guint i = 0; i < transfer->instances->len; i++)
    {
      const IcTransferInstance *instance = transfer->instances->pdata[i];
      gboolean is_missing = ic_transfer_words_counts_as (transfer, instance, IC_ITEM_MISSING);
      gboolean is_bad = is_missing || instance->state <= IC_ITEM_FAILED;
      const char *title = g_hash_table_lookup (titles, instance->series_uid);
      char **cells = NULL;
      g_autoptr(IcTextRow) row = NULL;

      if (is_bad != bad)
        continue;
      cells = g_new0 (char *, 7);
      cells[0] =
          g_strdup (ic_log_words_get_item_state (is_missing ? IC_ITEM_MISSING : instance->state));
      cells[1] = g_strdup (title != NULL ? title : "");
      cells[2] = g_strdup (instance->sop_instance_uid);
      cells[3] = g_strdup (instance->file_id);
      cells[4] = ic_words_dup_printable (instance->remark);
      cells[5] = g_strdup (instance->sha256);
      row = ic_text_row_new (cells, is_bad);
      g_list_store_append (rows, row);
    }
}

/* Only once somebody looks: there may be thousands. Those that are not well come first. */
static void
show_images (IcTransferDetails *self)
{
  static IcTextColumn columns[] = {
    { NULL, FALSE, FALSE }, { NULL, FALSE, TRUE },  { NULL, FALSE, TRUE },
    { NULL, FALSE, FALSE }, { NULL, FALSE, FALSE }, { NULL, FALSE, FALSE },
  };
  g_autoptr(GHashTable) titles = NULL;
  GListStore *rows = NULL;

  if (self->transfer == NULL || adw_bin_get_child (self->images) != NULL ||
      !gtk_widget_get_mapped (GTK_WIDGET (self->images)))
    return;
  columns[0].title = _ ("State");
  columns[1].title = _ ("Series");
  columns[2].title = _ ("Image");
  columns[3].title = _ ("File");
  columns[4].title = _ ("Remark");
  columns[5].title = _ ("SHA-256");
  rows = g_list_store_new (IC_TYPE_TEXT_ROW);
  titles = map_series_titles (self->transfer);
  append_images (self->transfer, titles, rows, TRUE);
  append_images (self->transfer, titles, rows, FALSE);
  adw_bin_set_child (self->images, ic_text_table_new (columns, G_N_ELEMENTS (columns), _ ("Images"),
                                                      G_LIST_MODEL (rows)));
}

static void
show_events (IcTransferDetails *self, GPtrArray *events)
{
  static IcTextColumn columns[] = {
    { NULL, TRUE, FALSE },  { NULL, FALSE, FALSE }, { NULL, FALSE, FALSE },
    { NULL, FALSE, FALSE }, { NULL, FALSE, TRUE },
  };
  GListStore *rows = g_list_store_new (IC_TYPE_TEXT_ROW);

  columns[0].title = _ ("No.");
  columns[1].title = _ ("When");
  columns[2].title = _ ("By");
  columns[3].title = _ ("What");
  columns[4].title = _ ("Details");
  for (guint i = 0; i < events->len; i++)
    {
      const IcAuditEntry *event = events->pdata[i];
      g_autoptr(GDateTime) time = g_date_time_new_from_iso8601 (event->time, NULL);
      char **cells = g_new0 (char *, 6);
      g_autoptr(IcTextRow) row = NULL;

      cells[0] = ic_words_dup_count ((guint64) event->n);
      cells[1] =
          time != NULL ? ic_words_dup_time (g_date_time_to_unix (time)) : g_strdup (event->time);
      cells[2] = ic_words_dup_printable (event->operator_name);
      cells[3] = g_strdup (ic_log_words_get_event (event->action));
      cells[4] = ic_words_dup_printable (event->details);
      row = ic_text_row_new (cells, FALSE);
      g_list_store_append (rows, row);
    }
  adw_bin_set_child (self->events, ic_text_table_new (columns, G_N_ELEMENTS (columns), _ ("Events"),
                                                      G_LIST_MODEL (rows)));
}

/* "DOE, Jane · 123456 · born 12 Mar 1961" */
static char *
dup_patient (const IcPatient *patient)
{
  g_autofree char *name = ic_patient_dup_display_name ((IcPatient *) patient);
  g_autofree char *born = ic_words_dup_date (patient->birth_date);
  g_autofree char *both =
      *name != '\0' ? g_strjoin (" · ", name, patient->id, NULL) : g_strdup (patient->id);
  g_autofree char *printable = ic_words_dup_printable (both);

  if (*patient->name == '\0' && *patient->id == '\0')
    return g_strdup (_ ("Patient not known"));
  if (*born == '\0')
    return g_steal_pointer (&printable);
  /* Translators: name and ID of a patient, and the date of birth. */
  return g_strdup_printf (_ ("%s · born %s"), printable, born);
}

static void
show_verdict (IcTransferDetails *self)
{
  IcTransfer *transfer = self->transfer;
  g_autofree char *verdict =
      ic_transfer_words_dup_verdict (transfer, ic_transfer_words_get_view (transfer));
  gboolean is_proved = transfer->state == IC_TRANSFER_SUCCEEDED;
  const char *look = is_proved                                ? "success"
                     : transfer->state == IC_TRANSFER_RUNNING ? NULL
                                                              : "error";
  const char *const classes[] = { "title-4", look, NULL };
  g_autofree char *text =
      g_strdup_printf ("%s %s", ic_log_words_get_state_sign (transfer->state), verdict);

  gtk_label_set_text (self->verdict, text);
  gtk_widget_set_css_classes (GTK_WIDGET (self->verdict), (const char **) classes);
}

static void
show_record (IcTransferDetails *self, Record *record)
{
  g_autofree char *number = ic_transfer_dup_number (record->id);
  g_autofree char *patient = NULL;

  g_clear_pointer (&self->transfer, ic_transfer_free);
  self->transfer = g_steal_pointer (&record->transfer);
  patient = dup_patient (self->transfer->patient);
  gtk_label_set_text (self->title, number);
  gtk_label_set_text (self->patient, patient);
  gtk_widget_set_sensitive (self->repeat, self->transfer->series->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->papers), self->transfer->direction == IC_DIRECTION_OUT);
  show_verdict (self);
  show_facts (self, record->commitments);
  show_proof (self);
  adw_bin_set_child (self->images, NULL);
  show_images (self);
  show_events (self, record->events);
  gtk_stack_set_visible_child_name (self->state, "record");
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcTransferDetails) self = user_data;
  g_autoptr(GError) error = NULL;
  Record *record = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);
  const IcErrorContext context = { .subject = _ ("the transfer"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = record == NULL ? ic_error_words_dup_sentence (error, &context) : NULL;

  if (record == NULL)
    {
      gtk_label_set_text (self->failure, sentence);
      gtk_stack_set_visible_child_name (self->state, "failed");
      return;
    }
  if (record->id == self->id)
    show_record (self, record);
  record_free (record);
}

static void
read_again (IcTransferDetails *self)
{
  Record *record = g_new0 (Record, 1);

  record->id = self->id;
  ic_workspace_read_async (self->workspace, read_record, record, record_free, NULL, read_cb,
                           g_object_ref (self));
}

static void
ic_transfer_details_dispose (GObject *object)
{
  IcTransferDetails *self = IC_TRANSFER_DETAILS (object);

  g_clear_object (&self->workspace);
  g_clear_pointer (&self->transfer, ic_transfer_free);
  G_OBJECT_CLASS (ic_transfer_details_parent_class)->dispose (object);
}

static void
print_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcTransferDetails *self = IC_TRANSFER_DETAILS (widget);

  ic_paper_printer_print (widget, self->workspace, self->id,
                          (IcPaperKind) g_variant_get_int32 (parameter));
}

static void
save_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  IcTransferDetails *self = IC_TRANSFER_DETAILS (widget);

  ic_paper_printer_save (widget, self->workspace, self->id,
                         (IcPaperKind) g_variant_get_int32 (parameter));
}

static void
ic_transfer_details_class_init (IcTransferDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_transfer_details_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-transfer-details.ui");
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, state);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, failure);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, title);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, patient);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, verdict);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, facts);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, proof);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, images);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, events);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, repeat);
  gtk_widget_class_bind_template_child (widget_class, IcTransferDetails, papers);
  gtk_widget_class_install_action (widget_class, "paper.print", "i", print_cb);
  gtk_widget_class_install_action (widget_class, "paper.save", "i", save_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_images);
}

static void
ic_transfer_details_init (IcTransferDetails *self)
{
  g_autoptr(GMenuModel) menu = ic_paper_printer_new_menu ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->papers, menu);
}

void
ic_transfer_details_show (IcTransferDetails *self, IcWorkspace *workspace, gint64 id)
{
  g_return_if_fail (IC_IS_TRANSFER_DETAILS (self));
  g_set_object (&self->workspace, workspace);
  self->id = id;
  read_again (self);
}

void
ic_transfer_details_refresh (IcTransferDetails *self)
{
  g_return_if_fail (IC_IS_TRANSFER_DETAILS (self));
  if (self->transfer != NULL && self->transfer->state == IC_TRANSFER_RUNNING)
    read_again (self);
}

IcTransfer *
ic_transfer_details_get_transfer (IcTransferDetails *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_DETAILS (self), NULL);
  return self->transfer;
}
