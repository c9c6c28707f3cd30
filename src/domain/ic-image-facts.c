/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-image-facts.h"

#include <math.h>

#define DOUBLES_PER_PLANE 9

/* cos 3°: what one stack of slices may differ by. */
#define PARALLEL_MIN 0.9986

/* Less of a direction than this is not worth a letter. */
#define SIDE_MIN 0.3

G_STATIC_ASSERT (sizeof (IcPlane) == DOUBLES_PER_PLANE * sizeof (double));

IcImageFacts *
ic_image_facts_new (const IcImageFacts *values)
{
  IcImageFacts *self = g_atomic_rc_box_new (IcImageFacts);

  *self = *values;
  for (guint i = 0; i < IC_FACT_N; i++)
    self->strings[i] = g_strdup (values->strings[i] != NULL ? values->strings[i] : "");
  self->planes = g_memdup2 (values->planes, values->n_planes * sizeof (IcPlane));
  return self;
}

IcImageFacts *
ic_image_facts_ref (IcImageFacts *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  IcImageFacts *self = data;

  for (guint i = 0; i < IC_FACT_N; i++)
    g_free ((char *) self->strings[i]);
  g_free (self->planes);
}

void
ic_image_facts_unref (IcImageFacts *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

IcPatient *
ic_image_facts_dup_patient (const IcImageFacts *self)
{
  return ic_patient_new (self->strings[IC_FACT_PATIENT_ID],
                         self->strings[IC_FACT_ISSUER_OF_PATIENT_ID],
                         self->strings[IC_FACT_PATIENT_NAME],
                         self->strings[IC_FACT_PATIENT_BIRTH_DATE],
                         self->strings[IC_FACT_PATIENT_SEX]);
}

const IcPlane *
ic_image_facts_get_plane (const IcImageFacts *self, guint frame)
{
  const IcPlane *plane = NULL;

  if (self->n_planes == 0)
    return NULL;
  plane = &self->planes[MIN (frame, self->n_planes - 1)];
  return isnan (plane->position[0]) ? NULL : plane;
}

static void
find_normal (const IcPlane *plane, double normal[3])
{
  const double *a = plane->orientation;
  const double *b = plane->orientation + 3;

  for (int i = 0; i < 3; i++)
    normal[i] = a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3];
}

static double
multiply (const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double
ic_plane_get_depth (const IcPlane *plane)
{
  double normal[3] = { 0 };

  find_normal (plane, normal);
  return multiply (normal, plane->position);
}

gboolean
ic_plane_is_parallel (const IcPlane *a, const IcPlane *b)
{
  double normal_a[3] = { 0 };
  double normal_b[3] = { 0 };

  find_normal (a, normal_a);
  find_normal (b, normal_b);
  return multiply (normal_a, normal_b) >= PARALLEL_MIN;
}

char *
ic_plane_dup_side (const double direction[3])
{
  static const char letters[3][2] = { { 'R', 'L' }, { 'A', 'P' }, { 'F', 'H' } };
  double rest[3] = { fabs (direction[0]), fabs (direction[1]), fabs (direction[2]) };
  g_autoptr(GString) side = g_string_new (NULL);

  for (int n = 0; n < 3; n++)
    {
      int most = 0;

      for (int i = 1; i < 3; i++)
        if (rest[i] > rest[most])
          most = i;
      if (rest[most] < SIDE_MIN)
        break;
      g_string_append_c (side, letters[most][direction[most] > 0]);
      rest[most] = 0;
    }
  return g_string_free (g_steal_pointer (&side), FALSE);
}

GVariant *
ic_image_facts_pack (const IcImageFacts *self)
{
  return g_variant_new ("(@asuuuuuddd@ad)", g_variant_new_strv (self->strings, IC_FACT_N),
                        (guint32) self->content, self->n_frames, self->columns, self->rows,
                        (guint32) self->spacing, self->row_spacing, self->column_spacing,
                        self->frame_ms,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_DOUBLE, self->planes,
                                                   (gsize) self->n_planes * DOUBLES_PER_PLANE,
                                                   sizeof (double)));
}

static gboolean
is_sensible (const IcImageFacts *self)
{
  return self->content < IC_CONTENT_N && self->spacing < IC_SPACING_N && self->n_frames >= 1 &&
         self->n_frames <= IC_FRAMES_MAX && isfinite (self->row_spacing) &&
         isfinite (self->column_spacing) && isfinite (self->frame_ms) && self->row_spacing >= 0 &&
         self->column_spacing >= 0 && self->frame_ms >= 0 &&
         (self->n_planes <= 1 || self->n_planes == self->n_frames);
}

IcImageFacts *
ic_image_facts_unpack (GVariant *packed)
{
  IcImageFacts values = { 0 };
  g_autofree const char **strings = NULL;
  g_autoptr(GVariant) planes = NULL;
  gsize n = 0;
  guint32 content = 0;
  guint32 spacing = 0;

  if (!g_variant_is_of_type (packed, G_VARIANT_TYPE (IC_IMAGE_FACTS_VARIANT)))
    return NULL;
  g_variant_get (packed, "(^a&suuuuuddd@ad)", &strings, &content, &values.n_frames, &values.columns,
                 &values.rows, &spacing, &values.row_spacing, &values.column_spacing,
                 &values.frame_ms, &planes);
  if (g_strv_length ((char **) strings) != IC_FACT_N)
    return NULL;
  for (guint i = 0; i < IC_FACT_N; i++)
    values.strings[i] = strings[i];
  values.planes = (IcPlane *) g_variant_get_fixed_array (planes, &n, sizeof (double));
  values.n_planes = (guint) (n / DOUBLES_PER_PLANE);
  values.content = content;
  values.spacing = spacing;
  return n % DOUBLES_PER_PLANE == 0 && is_sensible (&values) ? ic_image_facts_new (&values) : NULL;
}
