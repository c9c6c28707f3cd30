/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-commitment.h"
#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-readings.h"
#include "cli/ic-cli-transfer.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "store/ic-audit-list.h"
#include "store/ic-commitment-repo.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-transfer-repo.h"
#include "words/ic-commitment-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

/* Everything the log knows about one transfer, read in one transaction. */
typedef struct
{
  gint64 id;
  IcTransfer *transfer;
  GPtrArray *commitments; /* of IcCommitment */
  GPtrArray *events;      /* of IcAuditEntry */
  IcCliReadings readings;
} Record;

static void
record_clear (Record *self)
{
  g_clear_pointer (&self->transfer, ic_transfer_free);
  g_clear_pointer (&self->commitments, g_ptr_array_unref);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  ic_cli_readings_clear (&self->readings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

static const IcCliColumn instance_columns[] = {
  { N_ ("State"), 9, FALSE },   { N_ ("SOP Instance UID"), 0, FALSE }, { N_ ("File"), 0, FALSE },
  { N_ ("SHA-256"), 0, FALSE }, { N_ ("Remark"), 0, FALSE },
};
static const IcCliColumn event_columns[] = {
  { N_ ("Event"), 5, TRUE }, { N_ ("When (UTC)"), 27, FALSE }, { N_ ("Operator"), 0, FALSE },
  { N_ ("What"), 0, FALSE }, { N_ ("Details"), 0, FALSE },
};

static gboolean
read_record (IcReadTx *tx, gpointer data, GError **error)
{
  Record *record = data;
  g_autoptr(GPtrArray) expectations = NULL;

  record->transfer = ic_transfer_repo_find (tx, record->id, error);
  if (record->transfer == NULL)
    return FALSE;
  expectations = ic_expectation_repo_list (tx, record->id, error);
  if (expectations == NULL)
    return FALSE;
  ic_cli_readings_init (&record->readings, expectations);
  record->commitments = ic_commitment_repo_list (tx, record->id, error);
  record->events =
      record->commitments != NULL ? ic_audit_list_for_transfer (tx, record->id, error) : NULL;
  return record->events != NULL;
}

static void
add_instance (JsonBuilder *builder, IcTransferInstance *instance)
{
  json_builder_begin_object (builder);
  ic_cli_json_add_text (builder, "sop_instance_uid", instance->sop_instance_uid);
  ic_cli_json_add_text (builder, "study_uid", instance->study_uid);
  ic_cli_json_add_text (builder, "series_uid", instance->series_uid);
  ic_cli_json_add_text (builder, "file_id", instance->file_id);
  ic_cli_json_add_int (builder, "volume", instance->volume);
  ic_cli_json_add_text (builder, "sha256", instance->sha256);
  ic_cli_json_add_int (builder, "size_bytes", (gint64) instance->size_bytes);
  ic_cli_json_add_text (builder, "state", ic_item_state_to_string (instance->state));
  ic_cli_json_add_text (builder, "remark", instance->remark);
  json_builder_end_object (builder);
}

static void
add_event (JsonBuilder *builder, IcAuditEntry *event)
{
  g_autoptr(JsonNode) details = json_from_string (event->details, NULL);

  json_builder_begin_object (builder);
  ic_cli_json_add_int (builder, "n", event->n);
  ic_cli_json_add_text (builder, "time", event->time);
  ic_cli_json_add_text (builder, "operator", event->operator_name);
  ic_cli_json_add_text (builder, "action", event->action);
  json_builder_set_member_name (builder, "details");
  json_builder_add_value (builder, details != NULL ? g_steal_pointer (&details)
                                                   : json_node_new (JSON_NODE_NULL));
  ic_cli_json_add_text (builder, "hash", event->hash);
  json_builder_end_object (builder);
}

static void
print_json (Record *record)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  GPtrArray *instances = record->transfer->instances;

  json_builder_begin_object (builder);
  ic_cli_transfer_add_members (builder, record->transfer);
  ic_cli_transfer_add_record (builder, record->transfer);
  ic_cli_readings_add_member (&record->readings, builder);
  json_builder_set_member_name (builder, "instances");
  json_builder_begin_array (builder);
  for (guint i = 0; i < instances->len; i++)
    add_instance (builder, instances->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "commitments");
  ic_cli_commitment_add_array (builder, record->commitments);
  json_builder_set_member_name (builder, "events");
  json_builder_begin_array (builder);
  for (guint i = 0; i < record->events->len; i++)
    add_event (builder, record->events->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ic_cli_json_print (builder);
}

static void
print_people (IcTransfer *transfer)
{
  g_autofree char *name = ic_patient_dup_display_name (transfer->patient);
  g_autofree char *born = ic_words_dup_date (transfer->patient->birth_date);

  ic_cli_print_field (_ ("Patient"), name);
  ic_cli_print_field (_ ("Patient ID"), transfer->patient->id);
  ic_cli_print_field (_ ("Born"), born);
  ic_cli_print_field (_ ("Recipient"), transfer->recipient);
  ic_cli_print_field (_ ("Reason"), transfer->reason);
  ic_cli_print_field (_ ("Legal basis"), transfer->legal_basis);
  ic_cli_print_field (_ ("Urgency"), ic_urgency_to_string (transfer->urgency));
  ic_cli_print_field (_ ("Operator"), transfer->operator_name);
}

static void
print_act (IcTransfer *transfer, const char *commitments)
{
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autofree char *begun = ic_words_dup_time (transfer->started_at);
  g_autofree char *ended = ic_words_dup_time (transfer->ended_at);

  ic_cli_print_field (_ ("Transfer"), number);
  ic_cli_print_field (_ ("State"), ic_transfer_state_to_string (transfer->state));
  ic_cli_print_field (_ ("Direction"), ic_direction_to_string (transfer->direction));
  ic_cli_print_field (_ ("Way"), ic_route_to_string (transfer->route));
  ic_cli_print_field (_ ("Begun"), begun);
  ic_cli_print_field (_ ("Ended"), ended);
  ic_cli_print_field (_ ("Source"), transfer->source);
  ic_cli_print_field (_ ("Output"), transfer->output);
  ic_cli_print_field (_ ("Basis"), ic_basis_to_string (transfer->basis));
  ic_cli_print_read_back (transfer);
  ic_cli_print_field (_ ("Commitment"), commitments);
  ic_cli_print_field (_ ("Remark"), transfer->remark);
  ic_cli_print_field (_ ("Log head"), transfer->log_head);
}

static void
print_instances (IcTransfer *transfer)
{
  g_autoptr(IcCliTable) table =
                 ic_cli_table_new (instance_columns, G_N_ELEMENTS (instance_columns));

  for (guint i = 0; i < transfer->instances->len; i++)
    {
      IcTransferInstance *instance = transfer->instances->pdata[i];
      g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
      g_autofree char *file = instance->volume > 0
                                  ? g_strdup_printf ("%u:%s", instance->volume, instance->file_id)
                                  : g_strdup (instance->file_id);

      g_strv_builder_add_many (cells, ic_item_state_to_string (instance->state),
                               instance->sop_instance_uid, file, instance->sha256, instance->remark,
                               NULL);
      ic_cli_table_take_row (table, g_strv_builder_end (cells));
    }
  ic_cli_table_print (table);
}

static void
print_events (GPtrArray *events)
{
  g_autoptr(IcCliTable) table = ic_cli_table_new (event_columns, G_N_ELEMENTS (event_columns));

  for (guint i = 0; i < events->len; i++)
    {
      IcAuditEntry *event = events->pdata[i];
      g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
      g_autofree char *n = g_strdup_printf ("%" G_GINT64_FORMAT, event->n);

      g_strv_builder_add_many (cells, n, event->time, event->operator_name, event->action,
                               event->details, NULL);
      ic_cli_table_take_row (table, g_strv_builder_end (cells));
    }
  ic_cli_table_print (table);
}

static void
print_text (Record *record)
{
  IcProofView view = ic_transfer_words_get_view (record->transfer);
  g_autofree char *verdict = ic_transfer_words_dup_verdict (record->transfer, view);
  g_autofree char *commitments = ic_commitment_words_dup_sentences (record->commitments);

  print_act (record->transfer, commitments);
  ic_cli_print ("\n");
  print_people (record->transfer);
  ic_cli_print ("\n");
  ic_cli_print_series (record->transfer, view);
  ic_cli_print ("%s\n\n", verdict);
  ic_cli_readings_print (&record->readings);
  print_instances (record->transfer);
  ic_cli_print ("\n");
  print_events (record->events);
}

gboolean
ic_cli_log_show (IcCli *cli, GError **error)
{
  g_auto(Record) record = { 0 };

  if (!ic_cli_parse (cli, NULL, NULL, 1, 1, error))
    return FALSE;
  record.id = ic_transfer_id_from_number (cli->words[0]);
  if (record.id == 0)
    return ic_cli_refuse (error, _ ("a transfer is named by its number, as IC000012 or 12"));
  if (ic_cli_ensure_desk (cli, error) == NULL)
    return FALSE;
  ic_cli_set_subject (cli, cli->words[0]);
  if (!ic_cli_read (cli, read_record, &record, error))
    return FALSE;
  if (cli->json)
    print_json (&record);
  else
    print_text (&record);
  return TRUE;
}
