/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-row.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "ops/ic-query-job.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* What was typed. */
typedef struct
{
  IcCliKeys keys;
  char *level_name;
  IcLevel level;
  char *study_date;
  char *modality;
  char **studies;
  char *series;
  char *limit_text;
  guint limit;
} Typed;

static void
typed_clear (Typed *self)
{
  ic_cli_keys_clear (&self->keys);
  g_free (self->level_name);
  g_free (self->study_date);
  g_free (self->modality);
  g_strfreev (self->studies);
  g_free (self->series);
  g_free (self->limit_text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

/* Where the rows go. */
typedef struct
{
  IcLevel level;
  gboolean json;
  IcCliTable *table;
  IcCliArray array;
  IcJob *job;
} Sink;

static const char *const level_names[] = {
  [IC_LEVEL_PATIENT] = "patient",
  [IC_LEVEL_STUDY] = "study",
  [IC_LEVEL_SERIES] = "series",
  [IC_LEVEL_IMAGE] = "image",
};

static gboolean
read_level (Typed *typed, GError **error)
{
  typed->level = IC_LEVEL_STUDY;
  if (typed->level_name == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (level_names); i++)
    if (g_ascii_strcasecmp (typed->level_name, level_names[i]) == 0)
      {
        typed->level = (IcLevel) i;
        return TRUE;
      }
  return ic_cli_refuse (error, _ ("--level is one of patient, study, series, image"));
}

/* A key that the level does not have would be ignored by some nodes, which then show too much. */
static gboolean
check_level (Typed *typed, GError **error)
{
  gboolean has_study_keys =
      typed->study_date != NULL || ic_cli_keys_has (&typed->keys, IC_KEY_BIT (IC_KEY_ACCESSION));

  switch (typed->level)
    {
    case IC_LEVEL_PATIENT:
      if (has_study_keys || typed->modality != NULL || typed->studies != NULL ||
          typed->series != NULL)
        return ic_cli_refuse (error, _ ("at patient level only patient ID, name and birth date can "
                                        "be asked"));
      return TRUE;
    case IC_LEVEL_STUDY:
      return typed->series == NULL ||
             ic_cli_refuse (error, _ ("--series needs --level series or image"));
    case IC_LEVEL_SERIES:
    case IC_LEVEL_IMAGE:
      if (has_study_keys || ic_cli_keys_has (&typed->keys, IC_KEYS_OF_PATIENT))
        return ic_cli_refuse (error, _ ("below study level say which study with --study instead"));
      if (typed->studies == NULL || g_strv_length (typed->studies) != 1)
        return ic_cli_refuse (error, _ ("below study level one --study is needed"));
      if (typed->level == IC_LEVEL_IMAGE && typed->series == NULL)
        return ic_cli_refuse (error, _ ("at image level --series is needed"));
      return typed->level == IC_LEVEL_SERIES || typed->modality == NULL ||
             ic_cli_refuse (error, _ ("images have no --modality of their own"));
    case IC_N_LEVELS:
    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
check (Typed *typed, GError **error)
{
  char *series[] = { typed->series, NULL };
  char *range = NULL;

  if (!read_level (typed, error) || !check_level (typed, error) ||
      !ic_cli_check_not_blank (typed->modality, "--modality", error) ||
      !ic_cli_check_uids (typed->studies, "--study", error) ||
      !ic_cli_check_uids (series, "--series", error))
    return FALSE;
  if (typed->limit_text != NULL &&
      !ic_cli_parse_number (typed->limit_text, "--limit", 0, G_MAXINT, &typed->limit, error))
    return FALSE;
  if (typed->study_date == NULL)
    return TRUE;
  range = ic_cli_parse_date_range (typed->study_date, _ ("the study date"), NULL, NULL, error);
  if (range == NULL)
    return FALSE;
  g_free (typed->study_date);
  typed->study_date = range;
  return TRUE;
}

static void
restrict_query (IcQuery *query, IcQueryKey key, const char *value)
{
  if (value != NULL && *value != '\0')
    ic_query_set (query, key, value);
}

static IcQuery *
build_query (Typed *typed)
{
  IcQuery *query = ic_query_new (typed->level);
  g_autofree char *studies = typed->studies != NULL ? g_strjoinv ("\\", typed->studies) : NULL;
  g_autofree char *modality = typed->modality != NULL ? g_ascii_strup (typed->modality, -1) : NULL;

  restrict_query (query, IC_QUERY_PATIENT_ID, typed->keys.value[IC_KEY_PATIENT_ID]);
  restrict_query (query, IC_QUERY_PATIENT_NAME, typed->keys.value[IC_KEY_PATIENT_NAME]);
  restrict_query (query, IC_QUERY_PATIENT_BIRTH_DATE, typed->keys.value[IC_KEY_BIRTH_DATE]);
  restrict_query (query, IC_QUERY_ACCESSION_NUMBER, typed->keys.value[IC_KEY_ACCESSION]);
  restrict_query (query, IC_QUERY_STUDY_DATE, typed->study_date);
  restrict_query (query,
                  typed->level == IC_LEVEL_STUDY ? IC_QUERY_MODALITIES_IN_STUDY : IC_QUERY_MODALITY,
                  modality);
  restrict_query (query, IC_QUERY_STUDY_INSTANCE_UID, studies);
  restrict_query (query, IC_QUERY_SERIES_INSTANCE_UID, typed->series);
  return query;
}

/* The same member says the same thing at every level: how many images the row stands for. */
static void
fill_row (IcCliRow *row, IcLevel level, const char *const *values)
{
  static const IcQueryKey n_series[] = { IC_QUERY_PATIENT_SERIES_COUNT, IC_QUERY_STUDY_SERIES_COUNT,
                                         IC_QUERY_STUDY_SERIES_COUNT, IC_QUERY_STUDY_SERIES_COUNT };
  static const IcQueryKey n_instances[] = { IC_QUERY_PATIENT_INSTANCE_COUNT,
                                            IC_QUERY_STUDY_INSTANCE_COUNT,
                                            IC_QUERY_SERIES_INSTANCE_COUNT,
                                            IC_QUERY_SERIES_INSTANCE_COUNT };
  gboolean is_study = level <= IC_LEVEL_STUDY;

  *row = (IcCliRow){
    .patient_id = values[IC_QUERY_PATIENT_ID],
    .patient_name = values[IC_QUERY_PATIENT_NAME],
    .birth_date = values[IC_QUERY_PATIENT_BIRTH_DATE],
    .sex = values[IC_QUERY_PATIENT_SEX],
    .study_uid = values[IC_QUERY_STUDY_INSTANCE_UID],
    .study_date = values[IC_QUERY_STUDY_DATE],
    .accession = values[IC_QUERY_ACCESSION_NUMBER],
    .modalities = values[is_study ? IC_QUERY_MODALITIES_IN_STUDY : IC_QUERY_MODALITY],
    .description = values[is_study ? IC_QUERY_STUDY_DESCRIPTION : IC_QUERY_SERIES_DESCRIPTION],
    .series_count = values[n_series[level]],
    .instance_count = values[n_instances[level]],
    .series_uid = values[IC_QUERY_SERIES_INSTANCE_UID],
    .series_number = values[IC_QUERY_SERIES_NUMBER],
    .sop_instance_uid = values[IC_QUERY_SOP_INSTANCE_UID],
    .sop_class_uid = values[IC_QUERY_SOP_CLASS_UID],
    .instance_number = values[IC_QUERY_INSTANCE_NUMBER],
  };
}

static void
row_found_cb (const char *const *values, gpointer user_data)
{
  Sink *sink = user_data;
  IcCliRow row;

  fill_row (&row, sink->level, values);
  if (sink->json)
    {
      g_autoptr(JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ic_cli_row_add_members (&row, sink->level, builder);
      json_builder_end_object (builder);
      ic_cli_array_add (&sink->array, builder);
    }
  else
    {
      ic_cli_row_add_cells (&row, sink->level, sink->table);
      ic_cli_table_print (sink->table);
    }
  ic_cli_flush_when_idle ();
  /* Nobody reads on: there is no use in asking on. */
  if (ferror (stdout))
    ic_job_cancel (sink->job);
}

static void
tell_truncated (IcQueryResult *result)
{
  g_autofree char *count = result != NULL ? ic_words_dup_count (result->rows) : NULL;

  if (result != NULL && result->truncated)
    ic_cli_print_error (_ ("These are the first %s: there are more, restrict the search or raise "
                           "--limit.\n"),
                        count);
}

/* "modalities, study date" */
static char *
dup_key_names (const guint *counts)
{
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint key = 0; key < IC_N_QUERY_KEYS; key++)
    if (counts[key] > 0)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                              ic_query_key_get_info ((IcQueryKey) key)->name);
  return g_strdelimit (g_string_free (g_steal_pointer (&names), FALSE), "_", ' ');
}

static void
tell_left_out (IcQueryResult *result)
{
  g_autofree char *n_out = ic_words_dup_count (result->left_out);
  g_autofree char *out_by = dup_key_names (result->left_out_by);
  g_autofree char *n_unclear = ic_words_dup_count (result->unclear);
  g_autofree char *unclear_by = dup_key_names (result->unclear_by);

  if (result->left_out > 0)
    ic_cli_print_error (_ ("Left out: %s that the node sent although they are not what was asked "
                           "for (%s).\n"),
                        n_out, out_by);
  if (result->unclear > 0)
    ic_cli_print_error (_ ("Unclear: %s that do not say whether they are what was asked for (%s); "
                           "they are shown.\n"),
                        n_unclear, unclear_by);
}

static gboolean
run (IcCli *cli, IcNode *node, Typed *typed, GError **error)
{
  g_autoptr(IcCliTable) table = ic_cli_row_new_table (typed->level);
  Sink sink = { .level = typed->level, .json = cli->json, .table = table };
  g_autoptr(IcJob) job = ic_find_job_new (cli->desk, node, build_query (typed), typed->limit,
                                           row_found_cb, &sink);
  gboolean succeeded = FALSE;
  IcQueryResult *result = NULL;

  sink.job = job;
  if (cli->json)
    ic_cli_array_begin (&sink.array);
  succeeded = ic_cli_run_job (cli, job, error);
  if (cli->json)
    ic_cli_array_end (&sink.array);
  result = ic_job_get_result (job);
  tell_truncated (result);
  if (result != NULL)
    tell_left_out (result);
  if (succeeded && !cli->json && result != NULL && result->rows == 0)
    ic_cli_print (_ ("Nothing was found.\n"));
  return succeeded;
}

gboolean
ic_cli_find (IcCli *cli, GError **error)
{
  g_auto(Typed)
              typed = { .keys = { .allowed = IC_KEYS_OF_PATIENT | IC_KEY_BIT (IC_KEY_ACCESSION) } };
  g_autoptr(IcNode) node = NULL;
  const GOptionEntry entries[] = {
    { "level", 0, 0, G_OPTION_ARG_FILENAME, &typed.level_name,
      N_ ("patient, study (unless told otherwise), series or image"), N_ ("LEVEL") },
    { "study-date", 0, 0, G_OPTION_ARG_FILENAME, &typed.study_date,
      N_ ("A day, FROM-TO, FROM- or -TO, as 20260101-20260214"), N_ ("FROM-TO") },
    { "modality", 0, 0, G_OPTION_ARG_FILENAME, &typed.modality, N_ ("CT, MR, …"), N_ ("MODALITY") },
    { "study", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &typed.studies, N_ ("Study Instance UIDs"),
      N_ ("UID…") },
    { "series", 0, 0, G_OPTION_ARG_FILENAME, &typed.series, N_ ("Series Instance UID"),
      N_ ("UID") },
    { "limit", 0, 0, G_OPTION_ARG_FILENAME, &typed.limit_text, N_ ("At most so many, 0 for all"),
      N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };

  if (!ic_cli_parse (cli, entries, &typed.keys, 1, 1, error) || !check (&typed, error))
    return FALSE;
  node = ic_cli_find_node (cli, cli->words[0], error);
  return node != NULL && run (cli, node, &typed, error);
}
