/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-study.h"

IcStudy *
ic_study_new (void)
{
  g_autoptr(IcTexts) texts = ic_texts_new ();

  return ic_study_new_sharing (texts);
}

IcStudy *
ic_study_new_sharing (IcTexts *texts)
{
  IcStudy *self = g_atomic_rc_box_new0 (IcStudy);

  self->series = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_series_free);
  self->texts = ic_texts_ref (texts);
  return self;
}

IcSeries *
ic_series_new (IcTexts *texts)
{
  IcSeries *self = g_new0 (IcSeries, 1);

  self->instances = g_ptr_array_new_with_free_func (g_free);
  self->texts = ic_texts_ref (texts);
  return self;
}

IcInstance *
ic_series_add_instance (IcSeries *self)
{
  IcInstance *instance = g_new0 (IcInstance, 1);

  g_ptr_array_add (self->instances, instance);
  return instance;
}

void
ic_series_set_keys (IcSeries *self, IcInstance *instance, gconstpointer keys, gsize size)
{
  if (self->all_keys == NULL)
    self->all_keys = ic_texts_new ();
  instance->keys = ic_texts_keep_bytes (self->all_keys, keys, size);
  instance->keys_size = (guint) size;
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
ic_series_new_from_header (IcStudy *study, IcHeader *header)
{
  IcSeries *self = ic_series_new (study->texts);

  self->series_uid = dup_value (header, IC_HEADER_SERIES_INSTANCE_UID);
  self->modality = dup_value (header, IC_HEADER_MODALITY);
  self->number = dup_value (header, IC_HEADER_SERIES_NUMBER);
  self->description = dup_value (header, IC_HEADER_SERIES_DESCRIPTION);
  self->body_part = dup_value (header, IC_HEADER_BODY_PART_EXAMINED);
  self->keys = g_bytes_ref (ic_header_get_keys (header, IC_LEVEL_SERIES));
  return self;
}

static const char *
keep_value (IcSeries *self, IcHeader *header, IcHeaderField field)
{
  return ic_texts_keep (self->texts, ic_header_get (header, field));
}

IcInstance *
ic_series_add_from_header (IcSeries *self,
                           IcHeader *header,
                           const char *path,
                           const char *sha256,
                           guint64 size_bytes)
{
  IcInstance *instance = ic_series_add_instance (self);

  instance->sop_instance_uid = keep_value (self, header, IC_HEADER_SOP_INSTANCE_UID);
  instance->sop_class_uid = keep_value (self, header, IC_HEADER_SOP_CLASS_UID);
  instance->number = keep_value (self, header, IC_HEADER_INSTANCE_NUMBER);
  ic_series_replace_file (self, instance, header, path, sha256, size_bytes);
  return instance;
}

void
ic_series_replace_file (IcSeries *self,
                        IcInstance *instance,
                        IcHeader *header,
                        const char *path,
                        const char *sha256,
                        guint64 size_bytes)
{
  GBytes *keys = ic_header_get_keys (header, IC_LEVEL_IMAGE);

  instance->transfer_syntax_uid = keep_value (self, header, IC_HEADER_TRANSFER_SYNTAX_UID);
  instance->path = ic_texts_keep (self->texts, path);
  instance->sha256 = ic_texts_keep (self->texts, sha256);
  instance->checksum = NULL;
  instance->size_bytes = size_bytes;
  ic_series_set_keys (self, instance, g_bytes_get_data (keys, NULL), g_bytes_get_size (keys));
}

void
ic_study_drop_instance_keys (IcStudy *self)
{
  for (guint i = 0; i < self->series->len; i++)
    {
      IcSeries *series = self->series->pdata[i];

      for (guint k = 0; k < series->instances->len; k++)
        {
          IcInstance *instance = series->instances->pdata[k];

          instance->keys = NULL;
          instance->keys_size = 0;
        }
      g_clear_pointer (&series->all_keys, ic_texts_unref);
    }
}

IcStudy *
ic_study_copy_empty (const IcStudy *self)
{
  IcStudy *copy = ic_study_new_sharing (self->texts);

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
  IcSeries *copy = ic_series_new (self->texts);

  g_ptr_array_set_free_func (copy->instances, NULL);
  copy->lenders = g_ptr_array_ref (self->lenders != NULL ? self->lenders : self->instances);
  copy->series_uid = g_strdup (self->series_uid);
  copy->modality = g_strdup (self->modality);
  copy->number = g_strdup (self->number);
  copy->description = g_strdup (self->description);
  copy->body_part = g_strdup (self->body_part);
  copy->keys = g_bytes_ref (self->keys);
  copy->all_keys = self->all_keys != NULL ? ic_texts_ref (self->all_keys) : NULL;
  return copy;
}

void
ic_series_add_shared (IcSeries *self, IcInstance *instance)
{
  g_return_if_fail (self->lenders != NULL);
  g_ptr_array_add (self->instances, instance);
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
  ic_texts_unref (self->texts);
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
  g_clear_pointer (&self->lenders, g_ptr_array_unref);
  g_clear_pointer (&self->all_keys, ic_texts_unref);
  ic_texts_unref (self->texts);
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
