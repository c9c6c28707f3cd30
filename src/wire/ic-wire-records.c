/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/ic-wire-records.h"

#include "core/ic-error.h"
#include "wire/ic-wire-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE_SIZE (64 * 1024)
#define N_FIELDS_MAX 16

struct _IcWireRecordWriter
{
  int fd; /* borrowed */
  GByteArray *pending;
  guint64 count;
};

struct _IcWireRecordReader
{
  IcWorker *worker;
  guint n_fields;
  IcWireRecordFunc func;
  gpointer user_data;
  int fd;
  GUnixFDList *fds; /* with the other end, open as long as this one, so that it never hangs up */
  GSource *source;
  GByteArray *pending; /* the beginning of a record */
  guint64 count;
  gboolean is_nonsense;
};

struct _IcWireRecordFeed
{
  guint n_fields;
  IcWireNextFunc next;
  gpointer user_data;
  int fd;
  int other_fd; /* the worker's end */
  GSource *source;
  GByteArray *pending;
  gsize done; /* bytes of it that went out */
};

IcWireRecordWriter *
ic_wire_record_writer_new (int fd)
{
  IcWireRecordWriter *self = g_new0 (IcWireRecordWriter, 1);

  self->fd = fd;
  self->pending = g_byte_array_new ();
  return self;
}

void
ic_wire_record_writer_free (IcWireRecordWriter *self)
{
  g_byte_array_unref (self->pending);
  g_free (self);
}

static gboolean
flush (IcWireRecordWriter *self, GError **error)
{
  if (!ic_wire_memory_write (self->fd, (const char *) self->pending->data, self->pending->len))
    return ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to answer");
  g_byte_array_set_size (self->pending, 0);
  return TRUE;
}

gboolean
ic_wire_record_writer_add (IcWireRecordWriter *self,
                           const char *const *fields,
                           guint n_fields,
                           GError **error)
{
  for (guint i = 0; i < n_fields; i++)
    {
      const gsize length = strlen (fields[i]);

      if (length < IC_WIRE_FIELD_MAX)
        g_byte_array_append (self->pending, (const guint8 *) fields[i], length + 1);
      else
        g_byte_array_append (self->pending, (const guint8 *) "", 1);
    }
  self->count++;
  return self->pending->len < PIECE_SIZE || flush (self, error);
}

gboolean
ic_wire_record_writer_finish (IcWireRecordWriter *self, guint64 *count, GError **error)
{
  *count = self->count;
  return flush (self, error);
}

/* The fields of one whole record at @data, and what it takes; 0 when its end is not there yet. */
static gsize
split_record (IcWireRecordReader *self, const char *data, gsize size, const char **fields)
{
  gsize at = 0;

  for (guint i = 0; i < self->n_fields; i++)
    {
      const gsize length = strnlen (data + at, size - at);

      if (length > IC_WIRE_FIELD_MAX)
        self->is_nonsense = TRUE;
      if (length == size - at)
        return 0;
      if (!g_utf8_validate (data + at, (gssize) length, NULL))
        self->is_nonsense = TRUE;
      fields[i] = data + at;
      at += length + 1;
    }
  return at;
}

static void
tell_records (IcWireRecordReader *self)
{
  const char *fields[N_FIELDS_MAX] = { NULL };
  gsize done = 0;

  while (!self->is_nonsense && done < self->pending->len)
    {
      const char *data = (const char *) self->pending->data + done;
      const gsize n = split_record (self, data, self->pending->len - done, fields);

      if (n == 0 || self->is_nonsense)
        break;
      self->func (fields, self->user_data);
      self->count++;
      done += n;
    }
  if (done > 0)
    g_byte_array_remove_range (self->pending, 0, (guint) done);
}

/* FALSE at the end, and while there is nothing. */
static gboolean
read_piece (IcWireRecordReader *self)
{
  guint8 piece[PIECE_SIZE];
  const ssize_t n = TEMP_FAILURE_RETRY (read (self->fd, piece, sizeof piece));

  if (n <= 0)
    return FALSE;
  ic_worker_touch (self->worker);
  if (!self->is_nonsense)
    {
      g_byte_array_append (self->pending, piece, (guint) n);
      tell_records (self);
    }
  if (self->is_nonsense)
    ic_worker_kill (self->worker);
  return TRUE;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer data)
{
  read_piece (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
open_pipe (IcWireRecordReader *self, GError **error)
{
  int ends[2] = { -1, -1 };
  int handle = -1;

  if (pipe2 (ends, O_CLOEXEC) < 0 || fcntl (ends[0], F_SETFL, O_NONBLOCK) < 0)
    ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to make a pipe");
  else
    handle = g_unix_fd_list_append (self->fds, ends[1], error);
  self->fd = ends[0];
  if (ends[1] >= 0)
    close (ends[1]);
  return handle >= 0;
}

IcWireRecordReader *
ic_wire_record_reader_new (IcWorker *worker,
                           guint n_fields,
                           IcWireRecordFunc func,
                           gpointer user_data,
                           GError **error)
{
  g_autoptr(IcWireRecordReader) self = g_new0 (IcWireRecordReader, 1);

  g_return_val_if_fail (n_fields <= N_FIELDS_MAX, NULL);
  self->worker = g_object_ref (worker);
  self->n_fields = n_fields;
  self->func = func;
  self->user_data = user_data;
  self->fds = g_unix_fd_list_new ();
  self->pending = g_byte_array_new ();
  if (!open_pipe (self, error))
    return NULL;
  self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return g_steal_pointer (&self);
}

void
ic_wire_record_reader_free (IcWireRecordReader *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->fd >= 0)
    close (self->fd);
  g_object_unref (self->fds);
  g_object_unref (self->worker);
  g_byte_array_unref (self->pending);
  g_free (self);
}

GUnixFDList *
ic_wire_record_reader_get_fds (IcWireRecordReader *self)
{
  return self->fds;
}

gboolean
ic_wire_record_reader_finish (IcWireRecordReader *self, guint64 count, GError **error)
{
  while (read_piece (self))
    ;
  if (!self->is_nonsense && self->count == count && self->pending->len == 0)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the reader's answer makes no sense");
  return FALSE;
}

/* FALSE when @func does not want more; else *@done bytes of @data were whole records. */
static gboolean
take_whole (const char *data,
            gsize size,
            guint n_fields,
            gsize *done,
            IcWireTakeFunc func,
            gpointer user_data,
            GError **error)
{
  const char *fields[N_FIELDS_MAX] = { NULL };
  gsize at = 0;

  for (guint n = 0; at < size; n = (n + 1) % n_fields)
    {
      const char *stop = memchr (data + at, '\0', size - at);

      if (stop == NULL)
        break;
      fields[n] = data + at;
      at = (gsize) (stop - data) + 1;
      if (n + 1 < n_fields)
        continue;
      if (!func (fields, user_data, error))
        return FALSE;
      *done = at;
    }
  return TRUE;
}

gboolean
ic_wire_records_take (int fd,
                      guint n_fields,
                      IcWireTakeFunc func,
                      gpointer user_data,
                      GError **error)
{
  g_autoptr(GByteArray) pending = g_byte_array_new ();
  guint8 piece[PIECE_SIZE];
  gssize n = 0;

  g_return_val_if_fail (n_fields <= N_FIELDS_MAX, FALSE);
  while ((n = TEMP_FAILURE_RETRY (read (fd, piece, sizeof piece))) > 0)
    {
      gsize done = 0;

      g_byte_array_append (pending, piece, (guint) n);
      if (!take_whole ((const char *) pending->data, pending->len, n_fields, &done, func, user_data,
                       error))
        return FALSE;
      if (done > 0)
        g_byte_array_remove_range (pending, 0, (guint) done);
    }
  if (n == 0 && pending->len == 0)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "the list of files is damaged");
  return FALSE;
}

/* FALSE when there is no more. */
static gboolean
fill (IcWireRecordFeed *self)
{
  const char *fields[N_FIELDS_MAX] = { NULL };

  g_byte_array_set_size (self->pending, 0);
  self->done = 0;
  while (self->pending->len < PIECE_SIZE && self->next (fields, self->user_data))
    for (guint i = 0; i < self->n_fields; i++)
      g_byte_array_append (self->pending, (const guint8 *) fields[i],
                           (guint) strlen (fields[i]) + 1);
  return self->pending->len > 0;
}

static gboolean
end_feed (IcWireRecordFeed *self)
{
  close (g_steal_fd (&self->fd));
  return G_SOURCE_REMOVE;
}

/* Whoever does not read any more says why in answer to the call. */
static gboolean
writable_cb (int fd, GIOCondition condition, gpointer data)
{
  IcWireRecordFeed *self = data;
  gssize n = 0;

  if (self->done == self->pending->len && !fill (self))
    return end_feed (self);
  n = TEMP_FAILURE_RETRY (send (fd, self->pending->data + self->done,
                                self->pending->len - self->done, MSG_NOSIGNAL | MSG_DONTWAIT));
  if (n < 0 && errno != EAGAIN)
    return end_feed (self);
  self->done += (gsize) MAX (n, 0);
  return G_SOURCE_CONTINUE;
}

IcWireRecordFeed *
ic_wire_record_feed_new (guint n_fields, IcWireNextFunc next, gpointer user_data, GError **error)
{
  g_autoptr(IcWireRecordFeed) self = g_new0 (IcWireRecordFeed, 1);
  int ends[2] = { -1, -1 };

  g_return_val_if_fail (n_fields <= N_FIELDS_MAX, NULL);
  self->n_fields = n_fields;
  self->next = next;
  self->user_data = user_data;
  self->pending = g_byte_array_new ();
  self->fd = self->other_fd = -1;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    {
      ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to make a pipe");
      return NULL;
    }
  self->fd = ends[0];
  self->other_fd = ends[1];
  self->source = g_unix_fd_source_new (self->fd, G_IO_OUT);
  g_source_set_callback (self->source, G_SOURCE_FUNC (writable_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return g_steal_pointer (&self);
}

void
ic_wire_record_feed_free (IcWireRecordFeed *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->fd >= 0)
    close (self->fd);
  if (self->other_fd >= 0)
    close (self->other_fd);
  g_byte_array_unref (self->pending);
  g_free (self);
}

int
ic_wire_record_feed_add_to (IcWireRecordFeed *self, GUnixFDList *fds, GError **error)
{
  return g_unix_fd_list_append (fds, self->other_fd, error);
}
