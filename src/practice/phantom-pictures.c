/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-pictures.h"

#include "practice/phantom-chest.h"
#include "practice/phantom-echo.h"
#include "practice/phantom-j2k.h"
#include "practice/phantom-modules.h"
#include "practice/phantom-noise.h"
#include "practice/phantom-report.h"
#include "practice/phantom-volumes.h"

#include <math.h>

enum
{
  ECHO_WIDTH = 512,
  ECHO_HEIGHT = 384,
  GREY_BITS = 12,
  GREY_MAX = 4095,
};

/* One object to write. */
typedef struct
{
  const PhantomSeries *series;
  int instance; /* from 1 */
  guint number; /* in the archive, from 1 */
} Item;

typedef struct
{
  const char *directory;
  const PhantomVolumes *volumes;
  GArray *items;
  GMutex lock;
  GError *error; /* the first, under the lock */
} Run;

static void
put_size (IcShimObject *object, int width, int height)
{
  phantom_put_format (object, 0x00280010, "%d", height);
  phantom_put_format (object, 0x00280011, "%d", width);
}

static gboolean
put_grey (IcShimObject *object,
          const PhantomSeries *series,
          guint16 *pixels, /* taken */
          int width,
          int height,
          GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_take (pixels, sizeof (guint16) * width * height);
  g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GBytes *frame = NULL;

  put_size (object, width, height);
  if (!g_str_equal (series->syntax_uid, PHANTOM_UID_JPEG_2000))
    {
      ic_shim_object_put_pixels (object, bytes, 16);
      return TRUE;
    }
  frame = phantom_j2k_encode (pixels, width, height, GREY_BITS, error);
  if (frame == NULL)
    return FALSE;
  g_ptr_array_add (frames, frame);
  ic_shim_object_put_frames (object, frames, series->syntax_uid);
  return TRUE;
}

static guint16 *
grey_from_field (const float *field, gsize n, float offset, const float *grain, float amount)
{
  guint16 *pixels = g_new (guint16, n);

  for (gsize i = 0; i < n; i++)
    {
      float level = field[i] + offset + amount * grain[i];

      pixels[i] = field[i] <= -1024.0f ? 0 : (guint16) CLAMP (level, 0.0f, (float) GREY_MAX);
    }
  return pixels;
}

/* A sharp kernel overshoots at edges, a soft one blurs. */
static float *
reconstruct (const float *hu, const PhantomPlane *plane, gboolean sharp)
{
  gsize n = (gsize) plane->width * plane->height;
  float *field = g_memdup2 (hu, n * sizeof (float));

  phantom_smooth (field, plane->width, plane->height, sharp ? 1 : 2);
  for (gsize i = 0; sharp && i < n; i++)
    field[i] = hu[i] + 0.35f * (hu[i] - field[i]);
  return field;
}

static guint16 *
ct_pixels (const float *hu, const PhantomPlane *plane, PhantomKind kind, guint32 seed)
{
  gboolean sharp = kind == PHANTOM_CT_LUNG;
  g_autofree float *field = reconstruct (hu, plane, sharp);
  g_autofree float *grain = phantom_grain_new (seed, plane->width, plane->height, sharp ? 1 : 4);
  gsize n = (gsize) plane->width * plane->height;

  return grey_from_field (field, n, 1024.0f, grain, sharp ? 34.0f : 9.0f);
}

/* Noise of a magnitude picture is Rician: it never goes below zero (Gudbjartsson 1995). */
static guint16 *
mr_pixels (const float *signal, const PhantomPlane *plane, guint32 seed)
{
  gsize n = (gsize) plane->width * plane->height;
  g_autofree float *real = phantom_grain_new (seed, plane->width, plane->height, 0);
  g_autofree float *imaginary = phantom_grain_new (seed + 77, plane->width, plane->height, 0);
  g_autofree float *blurred = g_memdup2 (signal, n * sizeof (float));
  guint16 *pixels = g_new (guint16, n);

  phantom_smooth (blurred, plane->width, plane->height, 1);
  for (gsize i = 0; i < n; i++)
    {
      float a = 0.5f * (signal[i] + blurred[i]) + 13.0f * real[i], b = 13.0f * imaginary[i];

      pixels[i] = (guint16) CLAMP (sqrtf (a * a + b * b), 0.0f, (float) GREY_MAX);
    }
  return pixels;
}

static void
put_plane (IcShimObject *object, const PhantomPlane *plane, float slice_mm)
{
  gboolean upright = plane->row_step.z < 0;
  float pixel_mm = plane->column_step.x;

  phantom_put_format (object, 0x00200032, "%.1f\\%.1f\\%.1f", (double) plane->origin.x,
                      (double) plane->origin.y, (double) plane->origin.z);
  ic_shim_object_put (object, 0x00200037, upright ? "1\\0\\0\\0\\0\\-1" : "1\\0\\0\\0\\1\\0");
  phantom_put_format (object, 0x00201041, "%.1f", (double) slice_mm);
  phantom_put_format (object, 0x00280030, "%.2f\\%.2f", (double) pixel_mm, (double) pixel_mm);
}

static gboolean
put_slice (IcShimObject *object, const Run *run, const Item *item, GError **error)
{
  const PhantomSeries *series = item->series;
  gboolean mr = series->kind == PHANTOM_MR_T1 || series->kind == PHANTOM_MR_T2;
  PhantomPlane plane;
  float slice_mm = 0;
  const float *field = phantom_volumes_get (run->volumes, series->kind, item->instance - 1,
                                            series->instances, &plane, &slice_mm);
  guint16 *pixels = mr ? mr_pixels (field, &plane, item->number * 131)
                       : ct_pixels (field, &plane, series->kind, item->number * 131);

  put_plane (object, &plane, slice_mm);
  return put_grey (object, series, pixels, plane.width, plane.height, error);
}

static gboolean
put_chest (IcShimObject *object, const Item *item, GError **error)
{
  gboolean small = !g_str_equal (item->series->syntax_uid, PHANTOM_UID_EXPLICIT);
  int width = small ? 1000 : 2000, height = small ? 1250 : 2500;
  guint16 *pixels = phantom_chest_new (width, height, small ? 0.34f : 0.17f, item->number * 131);

  if (small)
    ic_shim_object_put (object, 0x00181164, "0.34\\0.34");
  return put_grey (object, item->series, pixels, width, height, error);
}

static gboolean
put_echo (IcShimObject *object, const Item *item)
{
  const PhantomSeries *series = item->series;
  gsize frame = (gsize) ECHO_WIDTH * ECHO_HEIGHT * 3;
  guint8 *rgb = g_malloc (frame * series->frames);
  g_autoptr(GBytes) bytes = g_bytes_new_take (rgb, frame * series->frames);

  for (int i = 0; i < series->frames; i++)
    {
      float phase = series->frames == 1 ? 0.66f : (float) i / series->frames;

      phantom_echo_render (rgb + i * frame, ECHO_WIDTH, ECHO_HEIGHT, phase, item->number);
    }
  put_size (object, ECHO_WIDTH, ECHO_HEIGHT);
  ic_shim_object_put_pixels (object, bytes, 8);
  return TRUE;
}

/* The first series of the same study is what a report speaks of. */
static const PhantomSeries *
find_evidence (const PhantomSeries *report)
{
  gsize count = 0;
  const PhantomSeries *series = phantom_catalogue_get (&count);

  while (series->study != report->study)
    series++;
  return series;
}

static gboolean
put_content (IcShimObject *object, const Run *run, const Item *item, GError **error)
{
  switch (item->series->kind)
    {
    case PHANTOM_CHEST:
      return put_chest (object, item, error);
    case PHANTOM_ECHO:
      return put_echo (object, item);
    case PHANTOM_REPORT:
      phantom_put_report (object, find_evidence (item->series));
      return TRUE;
    case PHANTOM_LETTER:
      phantom_put_letter (object, item->series);
      return TRUE;
    default:
      return put_slice (object, run, item, error);
    }
}

static gboolean
write_item (const Run *run, const Item *item, GError **error)
{
  g_autoptr(IcShimObject) object = phantom_object_new (item->series, item->instance);
  g_autofree char *name = g_strdup_printf ("IM%06u", item->number);
  g_autofree char *path = g_build_filename (run->directory, name, NULL);

  phantom_put_series_modules (object, item->series);
  return put_content (object, run, item, error) &&
         ic_shim_object_save (object, item->series->syntax_uid, path, error);
}

static void
write_one (guint index, gpointer data)
{
  Run *run = data;
  g_autoptr(GError) error = NULL;

  if (write_item (run, &g_array_index (run->items, Item, index), &error))
    return;
  g_mutex_lock (&run->lock);
  if (run->error == NULL)
    run->error = g_steal_pointer (&error);
  g_mutex_unlock (&run->lock);
}

static GArray *
items_new (void)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (Item));
  gsize count = 0;
  const PhantomSeries *series = phantom_catalogue_get (&count);

  for (gsize s = 0; s < count; s++)
    for (int i = 1; i <= series[s].instances; i++)
      {
        Item item = { &series[s], i, items->len + 1 };

        g_array_append_val (items, item);
      }
  return items;
}

gboolean
phantom_pictures_write (const char *directory, GError **error)
{
  g_autoptr(PhantomVolumes) volumes = phantom_volumes_new ();
  g_autoptr(GArray) items = items_new ();
  Run run = { directory, volumes, items };

  g_mutex_init (&run.lock);
  phantom_run_parallel (items->len, write_one, &run);
  g_mutex_clear (&run.lock);
  if (run.error == NULL)
    return TRUE;
  g_propagate_error (error, run.error);
  return FALSE;
}
