/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-transfer.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "store/ic-audit.h"
#include "store/ic-transfer-search.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define PAGE 200
#define DEFAULT_LIMIT 100

/* What was typed. */
typedef struct
{
  IcCliKeys keys;
  char *state;
  char *from;
  char *to;
  char *study;
  char *limit_text;
  guint limit;
} Typed;

static void
typed_clear (Typed *self)
{
  ic_cli_keys_clear (&self->keys);
  g_free (self->state);
  g_free (self->from);
  g_free (self->to);
  g_free (self->study);
  g_free (self->limit_text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

/* One page, newest first. */
typedef struct
{
  IcTransferFilter filter;
  gint64 before_id;
  guint limit;
  GPtrArray *transfers;
} Page;

static const IcCliColumn columns[] = {
  { N_ ("Transfer"), 8, FALSE }, { N_ ("When"), 17, FALSE },    { N_ ("State"), 10, FALSE },
  { N_ ("Way"), 10, FALSE },     { N_ ("Patient"), 24, FALSE }, { N_ ("Recipient"), 20, FALSE },
  { N_ ("Images"), 13, TRUE },   { N_ ("Operator"), 0, FALSE },
};

static gboolean
take_day (const char *text, const char *what, int days, gint64 *time, GError **error)
{
  g_autofree char *date = text != NULL ? ic_cli_parse_date (text, what, error) : NULL;

  if (text == NULL)
    return TRUE;
  if (date == NULL)
    return FALSE;
  *time = ic_cli_date_to_time (date, days);
  return TRUE;
}

static gboolean
fill_filter (Typed *typed, IcTransferFilter *filter, GError **error)
{
  char *studies[] = { typed->study, NULL };

  filter->text = typed->keys.value[IC_KEY_TEXT];
  filter->patient_id = typed->keys.value[IC_KEY_PATIENT_ID];
  filter->patient_name = typed->keys.value[IC_KEY_PATIENT_NAME];
  filter->recipient = typed->keys.value[IC_KEY_RECIPIENT];
  filter->study_uid = typed->study;
  filter->has_state = typed->state != NULL;
  if (filter->has_state && !ic_transfer_state_from_string (typed->state, &filter->state))
    return ic_cli_refuse (error, _ ("--state is one of succeeded, incomplete, unproven, failed, "
                                    "cancelled, refused, running"));
  typed->limit = DEFAULT_LIMIT;
  if (typed->limit_text != NULL &&
      !ic_cli_parse_number (typed->limit_text, "--limit", 0, G_MAXINT, &typed->limit, error))
    return FALSE;
  return ic_cli_check_uids (studies, "--study", error) &&
         take_day (typed->from, "--from", 0, &filter->from, error) &&
         take_day (typed->to, "--to", 1, &filter->before, error);
}

static gboolean
read_page (IcReadTx *tx, gpointer data, GError **error)
{
  Page *page = data;

  page->transfers = ic_transfer_search (tx, &page->filter, page->before_id, page->limit, error);
  return page->transfers != NULL;
}

static void
add_json (IcCliArray *array, IcTransfer *transfer)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autofree char *number = ic_transfer_dup_number (transfer->id);

  json_builder_begin_object (builder);
  ic_cli_json_add_text (builder, "transfer", number);
  ic_cli_json_add_text (builder, "state", ic_transfer_state_to_string (transfer->state));
  ic_cli_json_add_text (builder, "basis", ic_basis_to_string (transfer->basis));
  ic_cli_json_add_int (builder, "expected", transfer->expected);
  ic_cli_json_add_int (builder, "retrieved", transfer->retrieved);
  ic_cli_json_add_int (builder, "written", transfer->written);
  ic_cli_json_add_int (builder, "verified", transfer->verified);
  ic_cli_json_add_text (builder, "output", transfer->output);
  ic_cli_json_add_text (builder, "log_head", transfer->log_head);
  ic_cli_transfer_add_record (builder, transfer);
  json_builder_end_object (builder);
  ic_cli_array_add (array, builder);
}

static void
add_cells (IcCliTable *table, IcTransfer *transfer)
{
  g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autofree char *when = ic_words_dup_time (transfer->started_at);
  g_autofree char *way = g_strdup_printf ("%s %s", ic_direction_to_string (transfer->direction),
                                          ic_route_to_string (transfer->route));
  g_autofree char *patient = ic_patient_dup_display_name (transfer->patient);
  g_autofree char *done = ic_words_dup_count (
      transfer->direction == IC_DIRECTION_IN ? transfer->retrieved : transfer->verified);
  g_autofree char *expected = ic_words_dup_count (transfer->expected);
  g_autofree char *images = g_strdup_printf (_ ("%s of %s"), done, expected);

  g_strv_builder_add_many (cells, number, when, ic_transfer_state_to_string (transfer->state), way,
                           patient, transfer->recipient, images, transfer->operator_name, NULL);
  ic_cli_table_take_row (table, g_strv_builder_end (cells));
}

/* Answers how many were printed, or -1. */
static gint64
print_page (IcCli *cli, Page *page, IcCliArray *array, IcCliTable *table, GError **error)
{
  g_autoptr(GPtrArray) transfers = NULL;

  if (!ic_cli_read (cli, read_page, page, error))
    return -1;
  transfers = g_steal_pointer (&page->transfers);
  for (guint i = 0; i < transfers->len; i++)
    if (cli->json)
      add_json (array, transfers->pdata[i]);
    else
      add_cells (table, transfers->pdata[i]);
  ic_cli_table_print (table);
  if (transfers->len > 0)
    page->before_id = ((IcTransfer *) transfers->pdata[transfers->len - 1])->id;
  return transfers->len;
}

static gboolean
print_pages (IcCli *cli, guint limit, Page *page, GError **error)
{
  g_autoptr(IcCliTable) table = ic_cli_table_new (columns, G_N_ELEMENTS (columns));
  IcCliArray array = { 0 };
  gint64 left = limit > 0 ? limit : G_MAXINT64;
  gint64 n = 0;

  if (cli->json)
    ic_cli_array_begin (&array);
  do
    {
      page->limit = (guint) MIN (left, PAGE);
      n = print_page (cli, page, &array, table, error);
      left -= MAX (n, 0);
    }
  while (n == page->limit && left > 0);
  if (cli->json)
    ic_cli_array_end (&array);
  else if (n == 0 && page->before_id == 0)
    ic_cli_print (_ ("Nothing was found.\n"));
  if (left == 0)
    ic_cli_print_error (_ ("These are the newest %u: there may be more, --limit 0 shows all.\n"),
                        limit);
  return n >= 0;
}

gboolean
ic_cli_log_list (IcCli *cli, GError **error)
{
  g_auto(Typed) typed = {
    .keys = { .allowed = IC_KEY_BIT (IC_KEY_PATIENT_ID) | IC_KEY_BIT (IC_KEY_PATIENT_NAME) |
                         IC_KEY_BIT (IC_KEY_RECIPIENT) | IC_KEY_BIT (IC_KEY_TEXT) }
  };
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &typed.state, N_ ("How it ended, as succeeded"),
      N_ ("STATE") },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &typed.from, N_ ("Begun on this day or later"),
      N_ ("DATE") },
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &typed.to, N_ ("Begun on this day or earlier"),
      N_ ("DATE") },
    { "study", 0, 0, G_OPTION_ARG_FILENAME, &typed.study, N_ ("Study Instance UID"), N_ ("UID") },
    { "limit", 0, 0, G_OPTION_ARG_FILENAME, &typed.limit_text,
      N_ ("At most so many, 100 unless told otherwise, 0 for all"), N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };
  Page page = { 0 };

  if (!ic_cli_parse (cli, entries, &typed.keys, 0, 0, error) ||
      !fill_filter (&typed, &page.filter, error) || ic_cli_ensure_desk (cli, error) == NULL)
    return FALSE;
  ic_cli_set_topic (cli, _ ("the log"));
  return print_pages (cli, typed.limit, &page, error);
}

typedef struct
{
  const char *anchor;
  IcAuditReport *report;
} Check;

static gboolean
check_chain (IcReadTx *tx, gpointer data, GError **error)
{
  Check *check = data;

  check->report = ic_audit_verify (tx, check->anchor, error);
  return check->report != NULL;
}

static void
print_check (IcCli *cli, IcAuditReport *report, gboolean has_anchor)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autofree char *n = ic_words_dup_count (report->n_events);
  g_autofree char *erased = ic_words_dup_count (report->n_erased);

  if (!cli->json)
    {
      ic_cli_print (_ ("The log is whole: %s events agree.\n"), n);
      if (has_anchor)
        ic_cli_print (_ ("It contains the anchor that was given.\n"));
      if (report->n_erased > 0)
        ic_cli_print (_ ("Personal values erased on purpose: %s.\n"), erased);
      ic_cli_print_field (_ ("Log head"), report->head);
      return;
    }
  json_builder_begin_object (builder);
  ic_cli_json_add_int (builder, "events", report->n_events);
  ic_cli_json_add_int (builder, "personal", report->n_personal);
  ic_cli_json_add_int (builder, "erased", report->n_erased);
  ic_cli_json_add_text (builder, "log_head", report->head);
  json_builder_end_object (builder);
  ic_cli_json_print (builder);
}

gboolean
ic_cli_log_verify (IcCli *cli, GError **error)
{
  g_autofree char *anchor = NULL;
  const GOptionEntry entries[] = {
    { "anchor", 0, 0, G_OPTION_ARG_FILENAME, &anchor,
      N_ ("A log head from a proof, disc or report that must be part of the log"), N_ ("N:HASH") },
    G_OPTION_ENTRY_NULL,
  };
  Check check = { NULL };

  if (!ic_cli_parse (cli, entries, NULL, 0, 0, error) || ic_cli_ensure_desk (cli, error) == NULL)
    return FALSE;
  ic_cli_set_topic (cli, _ ("the log"));
  check.anchor = anchor;
  if (!ic_cli_read (cli, check_chain, &check, error))
    return FALSE;
  print_check (cli, check.report, anchor != NULL);
  ic_audit_report_free (check.report);
  return TRUE;
}
