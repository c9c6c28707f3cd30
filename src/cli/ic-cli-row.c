/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-row.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

static const IcCliColumn patient_columns[] = {
  { N_ ("Patient"), 28, FALSE }, { N_ ("ID"), 14, FALSE },   { N_ ("Born"), 11, FALSE },
  { N_ ("Sex"), 3, FALSE },      { N_ ("Series"), 6, TRUE }, { N_ ("Images"), 7, TRUE },
};
static const IcCliColumn study_columns[] = {
  { N_ ("Patient"), 28, FALSE },   { N_ ("ID"), 14, FALSE },      { N_ ("Born"), 11, FALSE },
  { N_ ("Study"), 11, FALSE },     { N_ ("Modality"), 8, FALSE }, { N_ ("Description"), 24, FALSE },
  { N_ ("Accession"), 12, FALSE }, { N_ ("Series"), 6, TRUE },    { N_ ("Images"), 7, TRUE },
  { N_ ("Study UID"), 0, FALSE },
};
static const IcCliColumn series_columns[] = {
  { N_ ("Series"), 6, TRUE }, { N_ ("Modality"), 8, FALSE },   { N_ ("Description"), 32, FALSE },
  { N_ ("Images"), 7, TRUE }, { N_ ("Series UID"), 0, FALSE },
};
static const IcCliColumn image_columns[] = {
  { N_ ("Image"), 6, TRUE },
  { N_ ("SOP Instance UID"), 56, FALSE },
  { N_ ("SOP Class UID"), 0, FALSE },
};

void
ic_cli_row_add_members (const IcCliRow *row, IcLevel level, JsonBuilder *builder)
{
  ic_cli_json_add_text (builder, "patient_id", row->patient_id);
  ic_cli_json_add_text (builder, "patient_name", row->patient_name);
  ic_cli_json_add_text (builder, "birth_date", row->birth_date);
  ic_cli_json_add_text (builder, "sex", row->sex);
  ic_cli_json_add_text (builder, "study_uid", row->study_uid);
  ic_cli_json_add_text (builder, "study_date", row->study_date);
  ic_cli_json_add_text (builder, "accession", row->accession);
  ic_cli_json_add_text (builder, "modalities", row->modalities);
  ic_cli_json_add_text (builder, "description", row->description);
  ic_cli_json_add_count (builder, "series_count", row->series_count);
  ic_cli_json_add_count (builder, "instance_count", row->instance_count);
  if (level < IC_LEVEL_SERIES)
    return;
  ic_cli_json_add_text (builder, "series_uid", row->series_uid);
  ic_cli_json_add_text (builder, "sop_instance_uid", row->sop_instance_uid);
  ic_cli_json_add_text (builder, "sop_class_uid", row->sop_class_uid);
  ic_cli_json_add_text (builder, "series_number", row->series_number);
  ic_cli_json_add_text (builder, "instance_number", row->instance_number);
}

IcCliTable *
ic_cli_row_new_table (IcLevel level)
{
  switch (level)
    {
    case IC_LEVEL_PATIENT:
      return ic_cli_table_new (patient_columns, G_N_ELEMENTS (patient_columns));
    case IC_LEVEL_SERIES:
      return ic_cli_table_new (series_columns, G_N_ELEMENTS (series_columns));
    case IC_LEVEL_IMAGE:
      return ic_cli_table_new (image_columns, G_N_ELEMENTS (image_columns));
    case IC_LEVEL_STUDY:
    case IC_N_LEVELS:
    default:
      return ic_cli_table_new (study_columns, G_N_ELEMENTS (study_columns));
    }
}

/* Counts with separators; what is no count stays as it is. */
static char *
dup_count (const char *text)
{
  guint64 count = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &count, NULL))
    return g_strdup (text);
  return ic_words_dup_count (count);
}

static void
add_person (const IcCliRow *row, GStrvBuilder *cells)
{
  g_autofree char *name = ic_words_dup_name (row->patient_name);
  g_autofree char *born = ic_words_dup_date (row->birth_date);

  g_strv_builder_add_many (cells, name, row->patient_id, born, NULL);
}

void
ic_cli_row_add_cells (const IcCliRow *row, IcLevel level, IcCliTable *table)
{
  g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
  g_autofree char *date = ic_words_dup_date (row->study_date);
  g_autofree char *modalities = ic_words_dup_modalities (row->modalities);
  g_autofree char *n_series = dup_count (row->series_count);
  g_autofree char *n_images = dup_count (row->instance_count);

  if (level == IC_LEVEL_PATIENT)
    {
      add_person (row, cells);
      g_strv_builder_add_many (cells, row->sex, n_series, n_images, NULL);
    }
  else if (level == IC_LEVEL_SERIES)
    g_strv_builder_add_many (cells, row->series_number, modalities, row->description, n_images,
                             row->series_uid, NULL);
  else if (level == IC_LEVEL_IMAGE)
    g_strv_builder_add_many (cells, row->instance_number, row->sop_instance_uid, row->sop_class_uid,
                             NULL);
  else
    {
      add_person (row, cells);
      g_strv_builder_add_many (cells, date, modalities, row->description, row->accession, n_series,
                               n_images, row->study_uid, NULL);
    }
  ic_cli_table_take_row (table, g_strv_builder_end (cells));
}
