/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-viewer-series.h"

#include <math.h>

#define SLOTS_MAX 200000 /* files announce what they like */

struct _IcViewerSeries
{
  GObject parent_instance;

  IcStudy *study;
  const IcSeries *series; /* the study's */
  GPtrArray *facts;       /* of IcImageFacts or NULL, one an instance */
  GArray *is_described;   /* of gboolean */
  GArray *pages;          /* of guint, one an instance: of a document; 0: not known */
  GArray *slots;          /* of Slot */
  gboolean is_begun;
};

typedef struct
{
  guint instance;
  guint frame;
} Slot;

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcViewerSeries, ic_viewer_series, G_TYPE_OBJECT)

static void
clear_facts (gpointer facts)
{
  if (facts != NULL)
    ic_image_facts_unref (facts);
}

static void
ic_viewer_series_finalize (GObject *object)
{
  IcViewerSeries *self = IC_VIEWER_SERIES (object);

  ic_study_unref (self->study);
  g_ptr_array_unref (self->facts);
  g_array_unref (self->is_described);
  g_array_unref (self->pages);
  g_array_unref (self->slots);
  G_OBJECT_CLASS (ic_viewer_series_parent_class)->finalize (object);
}

static void
ic_viewer_series_class_init (IcViewerSeriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_viewer_series_finalize;
  signals[CHANGED] = g_signal_new ("changed", IC_TYPE_VIEWER_SERIES, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ic_viewer_series_init (IcViewerSeries *self)
{
  self->facts = g_ptr_array_new_with_free_func (clear_facts);
  self->is_described = g_array_new (FALSE, TRUE, sizeof (gboolean));
  self->pages = g_array_new (FALSE, TRUE, sizeof (guint));
  self->slots = g_array_new (FALSE, FALSE, sizeof (Slot));
}

/* One slot for what is not known yet. */
static guint
count_slots (IcViewerSeries *self, guint instance)
{
  const IcImageFacts *facts = self->facts->pdata[instance];

  if (facts != NULL && facts->content == IC_CONTENT_PICTURE)
    return facts->n_frames;
  if (facts != NULL && facts->content == IC_CONTENT_DOCUMENT)
    return MAX (g_array_index (self->pages, guint, instance), 1);
  return 1;
}

static void
lay_out (IcViewerSeries *self)
{
  g_array_set_size (self->slots, 0);
  for (guint i = 0; i < self->facts->len; i++)
    {
      const guint n = count_slots (self, i);
      const guint n_frames = self->slots->len + n < SLOTS_MAX ? n : 1;

      for (guint frame = 0; frame < n_frames; frame++)
        g_array_append_vals (self->slots, &(Slot){ i, frame }, 1);
    }
}

IcViewerSeries *
ic_viewer_series_new (IcStudy *study, guint index)
{
  IcViewerSeries *self = g_object_new (IC_TYPE_VIEWER_SERIES, NULL);

  self->study = ic_study_ref (study);
  self->series = study->series->pdata[index];
  g_ptr_array_set_size (self->facts, (int) self->series->instances->len);
  g_array_set_size (self->is_described, self->series->instances->len);
  g_array_set_size (self->pages, self->series->instances->len);
  lay_out (self);
  return self;
}

IcStudy *
ic_viewer_series_get_study (IcViewerSeries *self)
{
  return self->study;
}

const IcSeries *
ic_viewer_series_get_series (IcViewerSeries *self)
{
  return self->series;
}

guint
ic_viewer_series_count (IcViewerSeries *self)
{
  return self->slots->len;
}

const IcInstance *
ic_viewer_series_get_instance (IcViewerSeries *self, guint slot, guint *frame)
{
  const Slot *found = &g_array_index (self->slots, Slot, slot);

  g_return_val_if_fail (slot < self->slots->len, NULL);
  if (frame != NULL)
    *frame = found->frame;
  return self->series->instances->pdata[found->instance];
}

IcFrameAddress
ic_viewer_series_get_address (IcViewerSeries *self, guint slot)
{
  const IcImageFacts *facts = ic_viewer_series_get_facts (self, slot, NULL);
  IcFrameAddress address = { 0 };

  address.path = ic_viewer_series_get_instance (self, slot, &address.frame)->path;
  address.is_document = facts != NULL && facts->content == IC_CONTENT_DOCUMENT;
  return address;
}

const IcImageFacts *
ic_viewer_series_get_facts (IcViewerSeries *self, guint slot, gboolean *failed)
{
  const guint i = g_array_index (self->slots, Slot, slot).instance;
  const IcImageFacts *facts = self->facts->pdata[i];

  if (failed != NULL)
    *failed = facts == NULL && g_array_index (self->is_described, gboolean, i);
  return facts;
}

guint
ic_viewer_series_find (IcViewerSeries *self, const IcInstance *instance, guint frame)
{
  guint first = 0;

  for (guint i = 0; i < self->slots->len; i++)
    {
      const Slot *slot = &g_array_index (self->slots, Slot, i);

      if (self->series->instances->pdata[slot->instance] != instance)
        continue;
      if (slot->frame == frame)
        return i;
      if (slot->frame == 0)
        first = i;
    }
  return first;
}

gboolean
ic_viewer_series_is_begun (IcViewerSeries *self)
{
  return self->is_begun;
}

void
ic_viewer_series_begin (IcViewerSeries *self)
{
  self->is_begun = TRUE;
}

void
ic_viewer_series_take_facts (IcViewerSeries *self, guint first, GPtrArray *facts)
{
  g_return_if_fail (IC_IS_VIEWER_SERIES (self));
  for (guint i = 0; i < facts->len && first + i < self->facts->len; i++)
    {
      clear_facts (self->facts->pdata[first + i]);
      self->facts->pdata[first + i] =
          facts->pdata[i] != NULL ? ic_image_facts_ref (facts->pdata[i]) : NULL;
      g_array_index (self->is_described, gboolean, first + i) = TRUE;
    }
  lay_out (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
ic_viewer_series_set_pages (IcViewerSeries *self, guint slot, guint n_pages)
{
  guint *pages = NULL;

  g_return_if_fail (IC_IS_VIEWER_SERIES (self) && slot < self->slots->len);
  pages = &g_array_index (self->pages, guint, g_array_index (self->slots, Slot, slot).instance);
  if (*pages == n_pages)
    return;
  *pages = n_pages;
  lay_out (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* NULL when nothing is known. */
static const IcPlane *
get_plane (IcViewerSeries *self, guint slot, const char **frame_of_reference)
{
  const IcImageFacts *facts = self->facts->pdata[g_array_index (self->slots, Slot, slot).instance];

  if (facts == NULL)
    return NULL;
  *frame_of_reference = facts->strings[IC_FACT_FRAME_OF_REFERENCE_UID];
  return ic_image_facts_get_plane (facts, g_array_index (self->slots, Slot, slot).frame);
}

static guint
match_by_place (IcViewerSeries *self, IcViewerSeries *other, guint slot)
{
  const guint last = self->slots->len - 1;
  const guint other_last = other->slots->len - 1;

  return other_last == 0 ? 0 : (guint) ((guint64) slot * last / other_last);
}

guint
ic_viewer_series_match (IcViewerSeries *self,
                        IcViewerSeries *other,
                        guint slot,
                        gboolean *by_position)
{
  const char *reference = "";
  const IcPlane *plane = get_plane (other, slot, &reference);
  double best = G_MAXDOUBLE;
  guint found = 0;

  for (guint i = 0; plane != NULL && *reference != '\0' && i < self->slots->len; i++)
    {
      const char *own_reference = "";
      const IcPlane *own = get_plane (self, i, &own_reference);
      double distance = 0;

      if (own == NULL || !g_str_equal (own_reference, reference) ||
          !ic_plane_is_parallel (own, plane))
        continue;
      distance = fabs (ic_plane_get_depth (own) - ic_plane_get_depth (plane));
      if (distance < best)
        best = distance, found = i;
    }
  *by_position = best < G_MAXDOUBLE;
  return *by_position ? found : MIN (match_by_place (self, other, slot), self->slots->len - 1);
}

guint
ic_viewer_series_list_wanted (IcViewerSeries *self,
                              guint slot,
                              int direction,
                              IcFrameAddress *addresses)
{
  const int ahead = direction < 0 ? -1 : 1;
  guint n = 0;

  for (int step = 0; step <= IC_VIEWER_AHEAD; step++)
    {
      const gint64 next = (gint64) slot + step * ahead;
      const gint64 before = (gint64) slot - step * ahead;

      if (next >= 0 && next < self->slots->len)
        addresses[n++] = ic_viewer_series_get_address (self, (guint) next);
      if (step > 0 && step <= IC_VIEWER_BEHIND && before >= 0 && before < self->slots->len)
        addresses[n++] = ic_viewer_series_get_address (self, (guint) before);
    }
  return n;
}
