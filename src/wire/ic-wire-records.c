/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/ic-wire-records.h"

#include "core/ic-error.h"
#include "wire/ic-wire-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
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
