/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-reader-pool.h"

#include "core/ic-error.h"
#include "wire/ic-wire-memory.h"
#include "wire/ic-worker.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#define WORKERS_MAX 4
#define CALLS_PER_WORKER 2
#define WAITING_MAX (2 * IC_WORKER_MAX_FDS)
#define DEATHS_MAX 64
#define STARTS_MAX 3

typedef struct
{
  int fd;
  gpointer item;
  gboolean alone; /* its batch killed a worker: try it by itself */
} Entry;

typedef struct
{
  IcWorker *worker; /* NULL until needed, and after a death */
  guint in_flight;
  gboolean alone; /* with an entry that must not take others with it */
} Slot;

typedef struct
{
  IcReaderPool *pool;
  Slot *slot;
  IcWorker *worker; /* the one it went to; the slot may have another by now */
  IcWorkerCall *call;
  GPtrArray *entries;
} Batch;

struct _IcReaderPool
{
  const IcReaderWork *work;
  gpointer user_data;
  guint batch_size;
  gboolean is_silent; /* nothing is reported any more */
  GQueue waiting;     /* of Entry */
  Slot slots[WORKERS_MAX];
  guint n_slots;
  GPtrArray *batches; /* of Batch, in flight */
  guint deaths;
  gboolean dispatching;
  GError *error; /* why nothing more can be read */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  close (entry->fd);
  g_free (entry);
}

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  ic_worker_call_free (batch->call);
  g_object_unref (batch->worker);
  g_ptr_array_unref (batch->entries);
  g_free (batch);
}

IcReaderPool *
ic_reader_pool_new (const IcReaderWork *work,
                    guint max_workers,
                    guint batch_size,
                    gpointer user_data)
{
  IcReaderPool *self = g_new0 (IcReaderPool, 1);

  self->work = work;
  self->user_data = user_data;
  self->batch_size = CLAMP (batch_size, 1, IC_WORKER_MAX_FDS);
  self->n_slots = CLAMP (max_workers > 0 ? max_workers : g_get_num_processors (), 1, WORKERS_MAX);
  self->batches = g_ptr_array_new ();
  g_queue_init (&self->waiting);
  return self;
}

static void
report (IcReaderPool *self,
        const Entry *entry,
        GVariant *record,
        GBytes *content,
        const GError *error)
{
  if (!self->is_silent)
    self->work->report (entry->item, record, content, error, self->user_data);
}

static void
report_all (IcReaderPool *self, GPtrArray *entries, GVariant *records, GBytes *content)
{
  gsize n = g_variant_n_children (records);

  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr(GVariant) record = NULL;
      g_autoptr(GError) error = NULL;

      if (i < n)
        record = g_variant_get_child_value (records, i);
      else
        error = g_error_new_literal (IC_ERROR, IC_ERROR_BAD_DATA, "the reader gave no answer");
      report (self, entries->pdata[i], record, content, error);
    }
}

/* The culprit is the one that kills a worker that it has to itself. */
static void
after_death (IcReaderPool *self, Batch *batch, const GError *death)
{
  if (batch->slot->worker == batch->worker)
    {
      g_clear_object (&batch->slot->worker);
      self->deaths++;
    }
  if (self->deaths > DEATHS_MAX && self->error == NULL)
    self->error = g_error_copy (death);
  if (((Entry *) batch->entries->pdata[0])->alone)
    {
      report (self, batch->entries->pdata[0], NULL, NULL, death);
      return;
    }
  for (guint i = batch->entries->len; i > 0; i--)
    {
      Entry *entry = g_ptr_array_steal_index (batch->entries, i - 1);

      entry->alone = TRUE;
      g_queue_push_head (&self->waiting, entry);
    }
}

static GVariant *
finish_call (GDBusProxy *parse, GAsyncResult *result, GBytes **content, GError **error)
{
  g_autoptr(GUnixFDList) fds = NULL;
  g_autoptr(GVariant) handle = NULL;
  g_autoptr(GVariant) answer =
                 g_dbus_proxy_call_with_unix_fd_list_finish (parse, &fds, result, error);

  if (answer == NULL)
    return NULL;
  if (g_variant_n_children (answer) > 1)
    {
      handle = g_variant_get_child_value (answer, 1);
      *content = ic_wire_memory_map_handle (fds, handle, error);
      if (*content == NULL)
        return NULL;
    }
  return g_variant_get_child_value (answer, 0);
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Batch *batch = data;
  IcReaderPool *self = batch->pool;
  g_autoptr(GVariant) records = NULL;
  g_autoptr(GBytes) content = NULL;
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GError) error = NULL;

  ic_worker_call_done_cb (source, result, batch->call);
  batch->slot->in_flight--;
  g_ptr_array_remove_fast (self->batches, batch);
  records = finish_call (G_DBUS_PROXY (source), result, &content, &local_error);
  if (ic_worker_call_check (batch->call, &local_error, &error))
    report_all (self, batch->entries, records, content);
  else if (g_error_matches (error, IC_ERROR, IC_ERROR_WORKER_DIED))
    after_death (self, batch, error);
  else if (self->error == NULL)
    self->error = g_steal_pointer (&error);
  batch_free (batch);
}

/* One entry that is to be tried alone, or as many others as a call takes. */
static GPtrArray *
take_entries (IcReaderPool *self)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);

  while (entries->len < self->batch_size && !g_queue_is_empty (&self->waiting))
    {
      Entry *next = g_queue_peek_head (&self->waiting);

      if (next->alone && entries->len > 0)
        break;
      g_ptr_array_add (entries, g_queue_pop_head (&self->waiting));
      if (next->alone)
        break;
    }
  return entries;
}

static void
send_batch (IcReaderPool *self, Slot *slot)
{
  g_autoptr(GUnixFDList) fds = g_unix_fd_list_new ();
  g_autofree gpointer *items = NULL;
  GVariant *arguments = NULL;
  Batch *batch = g_new0 (Batch, 1);
  GVariantBuilder handles;

  batch->pool = self;
  batch->slot = slot;
  batch->worker = g_object_ref (slot->worker);
  batch->entries = take_entries (self);
  slot->alone = ((Entry *) batch->entries->pdata[0])->alone;
  batch->call = ic_worker_call_new (slot->worker, NULL);
  items = g_new (gpointer, batch->entries->len);
  g_variant_builder_init (&handles, G_VARIANT_TYPE ("ah"));
  for (guint i = 0; i < batch->entries->len; i++)
    {
      const Entry *entry = batch->entries->pdata[i];

      items[i] = entry->item;
      g_variant_builder_add (&handles, "h", g_unix_fd_list_append (fds, entry->fd, NULL));
    }
  g_ptr_array_add (self->batches, batch);
  slot->in_flight++;
  arguments = self->work->make_arguments (batch->call->job, g_variant_builder_end (&handles), fds,
                                          items, self->user_data);
  g_dbus_proxy_call_with_unix_fd_list (G_DBUS_PROXY (ic_worker_get_parse (slot->worker)),
                                       self->work->method, arguments, G_DBUS_CALL_FLAGS_NONE, -1,
                                       fds, NULL, answer_cb, batch);
}

/* An entry to be tried alone needs a worker that does nothing else meanwhile. */
static gboolean
has_room (const Slot *slot, gboolean alone)
{
  return slot->in_flight == 0 || (!alone && !slot->alone && slot->in_flight < CALLS_PER_WORKER);
}

/* A running worker that takes another call beats starting one: a start costs as much as reading
 * hundreds of headers.
 */
static Slot *
find_free_slot (IcReaderPool *self)
{
  const Entry *next = g_queue_peek_head (&self->waiting);
  Slot *best = NULL;

  for (guint i = 0; i < self->n_slots; i++)
    {
      Slot *slot = &self->slots[i];

      if (!has_room (slot, next->alone))
        continue;
      if (best == NULL || (best->worker == NULL && slot->worker != NULL) ||
          (slot->worker != NULL && slot->in_flight < best->in_flight))
        best = slot;
    }
  return best;
}

/* One that dies before it has read anything says nothing about any file: another is started. */
static gboolean
ensure_worker (Slot *slot, GCancellable *cancellable, GError **error)
{
  const char *arguments[] = { "--parse", NULL };

  /* A dead one has other calls that have not heard of it yet. */
  for (guint i = 1; slot->worker == NULL; i++)
    {
      g_autoptr(GError) local_error = NULL;

      slot->worker = ic_worker_spawn ("courier-dicom", arguments, -1, cancellable, &local_error);
      if (slot->worker != NULL ||
          (i < STARTS_MAX && g_error_matches (local_error, IC_ERROR, IC_ERROR_WORKER_DIED)))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check (IcReaderPool *self, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

static gboolean
send_waiting (IcReaderPool *self, guint least, GCancellable *cancellable, GError **error)
{
  while (g_queue_get_length (&self->waiting) >= MAX (least, 1))
    {
      Slot *slot = find_free_slot (self);

      if (slot == NULL)
        return TRUE;
      if (!ensure_worker (slot, cancellable, error))
        return FALSE;
      send_batch (self, slot);
    }
  return TRUE;
}

/* Sends while there are at least @least entries and a worker has room. Starting a worker iterates
 * the main context, and what runs there may come here again: it must not send the same entries.
 */
static gboolean
dispatch (IcReaderPool *self, guint least, GCancellable *cancellable, GError **error)
{
  gboolean ok = FALSE;

  if (self->dispatching)
    return TRUE;
  self->dispatching = TRUE;
  ok = send_waiting (self, least, cancellable, error);
  self->dispatching = FALSE;
  return ok;
}

static void
iterate (void)
{
  g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

static gboolean
woken_cb (GCancellable *cancellable, gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* So that a cancel from another thread ends the waiting at once. */
static GSource *
attach_waker (GCancellable *cancellable)
{
  GSource *waker = NULL;

  if (cancellable == NULL)
    return NULL;
  waker = g_cancellable_source_new (cancellable);
  g_source_set_callback (waker, G_SOURCE_FUNC (woken_cb), NULL, NULL);
  g_source_attach (waker, g_main_context_get_thread_default ());
  return waker;
}

static void
drop_waker (GSource *waker)
{
  if (waker == NULL)
    return;
  g_source_destroy (waker);
  g_source_unref (waker);
}

gboolean
ic_reader_pool_has_room (IcReaderPool *self)
{
  return g_queue_get_length (&self->waiting) < WAITING_MAX;
}

gboolean
ic_reader_pool_push (IcReaderPool *self,
                     int fd,
                     gpointer item,
                     GCancellable *cancellable,
                     GError **error)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->fd = fd;
  entry->item = item;
  g_queue_push_tail (&self->waiting, entry);
  if (!check (self, cancellable, error) || !dispatch (self, self->batch_size, cancellable, error))
    return FALSE;
  /* Descriptors are limited: wait here rather than pile up. What runs inside a start of a worker
   * must not wait for it. */
  while (g_queue_get_length (&self->waiting) > WAITING_MAX && !self->dispatching)
    {
      iterate ();
      if (!check (self, cancellable, error) ||
          !dispatch (self, self->batch_size, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ic_reader_pool_flush (IcReaderPool *self, GCancellable *cancellable, GError **error)
{
  return check (self, cancellable, error) && dispatch (self, 1, cancellable, error);
}

gboolean
ic_reader_pool_finish (IcReaderPool *self, GCancellable *cancellable, GError **error)
{
  GSource *waker = attach_waker (cancellable);
  gboolean ok = TRUE;

  while ((ok = ic_reader_pool_flush (self, cancellable, error)) &&
         (self->batches->len > 0 || !g_queue_is_empty (&self->waiting)))
    iterate ();
  drop_waker (waker);
  return ok;
}

void
ic_reader_pool_free (IcReaderPool *self)
{
  self->is_silent = TRUE;
  for (guint i = 0; i < self->batches->len; i++)
    ic_worker_kill (((Batch *) self->batches->pdata[i])->worker);
  while (self->batches->len > 0)
    iterate ();
  g_queue_clear_full (&self->waiting, entry_free);
  for (guint i = 0; i < self->n_slots; i++)
    g_clear_object (&self->slots[i].worker);
  g_ptr_array_unref (self->batches);
  g_clear_error (&self->error);
  g_free (self);
}
