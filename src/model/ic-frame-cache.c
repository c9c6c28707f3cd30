/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-frame-cache.h"

#define PAGE_SIZE 4096 /* what a mapping takes at least */

struct _IcFrameCache
{
  guint64 max_bytes;
  guint max_frames;
  guint64 n_bytes;
  GQueue order;       /* of Entry, the last one looked at first */
  GHashTable *by_key; /* links of the queue */
};

typedef struct
{
  char *key;
  IcFrame *frame;
  guint64 n_bytes;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_free (self->key);
  ic_frame_unref (self->frame);
  g_free (self);
}

static void
drop (IcFrameCache *self, GList *link)
{
  Entry *entry = link->data;

  self->n_bytes -= entry->n_bytes;
  g_hash_table_remove (self->by_key, entry->key);
  g_queue_delete_link (&self->order, link);
  entry_free (entry);
}

IcFrameCache *
ic_frame_cache_new (guint64 max_bytes, guint max_frames)
{
  IcFrameCache *self = g_new0 (IcFrameCache, 1);

  self->max_bytes = max_bytes;
  self->max_frames = max_frames;
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
ic_frame_cache_free (IcFrameCache *self)
{
  g_hash_table_unref (self->by_key);
  g_queue_clear_full (&self->order, entry_free);
  g_free (self);
}

void
ic_frame_cache_insert (IcFrameCache *self, const char *key, IcFrame *frame)
{
  Entry *entry = g_new0 (Entry, 1);
  GList *old = g_hash_table_lookup (self->by_key, key);
  const gsize size = g_bytes_get_size (frame->samples);

  entry->key = g_strdup (key);
  entry->frame = ic_frame_ref (frame);
  entry->n_bytes = (size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
  if (old != NULL)
    drop (self, old);
  g_queue_push_head (&self->order, entry);
  g_hash_table_insert (self->by_key, entry->key, self->order.head);
  self->n_bytes += entry->n_bytes;
  while (self->order.length > 1 &&
         (self->n_bytes > self->max_bytes || self->order.length > self->max_frames))
    drop (self, self->order.tail);
}

IcFrame *
ic_frame_cache_look_up (IcFrameCache *self, const char *key)
{
  GList *link = g_hash_table_lookup (self->by_key, key);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->order, link);
  g_queue_push_head_link (&self->order, link);
  return ((Entry *) link->data)->frame;
}

guint64
ic_frame_cache_get_bytes (IcFrameCache *self)
{
  return self->n_bytes;
}

guint
ic_frame_cache_count (IcFrameCache *self)
{
  return self->order.length;
}
