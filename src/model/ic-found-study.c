/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-found-study.h"

#include "domain/ic-uid.h"
#include "words/ic-words.h"

gint64
ic_found_study_parse_count (const char *text)
{
  guint64 count = 0;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &count, NULL))
    return (gint64) count;
  return IC_COUNT_UNKNOWN;
}

IcFoundStudy *
ic_found_study_new_from_row (const char *const *values)
{
  IcFoundStudy *self = NULL;

  if (!ic_uid_is_valid (values[IC_QUERY_STUDY_INSTANCE_UID]))
    return NULL;
  self = g_new0 (IcFoundStudy, 1);
  self->patient =
      ic_patient_new (values[IC_QUERY_PATIENT_ID], values[IC_QUERY_ISSUER_OF_PATIENT_ID],
                      values[IC_QUERY_PATIENT_NAME], values[IC_QUERY_PATIENT_BIRTH_DATE],
                      values[IC_QUERY_PATIENT_SEX]);
  self->study_uid = g_strdup (values[IC_QUERY_STUDY_INSTANCE_UID]);
  self->date = g_strdup (values[IC_QUERY_STUDY_DATE]);
  self->time = g_strdup (values[IC_QUERY_STUDY_TIME]);
  self->accession = g_strdup (values[IC_QUERY_ACCESSION_NUMBER]);
  self->description = ic_words_dup_printable (values[IC_QUERY_STUDY_DESCRIPTION]);
  self->modalities = g_strdup (values[IC_QUERY_MODALITIES_IN_STUDY]);
  self->n_series = ic_found_study_parse_count (values[IC_QUERY_STUDY_SERIES_COUNT]);
  self->n_instances = ic_found_study_parse_count (values[IC_QUERY_STUDY_INSTANCE_COUNT]);
  return self;
}

IcFoundStudy *
ic_found_study_new_from_summary (const IcStudySummary *summary)
{
  IcFoundStudy *self = g_new0 (IcFoundStudy, 1);

  self->patient = ic_patient_ref (summary->patient);
  self->study_uid = g_strdup (summary->study_uid);
  self->date = g_strdup (summary->date);
  self->time = g_strdup (summary->time);
  self->accession = g_strdup (summary->accession);
  self->description = ic_words_dup_printable (summary->description);
  self->modalities = g_strdup (summary->modalities);
  self->n_series = summary->n_series;
  self->n_instances = summary->n_instances;
  self->size_bytes = summary->size_bytes;
  return self;
}

void
ic_found_study_free (IcFoundStudy *self)
{
  ic_patient_unref (self->patient);
  g_free (self->study_uid);
  g_free (self->date);
  g_free (self->time);
  g_free (self->accession);
  g_free (self->description);
  g_free (self->modalities);
  g_free (self);
}
