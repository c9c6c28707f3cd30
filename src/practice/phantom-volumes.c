/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-volumes.h"

#include "practice/phantom-head.h"
#include "practice/phantom-thorax.h"
#include "practice/phantom-vessels.h"

enum
{
  CT_SIZE = 512,
  MR_SIZE = 256,
  N_AXIAL = 36,
  N_CORONAL = 24,
  N_HEAD = 22,
  N_JOBS = N_AXIAL + N_CORONAL + N_HEAD,
  CORONAL_ROWS = 360, /* what the axial slices cover */
  CORONAL_TOP = (CT_SIZE - CORONAL_ROWS) / 2,
};

static const float CT_PIXEL_MM = 0.8f;
static const float MR_PIXEL_MM = 0.9f;

struct _PhantomVolumes
{
  float *axial[N_AXIAL];
  float *coronal[N_CORONAL];
  float *t1[N_HEAD];
  float *t2[N_HEAD];
};

static PhantomPlane
axial_plane (int slice)
{
  return (PhantomPlane){ { -204.8f, -196.0f, -148.0f + 8.0f * slice },
                         { CT_PIXEL_MM, 0, 0 },
                         { 0, CT_PIXEL_MM, 0 },
                         CT_SIZE,
                         CT_SIZE };
}

static PhantomPlane
coronal_plane (int slice)
{
  return (PhantomPlane){ { -204.8f, -62.0f + 6.0f * slice, 136.0f + CORONAL_TOP * CT_PIXEL_MM },
                         { CT_PIXEL_MM, 0, 0 },
                         { 0, 0, -CT_PIXEL_MM },
                         CT_SIZE,
                         CT_SIZE };
}

static PhantomPlane
head_plane (int slice)
{
  return (PhantomPlane){ { -115.2f, -122.0f, -44.0f + 5.0f * slice },
                         { MR_PIXEL_MM, 0, 0 },
                         { 0, MR_PIXEL_MM, 0 },
                         MR_SIZE,
                         MR_SIZE };
}

static float *
field_new (const PhantomPlane *plane)
{
  return g_new0 (float, (gsize) plane->width * plane->height);
}

static float *
render_axial (int slice)
{
  PhantomPlane plane = axial_plane (slice);
  float *field = field_new (&plane);

  phantom_thorax_render (&plane, field);
  return field;
}

/* A reformatted picture is empty above and below what was scanned. */
static float *
render_coronal (int slice)
{
  PhantomPlane whole = coronal_plane (slice);
  PhantomPlane scanned = whole;
  float *field = field_new (&whole);

  for (gsize i = 0; i < CT_SIZE * CT_SIZE; i++)
    field[i] = -1024.0f;
  scanned.origin = phantom_plane_point (&whole, 0, CORONAL_TOP);
  scanned.height = CORONAL_ROWS;
  phantom_thorax_render (&scanned, field + CORONAL_TOP * CT_SIZE);
  return field;
}

static void
render_one (guint job, gpointer data)
{
  PhantomVolumes *self = data;
  int head = (int) job - N_AXIAL - N_CORONAL;

  if (job < N_AXIAL)
    self->axial[job] = render_axial (job);
  else if (head < 0)
    self->coronal[job - N_AXIAL] = render_coronal (job - N_AXIAL);
  else
    {
      PhantomPlane plane = head_plane (head);

      self->t1[head] = field_new (&plane);
      self->t2[head] = field_new (&plane);
      phantom_head_render (&plane, self->t1[head], self->t2[head]);
    }
}

typedef struct
{
  void (*work) (guint index, gpointer data);
  gpointer data;
} Parallel;

static void
run_one_cb (gpointer index_plus_one, gpointer user_data)
{
  Parallel *parallel = user_data;

  parallel->work (GPOINTER_TO_UINT (index_plus_one) - 1, parallel->data);
}

void
phantom_run_parallel (guint n, void (*work) (guint index, gpointer data), gpointer data)
{
  Parallel parallel = { work, data };
  GThreadPool *pool =
      g_thread_pool_new (run_one_cb, &parallel, g_get_num_processors (), FALSE, NULL);

  for (guint i = 0; i < n; i++)
    g_thread_pool_push (pool, GUINT_TO_POINTER (i + 1), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
}

PhantomVolumes *
phantom_volumes_new (void)
{
  PhantomVolumes *self = g_new0 (PhantomVolumes, 1);
  gsize count = 0;

  phantom_vessels_get (&count);
  phantom_run_parallel (N_JOBS, render_one, self);
  return self;
}

static void
free_fields (float **fields, int n)
{
  for (int i = 0; i < n; i++)
    g_free (fields[i]);
}

void
phantom_volumes_free (PhantomVolumes *self)
{
  free_fields (self->axial, N_AXIAL);
  free_fields (self->coronal, N_CORONAL);
  free_fields (self->t1, N_HEAD);
  free_fields (self->t2, N_HEAD);
  g_free (self);
}

static int
spread (int index, int count, int slices)
{
  return (2 * index + 1) * slices / (2 * count);
}

const float *
phantom_volumes_get (const PhantomVolumes *self,
                     PhantomKind kind,
                     int index,
                     int count,
                     PhantomPlane *plane,
                     float *slice_mm)
{
  int slice = 0;

  switch (kind)
    {
    case PHANTOM_CT_SOFT:
    case PHANTOM_CT_LUNG:
      slice = spread (index, count, N_AXIAL);
      *plane = axial_plane (slice);
      *slice_mm = plane->origin.z;
      return self->axial[slice];
    case PHANTOM_CT_CORONAL:
      slice = spread (index, count, N_CORONAL);
      *plane = coronal_plane (slice);
      *slice_mm = plane->origin.y;
      return self->coronal[slice];
    case PHANTOM_MR_T1:
    case PHANTOM_MR_T2:
      slice = spread (index, count, N_HEAD);
      *plane = head_plane (slice);
      *slice_mm = plane->origin.z;
      return kind == PHANTOM_MR_T1 ? self->t1[slice] : self->t2[slice];
    default:
      g_assert_not_reached ();
    }
}
