/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-frame-source.h"

#include "core/ic-error.h"
#include "core/ic-own-context.h"
#include "dicom/ic-image-reader.h"
#include "dicom/ic-page-reader.h"
#include "model/ic-frame-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define N_READERS 2
#define MAX_FRAMES 8192

/* What all views together may have decoded ahead: a part of what can be kept. */
#define AHEAD_PART 2

/* Shared with the threads of the readers, which may outlive the source by one frame. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean is_over;
  GPtrArray *wanted[IC_FRAME_SOURCE_VIEWS]; /* of Item */
  char *first[IC_FRAME_SOURCE_VIEWS];       /* key of what it wanted most */
  GHashTable *under_way;                    /* keys */
  GHashTable *errors;                       /* key → GError */
  GHashTable *counts;                       /* path → guint, frames in it */
  IcFrameCache *cache;
  guint64 max_bytes;
  guint64 frame_bytes; /* of the last one */

  IcDataDir *data_dir;
  GMainContext *context; /* of the source */
  GCancellable *cancellable;
  GWeakRef source;
} Shared;

typedef struct
{
  char *key;
  char *path;
  guint frame;
  gboolean is_document;
} Item;

struct _IcFrameSource
{
  GObject parent_instance;

  Shared *shared;
};

enum
{
  READY,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcFrameSource, ic_frame_source, G_TYPE_OBJECT)

static char *
make_key (const IcFrameAddress *address)
{
  return g_strdup_printf ("%s%c%u", address->path, address->is_document ? '@' : '#',
                          address->frame);
}

static Item *
item_new (const IcFrameAddress *address)
{
  Item *self = g_new0 (Item, 1);

  self->key = make_key (address);
  self->path = g_strdup (address->path);
  self->frame = address->frame;
  self->is_document = address->is_document;
  return self;
}

static void
item_free (gpointer data)
{
  Item *self = data;

  g_free (self->key);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Item, item_free)

static void
shared_clear (gpointer data)
{
  Shared *self = data;

  for (guint i = 0; i < IC_FRAME_SOURCE_VIEWS; i++)
    {
      g_ptr_array_unref (self->wanted[i]);
      g_free (self->first[i]);
    }
  g_hash_table_unref (self->under_way);
  g_hash_table_unref (self->errors);
  g_hash_table_unref (self->counts);
  ic_frame_cache_free (self->cache);
  ic_data_dir_unref (self->data_dir);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_weak_ref_clear (&self->source);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
}

static void
shared_unref (Shared *self)
{
  g_atomic_rc_box_release_full (self, shared_clear);
}

/* Readers */

static gboolean
is_to_be_read (Shared *self, const Item *item)
{
  return ic_frame_cache_look_up (self->cache, item->key) == NULL &&
         !g_hash_table_contains (self->under_way, item->key) &&
         !g_hash_table_contains (self->errors, item->key);
}

/* What comes next of all views in turn; no more than fits, or they would push each other out. */
static Item *
choose (Shared *self)
{
  const guint64 fits =
      self->max_bytes / AHEAD_PART / IC_FRAME_SOURCE_VIEWS / MAX (self->frame_bytes, 1);
  guint longest = 0;

  for (guint view = 0; view < IC_FRAME_SOURCE_VIEWS; view++)
    longest = MAX (longest, self->wanted[view]->len);
  for (guint i = 0; i < longest && i < MAX (fits, 1); i++)
    for (guint view = 0; view < IC_FRAME_SOURCE_VIEWS; view++)
      {
        Item *item = i < self->wanted[view]->len ? self->wanted[view]->pdata[i] : NULL;

        if (item != NULL && is_to_be_read (self, item))
          return item_new (&(IcFrameAddress){ item->path, item->frame, item->is_document });
      }
  return NULL;
}

/* Waits for something to do; NULL when there will be nothing more. */
static Item *
take_next (Shared *self)
{
  Item *item = NULL;

  g_mutex_lock (&self->mutex);
  while (!self->is_over && (item = choose (self)) == NULL)
    g_cond_wait (&self->cond, &self->mutex);
  if (item != NULL)
    g_hash_table_add (self->under_way, g_strdup (item->key));
  g_mutex_unlock (&self->mutex);
  return item;
}

/* What one thread reads with. */
typedef struct
{
  IcImageReader *images;
  IcPageReader *pages;
} Readers;

static IcFrame *
read_item (Shared *self, const Readers *readers, const Item *item, guint *n, GError **error)
{
  g_autofree char *path = ic_data_dir_dup_path (self->data_dir, item->path);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  IcFrame *frame = NULL;

  if (fd < 0)
    {
      ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open");
      return NULL;
    }
  if (item->is_document)
    frame = ic_page_reader_read (readers->pages, readers->images, fd, item->frame, n,
                                 self->cancellable, error);
  else
    frame =
        ic_image_reader_read_frame (readers->images, fd, item->frame, n, self->cancellable, error);
  close (fd);
  return frame;
}

static void
put (Shared *self, const Item *item, IcFrame *frame, guint n_frames, GError *error)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->under_way, item->key);
  if (frame != NULL)
    {
      self->frame_bytes = g_bytes_get_size (frame->samples);
      ic_frame_cache_insert (self->cache, item->key, frame);
      g_hash_table_insert (self->counts, g_strdup (item->path), GUINT_TO_POINTER (n_frames));
    }
  else
    g_hash_table_insert (self->errors, g_strdup (item->key), error);
  g_mutex_unlock (&self->mutex);
}

typedef struct
{
  Shared *shared;
  Item *item;
} News;

static void
news_free (gpointer data)
{
  News *self = data;

  shared_unref (self->shared);
  item_free (self->item);
  g_free (self);
}

static gboolean
tell_cb (gpointer data)
{
  News *news = data;
  g_autoptr(IcFrameSource) source = g_weak_ref_get (&news->shared->source);

  if (source != NULL)
    g_signal_emit (source, signals[READY], 0, news->item->path, news->item->frame);
  return G_SOURCE_REMOVE;
}

static void
tell (Shared *self, Item *item)
{
  News *news = g_new0 (News, 1);

  news->shared = g_atomic_rc_box_acquire (self);
  news->item = item;
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, tell_cb, news, news_free);
}

static gpointer
read_all (gpointer data)
{
  Shared *self = data;
  g_autoptr(IcOwnContext) context = ic_own_context_enter ();
  g_autoptr(IcImageReader) images = ic_image_reader_new ();
  g_autoptr(IcPageReader) pages = ic_page_reader_new ();
  const Readers readers = { images, pages };
  Item *item = NULL;

  while ((item = take_next (self)) != NULL)
    {
      GError *error = NULL;
      guint n_frames = 0;
      g_autoptr(IcFrame) frame = read_item (self, &readers, item, &n_frames, &error);

      put (self, item, frame, n_frames, error);
      tell (self, item);
    }
  shared_unref (self);
  return NULL;
}

/* The source */

static void
ic_frame_source_dispose (GObject *object)
{
  IcFrameSource *self = IC_FRAME_SOURCE (object);

  if (self->shared != NULL)
    {
      g_mutex_lock (&self->shared->mutex);
      self->shared->is_over = TRUE;
      g_cond_broadcast (&self->shared->cond);
      g_mutex_unlock (&self->shared->mutex);
      g_cancellable_cancel (self->shared->cancellable);
    }
  g_clear_pointer (&self->shared, shared_unref);
  G_OBJECT_CLASS (ic_frame_source_parent_class)->dispose (object);
}

static void
ic_frame_source_class_init (IcFrameSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ic_frame_source_dispose;
  signals[READY] = g_signal_new ("ready", IC_TYPE_FRAME_SOURCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
}

static void
ic_frame_source_init (IcFrameSource *self)
{
}

static Shared *
shared_new (IcFrameSource *source, IcDataDir *data_dir, guint64 max_bytes)
{
  Shared *self = g_atomic_rc_box_new0 (Shared);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  for (guint i = 0; i < IC_FRAME_SOURCE_VIEWS; i++)
    self->wanted[i] = g_ptr_array_new_with_free_func (item_free);
  self->under_way = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->errors =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_error_free);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cache = ic_frame_cache_new (max_bytes, MAX_FRAMES);
  self->max_bytes = max_bytes;
  self->data_dir = ic_data_dir_ref (data_dir);
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  g_weak_ref_init (&self->source, source);
  return self;
}

IcFrameSource *
ic_frame_source_new (IcDataDir *data_dir, guint64 max_bytes)
{
  IcFrameSource *self = g_object_new (IC_TYPE_FRAME_SOURCE, NULL);

  self->shared = shared_new (self, data_dir, max_bytes);
  for (guint i = 0; i < N_READERS; i++)
    g_thread_unref (g_thread_new ("frames", read_all, g_atomic_rc_box_acquire (self->shared)));
  return self;
}

/* Somebody came back to it: a reader that died once need not die again. */
static void
want_first (Shared *self, guint view, const IcFrameAddress *address)
{
  g_autofree char *key = address != NULL ? make_key (address) : NULL;

  if (g_strcmp0 (key, self->first[view]) == 0)
    return;
  g_free (self->first[view]);
  self->first[view] = g_steal_pointer (&key);
  if (self->first[view] != NULL)
    g_hash_table_remove (self->errors, self->first[view]);
}

void
ic_frame_source_want (IcFrameSource *self, guint view, const IcFrameAddress *addresses, guint n)
{
  Shared *shared = NULL;

  g_return_if_fail (IC_IS_FRAME_SOURCE (self) && view < IC_FRAME_SOURCE_VIEWS);
  shared = self->shared;
  g_mutex_lock (&shared->mutex);
  g_ptr_array_set_size (shared->wanted[view], 0);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (shared->wanted[view], item_new (&addresses[i]));
  want_first (shared, view, n > 0 ? addresses : NULL);
  /* The one that is wanted most is the last that may go. */
  for (guint i = n; i > 0; i--)
    ic_frame_cache_look_up (shared->cache, ((Item *) shared->wanted[view]->pdata[i - 1])->key);
  g_cond_broadcast (&shared->cond);
  g_mutex_unlock (&shared->mutex);
}

void
ic_frame_source_retry (IcFrameSource *self, const IcFrameAddress *address)
{
  g_autofree char *key = make_key (address);

  g_return_if_fail (IC_IS_FRAME_SOURCE (self));
  g_mutex_lock (&self->shared->mutex);
  g_hash_table_remove (self->shared->errors, key);
  g_cond_broadcast (&self->shared->cond);
  g_mutex_unlock (&self->shared->mutex);
}

IcFrame *
ic_frame_source_dup (IcFrameSource *self, const IcFrameAddress *address, GError **error)
{
  g_autofree char *key = make_key (address);
  IcFrame *frame = NULL;
  const GError *known = NULL;

  g_return_val_if_fail (IC_IS_FRAME_SOURCE (self), NULL);
  g_mutex_lock (&self->shared->mutex);
  frame = ic_frame_cache_look_up (self->shared->cache, key);
  if (frame != NULL)
    ic_frame_ref (frame);
  else
    known = g_hash_table_lookup (self->shared->errors, key);
  if (known != NULL && error != NULL)
    *error = g_error_copy (known);
  g_mutex_unlock (&self->shared->mutex);
  return frame;
}

guint
ic_frame_source_count (IcFrameSource *self, const char *path)
{
  guint n = 0;

  g_return_val_if_fail (IC_IS_FRAME_SOURCE (self), 0);
  g_mutex_lock (&self->shared->mutex);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (self->shared->counts, path));
  g_mutex_unlock (&self->shared->mutex);
  return n;
}

guint64
ic_frame_source_get_bytes (IcFrameSource *self)
{
  guint64 n_bytes = 0;

  g_return_val_if_fail (IC_IS_FRAME_SOURCE (self), 0);
  g_mutex_lock (&self->shared->mutex);
  n_bytes = ic_frame_cache_get_bytes (self->shared->cache);
  g_mutex_unlock (&self->shared->mutex);
  return n_bytes;
}
