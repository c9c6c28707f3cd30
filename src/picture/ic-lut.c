/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture/ic-lut.h"

#include "core/ic-error.h"

#define SEGMENT_DISCRETE 0
#define SEGMENT_LINEAR 1
#define SEGMENT_INDIRECT 2

static IcLut *
lut_alloc (gint32 first, guint bits, guint n_entries)
{
  IcLut *self = g_atomic_rc_box_new0 (IcLut);

  self->first = first;
  self->bits = CLAMP (bits, 1, 16);
  self->n_entries = n_entries;
  self->entries = g_new0 (guint16, n_entries);
  return self;
}

static void
clear (gpointer data)
{
  g_free (((IcLut *) data)->entries);
}

IcLut *
ic_lut_ref (IcLut *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_lut_unref (IcLut *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static gboolean
check (guint bits, guint n_entries, GError **error)
{
  if (bits >= 1 && bits <= 16 && n_entries >= 1 && n_entries <= IC_LUT_ENTRIES_MAX)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "a look-up table has no sensible size");
  return FALSE;
}

static void
refuse_short (GError **error)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "a look-up table is too short");
}

static guint16
get_word (const guint8 *data, gsize i)
{
  return (guint16) (data[2 * i] | data[2 * i + 1] << 8);
}

/* Some writers announce 16 bits and write 8 of them: the picture would be black. */
static void
correct_bits (IcLut *self)
{
  guint16 all = 0;

  for (guint i = 0; i < self->n_entries; i++)
    all |= self->entries[i];
  if (self->bits == 16 && all != 0 && all < 256)
    self->bits = 8;
  for (guint i = 0; i < self->n_entries; i++)
    self->entries[i] = MIN (self->entries[i], ic_lut_get_max (self));
}

IcLut *
ic_lut_new (gint32 first,
            guint bits,
            guint n_entries,
            const guint8 *data,
            gsize n_bytes,
            GError **error)
{
  const gboolean in_words = n_bytes / 2 >= n_entries;
  g_autoptr(IcLut) self = NULL;

  if (!check (bits, n_entries, error))
    return NULL;
  if (!in_words && (bits > 8 || n_bytes < n_entries))
    {
      refuse_short (error);
      return NULL;
    }
  self = lut_alloc (first, bits, n_entries);
  for (guint i = 0; i < n_entries; i++)
    self->entries[i] = in_words ? get_word (data, i) : data[i];
  correct_bits (self);
  return g_steal_pointer (&self);
}

/* Where the expansion of segments has got to. */
typedef struct
{
  const guint8 *data;
  gsize n_words;
  IcLut *lut;
  guint filled;
} Expansion;

static void
put (Expansion *self, gint32 value)
{
  if (self->filled < self->lut->n_entries)
    self->lut->entries[self->filled++] = (guint16) value;
}

static gboolean
put_line (Expansion *self, guint n, gint32 end)
{
  const gint32 start = self->filled > 0 ? self->lut->entries[self->filled - 1] : 0;

  if (self->filled == 0 || n == 0)
    return FALSE;
  for (guint i = 1; i <= n; i++)
    put (self, start + (gint32) ((gint64) (end - start) * i / n));
  return TRUE;
}

/* The segment at word @at; moves @at behind it. An indirect one may only name direct ones, so there
 * is no way to go round in circles.
 */
static gboolean
expand_segment (Expansion *self, gsize *at, gboolean may_be_indirect)
{
  const guint8 *words = self->data + 2 * *at;
  const gsize left = self->n_words - *at;
  const guint kind = left >= 2 ? get_word (words, 0) : G_MAXUINT;
  const guint n = left >= 2 ? get_word (words, 1) : 0;

  if (kind == SEGMENT_DISCRETE && n <= left - 2)
    {
      for (guint i = 0; i < n; i++)
        put (self, get_word (words, 2 + i));
      *at += 2 + n;
      return TRUE;
    }
  if (kind == SEGMENT_LINEAR && left >= 3)
    {
      *at += 3;
      return put_line (self, n, get_word (words, 2));
    }
  if (kind == SEGMENT_INDIRECT && left >= 4 && may_be_indirect)
    {
      gsize from = (get_word (words, 2) | (gsize) get_word (words, 3) << 16) / 2;

      *at += 4;
      for (guint i = 0; i < n; i++)
        if (from >= self->n_words || !expand_segment (self, &from, FALSE))
          return FALSE;
      return TRUE;
    }
  return FALSE;
}

IcLut *
ic_lut_new_segmented (gint32 first,
                      guint bits,
                      guint n_entries,
                      const guint8 *data,
                      gsize n_bytes,
                      GError **error)
{
  Expansion expansion = { .data = data, .n_words = n_bytes / 2 };
  g_autoptr(IcLut) self = NULL;
  gsize at = 0;

  if (!check (bits, n_entries, error))
    return NULL;
  self = lut_alloc (first, bits, n_entries);
  expansion.lut = self;
  while (at < expansion.n_words && expansion.filled < n_entries)
    if (!expand_segment (&expansion, &at, TRUE))
      break;
  if (expansion.filled < n_entries)
    {
      refuse_short (error);
      return NULL;
    }
  correct_bits (self);
  return g_steal_pointer (&self);
}

guint
ic_lut_find (const IcLut *self, double value)
{
  const double at = value - self->first;

  if (!(at > 0))
    return self->entries[0];
  if (at >= self->n_entries - 1)
    return self->entries[self->n_entries - 1];
  return self->entries[(guint) (at + 0.5)];
}

guint
ic_lut_get_max (const IcLut *self)
{
  return (1u << self->bits) - 1;
}
