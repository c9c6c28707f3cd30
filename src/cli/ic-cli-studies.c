/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-study-repo.h"
#include "store/ic-sweep.h"

#include "cli/ic-cli-row.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"

#include <glib/gi18n.h>

#define PAGE 500

/* What was typed. */
typedef struct
{
  IcCliKeys keys;
  char *study_date;
  char *from;
  char *to;
  char *modality;
  char *study;
  char *limit_text;
  guint limit; /* 0 for all */
} Typed;

static void
typed_clear (Typed *self)
{
  ic_cli_keys_clear (&self->keys);
  g_free (self->study_date);
  g_free (self->from);
  g_free (self->to);
  g_free (self->modality);
  g_free (self->study);
  g_free (self->limit_text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

/* One page of the list: each is a transaction of its own, so that nobody waits for a long one. */
typedef struct
{
  IcStudyFilter filter;
  IcStudyKey after;
  guint limit;
  GPtrArray *rows;
} Page;

static gboolean
check (Typed *typed, GError **error)
{
  char *studies[] = { typed->study, NULL };
  g_autofree char *range = NULL;

  if (!ic_cli_check_uids (studies, "--study", error) ||
      !ic_cli_check_not_blank (typed->modality, "--modality", error))
    return FALSE;
  if (typed->limit_text != NULL &&
      !ic_cli_parse_number (typed->limit_text, "--limit", 0, G_MAXINT, &typed->limit, error))
    return FALSE;
  if (typed->study_date == NULL)
    return TRUE;
  range = ic_cli_parse_date_range (typed->study_date, _ ("the study date"), &typed->from,
                                   &typed->to, error);
  return range != NULL;
}

static gboolean
read_page (IcReadTx *tx, gpointer data, GError **error)
{
  Page *page = data;

  page->rows = ic_study_repo_list (tx, &page->filter, page->after.id > 0 ? &page->after : NULL,
                                   page->limit, error);
  return page->rows != NULL;
}

static void
fill_row (IcCliRow *row, IcStudySummary *study, const char *n_series, const char *n_instances)
{
  *row = (IcCliRow){
    .patient_id = study->patient->id,
    .patient_name = study->patient->name,
    .birth_date = study->patient->birth_date,
    .sex = study->patient->sex,
    .study_uid = study->study_uid,
    .study_date = study->date,
    .accession = study->accession,
    .modalities = study->modalities,
    .description = study->description,
    .series_count = n_series,
    .instance_count = n_instances,
  };
}

static void
add_json (IcCliArray *array, const IcCliRow *row, IcStudySummary *study)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ic_cli_row_add_members (row, IC_LEVEL_STUDY, builder);
  ic_cli_json_add_int (builder, "size_bytes", (gint64) study->size_bytes);
  ic_cli_json_add_time (builder, "retrieved_at", study->retrieved_at);
  json_builder_end_object (builder);
  ic_cli_array_add (array, builder);
}

static void
print_study (IcCli *cli, IcStudySummary *study, IcCliArray *array, IcCliTable *table)
{
  g_autofree char *n_series = g_strdup_printf ("%u", study->n_series);
  g_autofree char *n_instances = g_strdup_printf ("%u", study->n_instances);
  IcCliRow row;

  fill_row (&row, study, n_series, n_instances);
  if (cli->json)
    add_json (array, &row, study);
  else
    ic_cli_row_add_cells (&row, IC_LEVEL_STUDY, table);
}

/* Answers how many were printed, or -1. */
static gint64
print_page (IcCli *cli, Page *page, IcCliArray *array, IcCliTable *table, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  IcStudySummary *last = NULL;

  if (!ic_cli_read (cli, read_page, page, error))
    return -1;
  rows = g_steal_pointer (&page->rows);
  for (guint i = 0; i < rows->len; i++)
    print_study (cli, rows->pdata[i], array, table);
  ic_cli_table_print (table);
  if (rows->len == 0)
    return 0;
  last = rows->pdata[rows->len - 1];
  g_free ((char *) page->after.date);
  page->after.date = g_strdup (last->date);
  page->after.id = last->id;
  return rows->len;
}

static gboolean
print_pages (IcCli *cli, Typed *typed, Page *page, GError **error)
{
  g_autoptr(IcCliTable) table = ic_cli_row_new_table (IC_LEVEL_STUDY);
  IcCliArray array = { 0 };
  gint64 left = typed->limit > 0 ? typed->limit : G_MAXINT64;
  gint64 n = 0;
  gint64 total = 0;

  if (cli->json)
    ic_cli_array_begin (&array);
  do
    {
      page->limit = (guint) MIN (left, PAGE);
      n = print_page (cli, page, &array, table, error);
      left -= MAX (n, 0);
      total += MAX (n, 0);
    }
  while (n == page->limit && left > 0);
  if (cli->json)
    ic_cli_array_end (&array);
  else if (n == 0 && total == 0)
    ic_cli_print (_ ("Nothing was found.\n"));
  return n >= 0;
}

gboolean
ic_cli_studies_list (IcCli *cli, GError **error)
{
  g_auto(Typed)
              typed = { .keys = { .allowed = IC_KEYS_OF_PATIENT | IC_KEY_BIT (IC_KEY_ACCESSION) } };
  const GOptionEntry entries[] = {
    { "study-date", 0, 0, G_OPTION_ARG_FILENAME, &typed.study_date,
      N_ ("A day, FROM-TO, FROM- or -TO, as 20260101-20260214"), N_ ("FROM-TO") },
    { "modality", 0, 0, G_OPTION_ARG_FILENAME, &typed.modality, N_ ("CT, MR, …"), N_ ("MODALITY") },
    { "study", 0, 0, G_OPTION_ARG_FILENAME, &typed.study, N_ ("Study Instance UID"), N_ ("UID") },
    { "limit", 0, 0, G_OPTION_ARG_FILENAME, &typed.limit_text, N_ ("At most so many, 0 for all"),
      N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };
  Page page = { 0 };
  gboolean succeeded = FALSE;

  if (!ic_cli_parse (cli, entries, &typed.keys, 0, 0, error) || !check (&typed, error))
    return FALSE;
  page.filter = (IcStudyFilter){
    .patient_id = typed.keys.value[IC_KEY_PATIENT_ID],
    .patient_name = typed.keys.value[IC_KEY_PATIENT_NAME],
    .birth_date = typed.keys.value[IC_KEY_BIRTH_DATE],
    .accession = typed.keys.value[IC_KEY_ACCESSION],
    .date_from = typed.from,
    .date_to = typed.to,
    .modality = typed.modality,
    .study_uid = typed.study,
  };
  if (ic_cli_ensure_desk (cli, error) == NULL)
    return FALSE;
  ic_cli_set_topic (cli, _ ("the list of studies"));
  succeeded = print_pages (cli, &typed, &page, error);
  g_free ((char *) page.after.date);
  return succeeded;
}

typedef struct
{
  const char *study_uid;
  const char *operator_name;
} Removal;

static gboolean
remove_study (IcWriteTx *tx, gpointer data, GError **error)
{
  Removal *removal = data;

  return ic_study_repo_remove (tx, removal->study_uid, removal->operator_name, error);
}

static void
print_removed (IcCli *cli, char **studies)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  if (!cli->json)
    {
      for (guint i = 0; studies[i] != NULL; i++)
        ic_cli_print (_ ("Study %s was removed from here.\n"), studies[i]);
      return;
    }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "removed");
  json_builder_begin_array (builder);
  for (guint i = 0; studies[i] != NULL; i++)
    json_builder_add_string_value (builder, studies[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ic_cli_json_print (builder);
}

static gboolean
remove_studies (IcCli *cli, char **studies, GError **error)
{
  IcDesk *desk = ic_cli_ensure_desk (cli, error);

  for (guint i = 0; desk != NULL && studies[i] != NULL; i++)
    {
      Removal removal = { studies[i], ic_desk_get_operator (desk) };

      ic_cli_set_subject (cli, studies[i]);
      if (!ic_cli_write (cli, remove_study, &removal, error))
        return FALSE;
    }
  return desk != NULL && ic_sweep_removals (ic_desk_get_store (desk), 0, error);
}

gboolean
ic_cli_studies_remove (IcCli *cli, GError **error)
{
  g_auto(GStrv) studies = NULL;
  const GOptionEntry entries[] = {
    { "study", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &studies, N_ ("Study Instance UIDs"),
      N_ ("UID…") },
    G_OPTION_ENTRY_NULL,
  };

  if (!ic_cli_parse (cli, entries, NULL, 0, 0, error))
    return FALSE;
  if (studies == NULL)
    return ic_cli_refuse (error, _ ("--study is missing"));
  if (!ic_cli_check_uids (studies, "--study", error) || !remove_studies (cli, studies, error))
    return FALSE;
  print_removed (cli, studies);
  return TRUE;
}
