/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-volume-split.h"

#include "core/ic-error.h"

#define BLOCK 2048

/* What stands on a medium besides the files of the images. */
#define PER_INSTANCE 1536            /* directory record, three names, a line of the manifest */
#define PER_SERIES (128 * 1024)      /* key image and its page, folders */
#define PER_STUDY (32 * 1024)        /* folders, lines of README.TXT and INDEX.HTM */
#define PER_MEDIUM (2 * 1024 * 1024) /* file system, padding, the texts themselves */

/* Empty ones, as small as they are sold: a CD-R of 79 minutes and 57 seconds less what ends a
 * track, a DVD+R, a DVD-R of two layers, a BD-R formatted with spare blocks.
 */
static const struct
{
  const char *name;
  guint64 capacity_bytes;
} media[] = {
  { "cd", G_GUINT64_CONSTANT (735000000) },
  { "dvd", G_GUINT64_CONSTANT (4700372992) },
  { "dvd-dl", G_GUINT64_CONSTANT (8543666176) },
  { "bd", G_GUINT64_CONSTANT (24220008448) },
};

typedef struct
{
  guint64 capacity_bytes;  /* for images and what comes with each */
  guint64 used_bytes;      /* of the last medium */
  GPtrArray *volumes;      /* of GPtrArray of IcStudy */
  IcStudy *study;          /* the part on the last medium of the study that is being divided */
  IcSeries *series;        /* the same of its series */
  IcVolumeExtraFunc extra; /* or NULL */
  gpointer user_data;
  guint64 *needed_bytes; /* out: of a medium, for what fits on none */
} Split;

static guint64
measure_instance (const Split *self, const IcInstance *instance)
{
  return (instance->size_bytes + BLOCK - 1) / BLOCK * BLOCK + PER_INSTANCE + instance->keys_size +
         (self->extra != NULL ? self->extra (instance, self->user_data) : 0);
}

static guint64
measure_series (const Split *self, const IcSeries *series)
{
  guint64 size_bytes = PER_SERIES;

  for (guint i = 0; i < series->instances->len; i++)
    size_bytes += measure_instance (self, series->instances->pdata[i]);
  return size_bytes;
}

static guint64
measure_study (const Split *self, const IcStudy *study)
{
  guint64 size_bytes = PER_STUDY;

  for (guint i = 0; i < study->series->len; i++)
    size_bytes += measure_series (self, study->series->pdata[i]);
  return size_bytes;
}

static void
begin_volume (Split *self)
{
  g_ptr_array_add (self->volumes, g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref));
  self->used_bytes = 0;
  self->study = NULL;
  self->series = NULL;
}

static GPtrArray *
get_volume (Split *self)
{
  return self->volumes->pdata[self->volumes->len - 1];
}

static gboolean
has_room (const Split *self, guint64 size_bytes)
{
  return size_bytes <= self->capacity_bytes - self->used_bytes;
}

/* Makes room for @size_bytes where a medium by itself has it; FALSE where none has. */
static gboolean
ensure_room (Split *self, guint64 size_bytes)
{
  if (has_room (self, size_bytes))
    return TRUE;
  if (size_bytes > self->capacity_bytes)
    return FALSE;
  begin_volume (self);
  return TRUE;
}

static void
ensure_part_of_study (Split *self, IcStudy *study)
{
  if (self->study != NULL)
    return;
  self->study = ic_study_copy_empty (study);
  self->used_bytes += PER_STUDY;
  g_ptr_array_add (get_volume (self), self->study);
}

static void
ensure_part_of_series (Split *self, IcStudy *study, const IcSeries *series)
{
  ensure_part_of_study (self, study);
  if (self->series != NULL)
    return;
  self->series = ic_series_copy_empty (series);
  self->used_bytes += PER_SERIES;
  g_ptr_array_add (self->study->series, self->series);
}

static gboolean
place_instance (Split *self,
                IcStudy *study,
                const IcSeries *series,
                IcInstance *instance,
                GError **error)
{
  guint64 size_bytes = measure_instance (self, instance);
  guint64 around = (self->study == NULL ? PER_STUDY : 0) + (self->series == NULL ? PER_SERIES : 0);

  if (!has_room (self, size_bytes + around) &&
      !ensure_room (self, size_bytes + PER_STUDY + PER_SERIES))
    {
      *self->needed_bytes = size_bytes + PER_STUDY + PER_SERIES + PER_MEDIUM;
      g_set_error (error, IC_ERROR, IC_ERROR_NO_SPACE, "image %s is larger than the medium",
                   instance->sop_instance_uid);
      return FALSE;
    }
  ensure_part_of_series (self, study, series);
  self->used_bytes += size_bytes;
  ic_series_add_shared (self->series, instance);
  return TRUE;
}

static void
copy_series (Split *self, const IcSeries *series)
{
  self->series = ic_series_copy_empty (series);
  for (guint i = 0; i < series->instances->len; i++)
    ic_series_add_shared (self->series, series->instances->pdata[i]);
  g_ptr_array_add (self->study->series, self->series);
}

static gboolean
place_series (Split *self, IcStudy *study, const IcSeries *series, GError **error)
{
  guint64 size_bytes = measure_series (self, series);

  self->series = NULL;
  if (ensure_room (self, size_bytes + PER_STUDY))
    {
      ensure_part_of_study (self, study);
      copy_series (self, series);
      self->used_bytes += size_bytes;
      return TRUE;
    }
  for (guint i = 0; i < series->instances->len; i++)
    if (!place_instance (self, study, series, series->instances->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
place_study (Split *self, IcStudy *study, GError **error)
{
  guint64 size_bytes = measure_study (self, study);

  self->study = NULL;
  if (ensure_room (self, size_bytes))
    {
      g_ptr_array_add (get_volume (self), ic_study_ref (study));
      self->used_bytes += size_bytes;
      return TRUE;
    }
  for (guint i = 0; i < study->series->len; i++)
    if (!place_series (self, study, study->series->pdata[i], error))
      return FALSE;
  return TRUE;
}

GPtrArray *
ic_volume_split (GPtrArray *studies,
                 guint64 capacity_bytes,
                 IcVolumeExtraFunc extra,
                 gpointer user_data,
                 guint64 *needed_bytes,
                 GError **error)
{
  g_autoptr(GPtrArray) volumes =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  Split self = {
    .capacity_bytes = capacity_bytes - MIN (capacity_bytes, PER_MEDIUM),
    .volumes = volumes,
    .extra = extra,
    .user_data = user_data,
    .needed_bytes = needed_bytes,
  };

  begin_volume (&self);
  for (guint i = 0; i < studies->len; i++)
    if (!place_study (&self, studies->pdata[i], error))
      return NULL;
  return g_steal_pointer (&volumes);
}

guint64
ic_volume_measure_images (GPtrArray *studies)
{
  guint64 size_bytes = 0;

  for (guint i = 0; i < studies->len; i++)
    size_bytes += ic_study_sum_size_bytes (studies->pdata[i]);
  return size_bytes;
}

gboolean
ic_volume_parse_capacity (const char *text, guint64 *capacity_bytes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (media); i++)
    if (g_str_equal (text, media[i].name))
      {
        *capacity_bytes = media[i].capacity_bytes;
        return TRUE;
      }
  return g_ascii_string_to_unsigned (text, 10, IC_VOLUME_MIN_BYTES, G_MAXINT64, capacity_bytes,
                                     NULL);
}
