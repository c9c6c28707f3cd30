/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-study.h"

IcStudy *
ic_study_new (void)
{
  IcStudy *self = g_atomic_rc_box_new0 (IcStudy);

  self->series = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_series_free);
  return self;
}

IcSeries *
ic_series_new (void)
{
  IcSeries *self = g_new0 (IcSeries, 1);

  self->instances = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_instance_free);
  return self;
}

IcInstance *
ic_instance_new (void)
{
  return g_new0 (IcInstance, 1);
}

static char *
dup_value (IcHeader *header, IcHeaderField field)
{
  return g_strdup (ic_header_get (header, field));
}

IcStudy *
ic_study_new_from_header (IcHeader *header)
{
  IcStudy *self = ic_study_new ();

  self->study_uid = dup_value (header, IC_HEADER_STUDY_INSTANCE_UID);
  self->date = dup_value (header, IC_HEADER_STUDY_DATE);
  self->time = dup_value (header, IC_HEADER_STUDY_TIME);
  self->accession = dup_value (header, IC_HEADER_ACCESSION_NUMBER);
  self->id = dup_value (header, IC_HEADER_STUDY_ID);
  self->description = dup_value (header, IC_HEADER_STUDY_DESCRIPTION);
  self->patient = ic_header_dup_patient (header);
  self->patient_keys = g_bytes_ref (ic_header_get_keys (header, IC_LEVEL_PATIENT));
  self->keys = g_bytes_ref (ic_header_get_keys (header, IC_LEVEL_STUDY));
  return self;
}

IcSeries *
ic_series_new_from_header (IcHeader *header)
{
  IcSeries *self = ic_series_new ();

  self->series_uid = dup_value (header, IC_HEADER_SERIES_INSTANCE_UID);
  self->modality = dup_value (header, IC_HEADER_MODALITY);
  self->number = dup_value (header, IC_HEADER_SERIES_NUMBER);
  self->description = dup_value (header, IC_HEADER_SERIES_DESCRIPTION);
  self->body_part = dup_value (header, IC_HEADER_BODY_PART_EXAMINED);
  self->keys = g_bytes_ref (ic_header_get_keys (header, IC_LEVEL_SERIES));
  return self;
}

IcInstance *
ic_instance_new_from_header (IcHeader *header,
                             const char *path,
                             const char *sha256,
                             guint64 size_bytes)
{
  IcInstance *self = ic_instance_new ();

  self->sop_instance_uid = dup_value (header, IC_HEADER_SOP_INSTANCE_UID);
  self->sop_class_uid = dup_value (header, IC_HEADER_SOP_CLASS_UID);
  self->transfer_syntax_uid = dup_value (header, IC_HEADER_TRANSFER_SYNTAX_UID);
  self->number = dup_value (header, IC_HEADER_INSTANCE_NUMBER);
  self->path = g_strdup (path);
  self->sha256 = g_strdup (sha256);
  self->size_bytes = size_bytes;
  self->keys = g_bytes_ref (ic_header_get_keys (header, IC_LEVEL_IMAGE));
  return self;
}

static void
replace (char **text, const char *with)
{
  g_free (*text);
  *text = g_strdup (with);
}

void
ic_instance_replace_file (IcInstance *self,
                          IcHeader *header,
                          const char *path,
                          const char *sha256,
                          guint64 size_bytes)
{
  replace (&self->transfer_syntax_uid, ic_header_get (header, IC_HEADER_TRANSFER_SYNTAX_UID));
  replace (&self->path, path);
  replace (&self->sha256, sha256);
  g_clear_pointer (&self->checksum, g_free);
  self->size_bytes = size_bytes;
  g_bytes_unref (self->keys);
  self->keys = g_bytes_ref (ic_header_get_keys (header, IC_LEVEL_IMAGE));
}

IcStudy *
ic_study_copy_empty (const IcStudy *self)
{
  IcStudy *copy = ic_study_new ();

  copy->study_uid = g_strdup (self->study_uid);
  copy->date = g_strdup (self->date);
  copy->time = g_strdup (self->time);
  copy->accession = g_strdup (self->accession);
  copy->id = g_strdup (self->id);
  copy->description = g_strdup (self->description);
  copy->patient = ic_patient_ref (self->patient);
  copy->patient_keys = g_bytes_ref (self->patient_keys);
  copy->keys = g_bytes_ref (self->keys);
  return copy;
}

IcSeries *
ic_series_copy_empty (const IcSeries *self)
{
  IcSeries *copy = ic_series_new ();

  copy->series_uid = g_strdup (self->series_uid);
  copy->modality = g_strdup (self->modality);
  copy->number = g_strdup (self->number);
  copy->description = g_strdup (self->description);
  copy->body_part = g_strdup (self->body_part);
  copy->keys = g_bytes_ref (self->keys);
  return copy;
}

IcInstance *
ic_instance_copy (const IcInstance *self)
{
  IcInstance *copy = ic_instance_new ();

  copy->sop_instance_uid = g_strdup (self->sop_instance_uid);
  copy->sop_class_uid = g_strdup (self->sop_class_uid);
  copy->transfer_syntax_uid = g_strdup (self->transfer_syntax_uid);
  copy->number = g_strdup (self->number);
  copy->path = g_strdup (self->path);
  copy->sha256 = g_strdup (self->sha256);
  copy->size_bytes = self->size_bytes;
  copy->flaw = g_strdup (self->flaw);
  copy->keys = g_bytes_ref (self->keys);
  return copy;
}

static void
clear_study (gpointer data)
{
  IcStudy *self = data;

  g_free (self->study_uid);
  g_free (self->date);
  g_free (self->time);
  g_free (self->accession);
  g_free (self->id);
  g_free (self->description);
  g_clear_pointer (&self->patient, ic_patient_unref);
  g_clear_pointer (&self->patient_keys, g_bytes_unref);
  g_clear_pointer (&self->keys, g_bytes_unref);
  g_ptr_array_unref (self->series);
}

IcStudy *
ic_study_ref (IcStudy *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_study_unref (IcStudy *self)
{
  g_atomic_rc_box_release_full (self, clear_study);
}

void
ic_series_free (IcSeries *self)
{
  g_free (self->series_uid);
  g_free (self->modality);
  g_free (self->number);
  g_free (self->description);
  g_free (self->body_part);
  g_clear_pointer (&self->keys, g_bytes_unref);
  g_ptr_array_unref (self->instances);
  g_free (self);
}

void
ic_instance_free (IcInstance *self)
{
  g_free (self->sop_instance_uid);
  g_free (self->sop_class_uid);
  g_free (self->transfer_syntax_uid);
  g_free (self->number);
  g_free (self->path);
  g_free (self->sha256);
  g_free (self->checksum);
  g_free (self->flaw);
  g_clear_pointer (&self->keys, g_bytes_unref);
  g_free (self);
}

static int
compare_numbers (const char *a, const char *b)
{
  gint64 left = g_ascii_strtoll (a, NULL, 10);
  gint64 right = g_ascii_strtoll (b, NULL, 10);

  return (left > right) - (left < right);
}

static int
compare_series (gconstpointer a, gconstpointer b)
{
  const IcSeries *left = *(IcSeries *const *) a;
  const IcSeries *right = *(IcSeries *const *) b;
  int order = compare_numbers (left->number, right->number);

  return order != 0 ? order : g_strcmp0 (left->series_uid, right->series_uid);
}

static int
compare_instances (gconstpointer a, gconstpointer b)
{
  const IcInstance *left = *(IcInstance *const *) a;
  const IcInstance *right = *(IcInstance *const *) b;
  int order = compare_numbers (left->number, right->number);

  return order != 0 ? order : g_strcmp0 (left->sop_instance_uid, right->sop_instance_uid);
}

void
ic_study_sort (IcStudy *self)
{
  g_ptr_array_sort (self->series, compare_series);
  for (guint i = 0; i < self->series->len; i++)
    g_ptr_array_sort (((IcSeries *) self->series->pdata[i])->instances, compare_instances);
}

guint
ic_study_count_instances (IcStudy *self)
{
  guint n = 0;

  for (guint i = 0; i < self->series->len; i++)
    n += ((IcSeries *) self->series->pdata[i])->instances->len;
  return n;
}

static guint64
sum_series (IcSeries *series)
{
  guint64 sum = 0;

  for (guint i = 0; i < series->instances->len; i++)
    sum += ((IcInstance *) series->instances->pdata[i])->size_bytes;
  return sum;
}

guint64
ic_study_sum_size_bytes (IcStudy *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->series->len; i++)
    sum += sum_series (self->series->pdata[i]);
  return sum;
}
