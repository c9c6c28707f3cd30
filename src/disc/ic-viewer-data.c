/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-viewer-data.h"

static void
clear_program (gpointer data)
{
  IcViewerProgram *self = data;

  g_clear_pointer (&self->viewer, g_bytes_unref);
  g_clear_pointer (&self->pdf, g_bytes_unref);
  g_clear_pointer (&self->licence, g_bytes_unref);
}

static GBytes *
ref_bytes (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

IcViewerProgram *
ic_viewer_program_new (GBytes *viewer, GBytes *pdf, GBytes *licence)
{
  IcViewerProgram *self = g_atomic_rc_box_new0 (IcViewerProgram);

  self->viewer = ref_bytes (viewer);
  self->pdf = ref_bytes (pdf);
  self->licence = ref_bytes (licence);
  return self;
}

IcViewerProgram *
ic_viewer_program_ref (IcViewerProgram *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_viewer_program_unref (IcViewerProgram *self)
{
  g_atomic_rc_box_release_full (self, clear_program);
}

guint64
ic_viewer_program_sum_bytes (const IcViewerProgram *self)
{
  return g_bytes_get_size (self->viewer) + g_bytes_get_size (self->licence) +
         (self->pdf != NULL ? g_bytes_get_size (self->pdf) : 0);
}

static void
file_free (gpointer data)
{
  IcViewerFile *self = data;

  g_free (self->path);
  g_free (self->source);
  g_free (self->sha256);
  g_free (self);
}

static void
clear (gpointer data)
{
  IcViewerData *self = data;

  ic_viewer_program_unref (self->program);
  g_ptr_array_unref (self->files);
  g_hash_table_unref (self->series);
}

IcViewerData *
ic_viewer_data_new (IcViewerProgram *program, IcViewerQuality quality)
{
  IcViewerData *self = g_atomic_rc_box_new0 (IcViewerData);

  self->program = ic_viewer_program_ref (program);
  self->quality = quality;
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

IcViewerData *
ic_viewer_data_ref (IcViewerData *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_viewer_data_unref (IcViewerData *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static char *
dup_key (const char *study_uid, const char *series_uid)
{
  return g_strjoin ("/", study_uid, series_uid, NULL);
}

IcViewerSeries *
ic_viewer_data_add_series (IcViewerData *self, const char *study_uid, const char *series_uid)
{
  IcViewerSeries *series = g_new0 (IcViewerSeries, 1);

  g_hash_table_replace (self->series, dup_key (study_uid, series_uid), series);
  series->number = g_hash_table_size (self->series);
  return series;
}

const IcViewerSeries *
ic_viewer_data_find_series (IcViewerData *self, const char *study_uid, const char *series_uid)
{
  g_autofree char *key = dup_key (study_uid, series_uid);

  return g_hash_table_lookup (self->series, key);
}

char *
ic_viewer_series_dup_folder (const IcViewerSeries *self)
{
  return g_strdup_printf ("S%04u", self->number);
}

guint64
ic_viewer_data_sum_bytes (IcViewerData *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->files->len; i++)
    sum += ((const IcViewerFile *) self->files->pdata[i])->size_bytes;
  return sum;
}
