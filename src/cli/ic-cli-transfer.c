/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-transfer.h"

#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define MAX_ITEMS 20 /* reasons told one by one */

static const IcCliColumn retrieved_columns[] = {
  { N_ ("Series"), 4, TRUE },   { N_ ("Modality"), 0, FALSE }, { N_ ("Description"), 20, FALSE },
  { N_ ("Expected"), 0, TRUE }, { N_ ("Retrieved"), 0, TRUE },
};
static const IcCliColumn written_columns[] = {
  { N_ ("Series"), 4, TRUE },    { N_ ("Modality"), 0, FALSE }, { N_ ("Description"), 20, FALSE },
  { N_ ("Expected"), 0, TRUE },  { N_ ("Retrieved"), 0, TRUE }, { N_ ("Written"), 0, TRUE },
  { N_ ("Read back"), 0, TRUE },
};
static const IcCliColumn sent_columns[] = {
  { N_ ("Series"), 4, TRUE },      { N_ ("Modality"), 0, FALSE }, { N_ ("Description"), 20, FALSE },
  { N_ ("Expected"), 0, TRUE },    { N_ ("Retrieved"), 0, TRUE }, { N_ ("Accepted"), 0, TRUE },
  { N_ ("Found there"), 0, TRUE },
};
static const IcCliColumn verified_columns[] = {
  { N_ ("Series"), 4, TRUE },   { N_ ("Modality"), 0, FALSE }, { N_ ("Description"), 20, FALSE },
  { N_ ("Expected"), 0, TRUE }, { N_ ("Read back"), 0, TRUE },
};

static const IcCliColumn volume_columns[] = {
  { N_ ("Disc"), 10, FALSE }, { N_ ("Images"), 0, TRUE },  { N_ ("Size"), 6, TRUE },
  { N_ ("State"), 0, FALSE }, { N_ ("Output"), 0, FALSE },
};

static void
add_uids (JsonBuilder *builder, const char *name, IcTransfer *transfer, IcItemState state)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < transfer->instances->len; i++)
    {
      IcTransferInstance *instance = transfer->instances->pdata[i];

      if (ic_transfer_words_counts_as (transfer, instance, state))
        json_builder_add_string_value (builder, instance->sop_instance_uid);
    }
  json_builder_end_array (builder);
}

static void
add_series (JsonBuilder *builder, IcTransferSeries *series)
{
  json_builder_begin_object (builder);
  ic_cli_json_add_text (builder, "study_uid", series->study_uid);
  ic_cli_json_add_text (builder, "series_uid", series->series_uid);
  ic_cli_json_add_text (builder, "modality", series->modality);
  ic_cli_json_add_text (builder, "number", series->number);
  ic_cli_json_add_text (builder, "description", series->description);
  ic_cli_json_add_text (builder, "basis", ic_basis_to_string (series->basis));
  ic_cli_json_add_int (builder, "expected", series->expected);
  ic_cli_json_add_int (builder, "retrieved", series->retrieved);
  ic_cli_json_add_int (builder, "written", series->written);
  ic_cli_json_add_int (builder, "verified", series->verified);
  ic_cli_json_add_int (builder, "missing", series->missing);
  ic_cli_json_add_int (builder, "extra", series->extra);
  json_builder_end_object (builder);
}

void
ic_cli_transfer_add_members (JsonBuilder *builder, IcTransfer *transfer)
{
  g_autofree char *number = transfer->id > 0 ? ic_transfer_dup_number (transfer->id) : NULL;

  ic_cli_json_add_text_or_null (builder, "transfer", number);
  ic_cli_json_add_text (builder, "state", ic_transfer_state_to_string (transfer->state));
  ic_cli_json_add_text (builder, "basis", ic_basis_to_string (transfer->basis));
  ic_cli_json_add_int (builder, "expected", transfer->expected);
  ic_cli_json_add_int (builder, "retrieved", transfer->retrieved);
  ic_cli_json_add_int (builder, "written", transfer->written);
  ic_cli_json_add_int (builder, "verified", transfer->verified);
  ic_cli_json_add_text (builder, "output", transfer->output);
  ic_cli_json_add_text (builder, "log_head", transfer->log_head);
  ic_cli_json_add_text (builder, "read_back", ic_read_back_to_string (transfer->read_back));
  ic_cli_json_add_text (builder, "remark", transfer->remark);
  add_uids (builder, "missing", transfer, IC_ITEM_MISSING);
  add_uids (builder, "extra", transfer, IC_ITEM_EXTRA);
  add_uids (builder, "failed", transfer, IC_ITEM_FAILED);
  json_builder_set_member_name (builder, "series");
  json_builder_begin_array (builder);
  for (guint i = 0; i < transfer->series->len; i++)
    add_series (builder, transfer->series->pdata[i]);
  json_builder_end_array (builder);
}

void
ic_cli_transfer_add_record (JsonBuilder *builder, IcTransfer *transfer)
{
  ic_cli_json_add_text (builder, "direction", ic_direction_to_string (transfer->direction));
  ic_cli_json_add_text (builder, "route", ic_route_to_string (transfer->route));
  ic_cli_json_add_time (builder, "started_at", transfer->started_at);
  ic_cli_json_add_time (builder, "ended_at", transfer->ended_at);
  ic_cli_json_add_text (builder, "operator", transfer->operator_name);
  ic_cli_json_add_text (builder, "source", transfer->source);
  ic_cli_json_add_text (builder, "recipient", transfer->recipient);
  ic_cli_json_add_text (builder, "reason", transfer->reason);
  ic_cli_json_add_text (builder, "legal_basis", transfer->legal_basis);
  ic_cli_json_add_text (builder, "urgency", ic_urgency_to_string (transfer->urgency));
  ic_cli_json_add_text (builder, "patient_id", transfer->patient->id);
  ic_cli_json_add_text (builder, "patient_name", transfer->patient->name);
  ic_cli_json_add_text (builder, "birth_date", transfer->patient->birth_date);
  ic_cli_json_add_text (builder, "sex", transfer->patient->sex);
}

static void
add_disc (JsonBuilder *builder, const IcProofExtras *extras)
{
  if (extras->medium == NULL)
    return;
  ic_cli_json_add_text (builder, "medium", extras->medium);
  ic_cli_json_add_int (builder, "good_copies", extras->good_copies);
  ic_cli_json_add_boolean (builder, "spoilt", extras->is_spoilt);
}

static void
add_volumes (JsonBuilder *builder, GPtrArray *volumes)
{
  json_builder_set_member_name (builder, "volumes");
  json_builder_begin_array (builder);
  for (guint i = 0; volumes != NULL && i < volumes->len; i++)
    {
      const IcExportedVolume *volume = volumes->pdata[i];

      json_builder_begin_object (builder);
      ic_cli_json_add_text (builder, "volume", volume->id);
      ic_cli_json_add_text (builder, "output", volume->output);
      ic_cli_json_add_int (builder, "images", volume->n_instances);
      ic_cli_json_add_int (builder, "size_bytes", (gint64) volume->size_bytes);
      ic_cli_json_add_text (builder, "state", volume->state);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_extras (JsonBuilder *builder, IcProofView view, const IcProofExtras *extras)
{
  add_disc (builder, extras);
  if (view == IC_PROOF_VIEW_WRITTEN)
    {
      ic_cli_json_add_text (builder, "profile", extras->profile != NULL ? extras->profile : "");
      ic_cli_json_add_int (builder, "size_bytes", (gint64) extras->size_bytes);
      ic_cli_json_add_int (builder, "viewer_bytes", (gint64) extras->viewer_bytes);
      add_volumes (builder, extras->volumes);
    }
  json_builder_set_member_name (builder, "notices");
  json_builder_begin_array (builder);
  for (guint i = 0; extras->notices != NULL && i < extras->notices->len; i++)
    json_builder_add_string_value (builder, extras->notices->pdata[i]);
  json_builder_end_array (builder);
}

static void
add_items (JsonBuilder *builder, GPtrArray *items)
{
  json_builder_set_member_name (builder, "items");
  json_builder_begin_array (builder);
  for (guint i = 0; i < items->len; i++)
    {
      const IcProgressItem *item = items->pdata[i];

      if (item->error == NULL)
        continue;
      json_builder_begin_object (builder);
      ic_cli_json_add_text (builder, "name", item->name);
      ic_cli_json_add_text (builder, "reason", item->error->message);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_json (IcTransfer *transfer,
            IcProofView view,
            const IcProofExtras *extras,
            GPtrArray *items,
            const char *sentence)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ic_cli_transfer_add_members (builder, transfer);
  if (extras != NULL)
    add_extras (builder, view, extras);
  add_items (builder, items);
  ic_cli_json_add_text_or_null (builder, "error", sentence);
  json_builder_end_object (builder);
  ic_cli_json_print (builder);
}

static IcCliTable *
new_table (IcProofView view)
{
  switch (view)
    {
    case IC_PROOF_VIEW_RETRIEVED:
      return ic_cli_table_new (retrieved_columns, G_N_ELEMENTS (retrieved_columns));
    case IC_PROOF_VIEW_VERIFIED:
      return ic_cli_table_new (verified_columns, G_N_ELEMENTS (verified_columns));
    case IC_PROOF_VIEW_SENT:
      return ic_cli_table_new (sent_columns, G_N_ELEMENTS (sent_columns));
    case IC_PROOF_VIEW_WRITTEN:
    default:
      return ic_cli_table_new (written_columns, G_N_ELEMENTS (written_columns));
    }
}

static void
take_row (IcCliTable *table, IcTransferSeries *series, IcProofView view)
{
  g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
  g_autofree char *expected = ic_words_dup_count (series->expected);
  g_autofree char *retrieved = ic_words_dup_count (series->retrieved);
  g_autofree char *written = ic_words_dup_count (series->written);
  g_autofree char *verified = ic_words_dup_count (series->verified);
  gboolean is_known = series->basis != IC_BASIS_NONE;

  g_strv_builder_add_many (cells, series->number, series->modality, series->description,
                           is_known ? expected : _ ("unknown"), NULL);
  if (view != IC_PROOF_VIEW_VERIFIED)
    g_strv_builder_add (cells, retrieved);
  if (view == IC_PROOF_VIEW_WRITTEN || view == IC_PROOF_VIEW_SENT)
    g_strv_builder_add (cells, written);
  if (view != IC_PROOF_VIEW_RETRIEVED)
    g_strv_builder_add (cells, verified);
  ic_cli_table_take_row (table, g_strv_builder_end (cells));
}

void
ic_cli_print_series (IcTransfer *transfer, IcProofView view)
{
  g_autoptr(IcCliTable) table = new_table (view);

  for (guint i = 0; i < transfer->series->len; i++)
    take_row (table, transfer->series->pdata[i], view);
  ic_cli_table_print (table);
}

void
ic_cli_print_read_back (IcTransfer *transfer)
{
  const char *how = ic_read_back_to_string (transfer->read_back);

  if (ic_transfer_words_get_view (transfer) == IC_PROOF_VIEW_SENT)
    ic_cli_print_field (_ ("Arrival"),
                        ic_transfer_words_is_unconfirmed (transfer) ? _ ("not confirmed") : how);
  else if (transfer->direction == IC_DIRECTION_OUT)
    ic_cli_print_field (_ ("Read back"), how);
}

static void
print_volumes (GPtrArray *volumes)
{
  g_autoptr(IcCliTable) table = ic_cli_table_new (volume_columns, G_N_ELEMENTS (volume_columns));

  for (guint i = 0; i < volumes->len; i++)
    {
      const IcExportedVolume *volume = volumes->pdata[i];
      g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
      g_autofree char *count = ic_words_dup_count (volume->n_instances);
      g_autofree char *size = ic_words_dup_size (volume->size_bytes);

      g_strv_builder_add_many (cells, volume->id, count, size, volume->state, volume->output, NULL);
      ic_cli_table_take_row (table, g_strv_builder_end (cells));
    }
  ic_cli_table_print (table);
  ic_cli_print ("\n");
}

static void
print_text (IcTransfer *transfer, IcProofView view, const IcProofExtras *extras)
{
  g_autofree char *number =
      transfer->id > 0 ? ic_transfer_dup_number (transfer->id) : g_strdup ("");
  g_autofree char *size = extras != NULL && extras->size_bytes > 0
                              ? ic_words_dup_size (extras->size_bytes)
                              : g_strdup ("");
  g_autofree char *viewer = extras != NULL && extras->viewer_bytes > 0
                                ? ic_words_dup_size (extras->viewer_bytes)
                                : g_strdup ("");
  g_autofree char *verdict = ic_transfer_words_dup_verdict (transfer, view);

  ic_cli_print_series (transfer, view);
  if (transfer->series->len > 0)
    ic_cli_print ("\n");
  if (extras != NULL && extras->volumes != NULL && extras->volumes->len > 1)
    print_volumes (extras->volumes);
  ic_cli_print_field (_ ("Transfer"), number);
  ic_cli_print_field (_ ("Output"), transfer->output);
  ic_cli_print_field (_ ("Medium"), extras != NULL && extras->medium != NULL ? extras->medium : "");
  ic_cli_print_field (_ ("Size"), size);
  ic_cli_print_field (_ ("Of that, viewer"), viewer);
  ic_cli_print_field (_ ("Profile"),
                      extras != NULL && extras->profile != NULL ? extras->profile : "");
  ic_cli_print_read_back (transfer);
  ic_cli_print_field (_ ("Remark"), transfer->remark);
  for (guint i = 0; extras != NULL && extras->notices != NULL && i < extras->notices->len; i++)
    ic_cli_print_field (_ ("Note"), extras->notices->pdata[i]);
  ic_cli_print_field (_ ("Log head"), transfer->log_head);
  ic_cli_print ("%s\n", verdict);
}

static void
print_item (const IcProgressItem *item)
{
  g_autofree char *name = ic_words_dup_printable (item->name);
  g_autofree char *reason = ic_words_dup_printable (item->error->message);

  ic_cli_print_error ("%s: %s\n", name, reason);
}

static void
print_items (GPtrArray *items)
{
  guint n = 0;

  for (guint i = 0; i < items->len; i++)
    {
      const IcProgressItem *item = items->pdata[i];

      if (item->error != NULL && n++ < MAX_ITEMS)
        print_item (item);
    }
  if (n > MAX_ITEMS)
    ic_cli_print_error (_ ("and %u more\n"), n - MAX_ITEMS);
}

/* A job that failed says why; a transfer that says it is still running was overtaken by that. */
static void
settle_state (IcTransfer *transfer, const GError *failure)
{
  if (failure != NULL &&
      (transfer->state == IC_TRANSFER_RUNNING || transfer->state == IC_TRANSFER_SUCCEEDED))
    transfer->state = ic_cli_error_get_state (failure);
}

static void
print_report (IcCli *cli,
              IcJob *job,
              IcTransfer *transfer,
              IcProofView view,
              const IcProofExtras *extras,
              const GError *failure)
{
  g_autoptr(GPtrArray) items = ic_job_dup_items (job);
  g_autofree char *sentence = failure != NULL ? ic_cli_dup_sentence (cli, failure) : NULL;

  if (cli->json)
    print_json (transfer, view, extras, items, sentence);
  else if (transfer->id > 0 || transfer->series->len > 0)
    print_text (transfer, view, extras);
  if (!cli->json && transfer->state != IC_TRANSFER_SUCCEEDED)
    print_items (items);
}

/* Some errors are about the transfer as a whole, not about the file or node that came last. */
static void
settle_subject (IcCli *cli, IcTransfer *transfer, IcProofView view, const GError *failure)
{
  g_autofree char *number =
      transfer->id > 0 ? ic_transfer_dup_number (transfer->id) : g_strdup (_ ("this transfer"));
  g_autofree char *study = g_strdup_printf (_ ("a study for %s"), number);
  g_autofree char *content = g_strdup_printf (_ ("what belongs on %s"), cli->subject);

  if (view == IC_PROOF_VIEW_VERIFIED)
    {
      if (g_error_matches (failure, IC_ERROR, IC_ERROR_NOT_FOUND) &&
          g_file_test (cli->subject, G_FILE_TEST_EXISTS))
        ic_cli_set_topic (cli, content);
      return;
    }
  if (g_error_matches (failure, IC_ERROR, IC_ERROR_NOT_FOUND))
    ic_cli_set_topic (cli, study);
  else if (g_error_matches (failure, IC_ERROR, IC_ERROR_REFUSED) ||
           g_error_matches (failure, IC_ERROR, IC_ERROR_INCOMPLETE) ||
           g_error_matches (failure, IC_ERROR, IC_ERROR_BAD_DATA) ||
           g_error_matches (failure, IC_ERROR, IC_ERROR_INTERNAL))
    ic_cli_set_subject (cli, number);
}

gboolean
ic_cli_report_transfer (IcCli *cli,
                        IcJob *job,
                        IcTransfer *transfer,
                        IcProofView view,
                        const IcProofExtras *extras,
                        const GError *failure,
                        GError **error)
{
  g_autoptr(IcTransfer) nothing = transfer == NULL ? ic_transfer_new () : NULL;
  IcTransfer *shown = transfer != NULL ? transfer : nothing;
  g_autofree char *sentence = NULL;

  settle_state (shown, failure);
  if (failure != NULL)
    settle_subject (cli, shown, view, failure);
  print_report (cli, job, shown, view, extras, failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_error_copy (failure));
      return FALSE;
    }
  cli->exit_code = ic_cli_exit_for_state (shown->state);
  sentence =
      cli->sentence != NULL ? g_strdup (cli->sentence) : ic_cli_transfer_dup_sentence (shown);
  if (sentence != NULL)
    ic_cli_print_error ("%s\n", sentence);
  return TRUE;
}

gboolean
ic_cli_report_failure (IcCli *cli, IcProofView view, GError *failure, GError **error)
{
  g_autoptr(IcTransfer) nothing = ic_transfer_new ();
  g_autoptr(GPtrArray) items = g_ptr_array_new ();
  g_autofree char *sentence = ic_cli_dup_sentence (cli, failure);
  const IcProofExtras extras = { NULL };

  settle_state (nothing, failure);
  if (cli->json && ic_cli_error_get_exit (failure) != IC_EXIT_USAGE)
    print_json (nothing, view, &extras, items, sentence);
  g_propagate_error (error, failure);
  return FALSE;
}
