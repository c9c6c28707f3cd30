/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-texts.h"

#include <string.h>

#define MIN_BLOCK 1024
#define MAX_BLOCK (1u << 16) /* what 16 bits can count */
#define MIN_SLOTS 64         /* a power of two, as every number of slots */

struct _IcTexts
{
  GPtrArray *blocks; /* of char * */
  guint block;       /* the one that is being filled */
  guint used;        /* bytes of it */
  guint size;        /* of it */
  guint32 *slots;    /* open addressing: places of texts, 0 for none */
  guint n_slots;
  guint n_texts;
};

/* A number for a place is half a pointer: block and offset, from 1. */
static const char *
get_text (const IcTexts *self, guint32 place)
{
  return (const char *) self->blocks->pdata[(place - 1) >> 16] + ((place - 1) & 0xffff);
}

IcTexts *
ic_texts_new (void)
{
  IcTexts *self = g_atomic_rc_box_new0 (IcTexts);

  self->blocks = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
clear (gpointer data)
{
  IcTexts *self = data;

  g_ptr_array_unref (self->blocks);
  g_free (self->slots);
}

IcTexts *
ic_texts_ref (IcTexts *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_texts_unref (IcTexts *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static char *
add_block (IcTexts *self, gsize size)
{
  char *block = g_malloc (size);

  g_ptr_array_add (self->blocks, block);
  return block;
}

/* Room for @size bytes, and its place. What is large gets a block for itself. */
static char *
take_room (IcTexts *self, gsize size, guint32 *place)
{
  char *room = NULL;

  if (size > MAX_BLOCK / 4)
    {
      *place = (self->blocks->len << 16) + 1;
      return add_block (self, size);
    }
  if (size > self->size - self->used)
    {
      self->size = MAX (CLAMP (self->size * 2, MIN_BLOCK, MAX_BLOCK), size);
      self->block = self->blocks->len;
      self->used = 0;
      add_block (self, self->size);
    }
  *place = (self->block << 16 | self->used) + 1;
  room = (char *) self->blocks->pdata[self->block] + self->used;
  self->used += size;
  return room;
}

/* Where @text stands, or the empty slot for it. */
static guint32 *
find_slot (const IcTexts *self, const char *text)
{
  const guint mask = self->n_slots - 1;
  guint at = g_str_hash (text) * 2654435769u;

  for (at = (at ^ at >> 15) & mask; self->slots[at] != 0; at = (at + 1) & mask)
    if (g_str_equal (get_text (self, self->slots[at]), text))
      break;
  return &self->slots[at];
}

static void
grow (IcTexts *self)
{
  g_autofree guint32 *old = self->slots;
  const guint n_old = self->n_slots;

  self->n_slots = MAX (n_old * 2, MIN_SLOTS);
  self->slots = g_new0 (guint32, self->n_slots);
  for (guint i = 0; i < n_old; i++)
    if (old[i] != 0)
      *find_slot (self, get_text (self, old[i])) = old[i];
}

const char *
ic_texts_keep (IcTexts *self, const char *text)
{
  guint32 *slot = NULL;
  gsize size = 0;
  char *room = NULL;

  if (text == NULL || *text == '\0')
    return "";
  if (self->n_texts >= self->n_slots / 4 * 3)
    grow (self);
  slot = find_slot (self, text);
  if (*slot != 0)
    return get_text (self, *slot);
  size = strlen (text) + 1;
  room = take_room (self, size, slot);
  self->n_texts++;
  return memcpy (room, text, size);
}

const char *
ic_texts_add (IcTexts *self, const char *text)
{
  return ic_texts_keep_bytes (self, text, strlen (text) + 1);
}

gconstpointer
ic_texts_keep_bytes (IcTexts *self, gconstpointer data, gsize size)
{
  guint32 place = 0;

  return size > 0 ? memcpy (take_room (self, size, &place), data, size) : NULL;
}
