/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-medium-reader.h"

#include "core/ic-error.h"
#include "wire/ic-wire-records.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

/* A scratched disc may stall honestly for long while a drive tries again. */
#define PATIENCE_MS (5 * 60 * 1000)

#define PIECE_SIZE (64 * 1024)

struct _IcMediumReader
{
  IcWorker *worker;
};

IcMediumReader *
ic_medium_reader_new (int medium_fd,
                      const char *const *names,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) arguments = NULL;
  IcWorker *worker = NULL;
  IcMediumReader *self = NULL;

  g_strv_builder_add_many (builder, "--parse", "--medium", NULL);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    g_strv_builder_add_many (builder, "--name", names[i], NULL);
  arguments = g_strv_builder_end (builder);
  worker = ic_worker_spawn ("courier-dicom", (const char *const *) arguments, medium_fd,
                            cancellable, error);

  if (worker == NULL)
    return NULL;
  ic_worker_set_patience_ms (worker, PATIENCE_MS);
  self = g_new0 (IcMediumReader, 1);
  self->worker = worker;
  return self;
}

void
ic_medium_reader_free (IcMediumReader *self)
{
  g_object_unref (self->worker);
  g_free (self);
}

typedef struct
{
  IcReadNameFunc func;
  gpointer user_data;
} Names;

static void
tell_name (const char *const *fields, gpointer user_data)
{
  Names *names = user_data;

  names->func (fields[0], names->user_data);
}

gboolean
ic_medium_reader_list (IcMediumReader *self,
                       const char *tree,
                       IcReadNameFunc func,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error)
{
  IcWireParse *parse = ic_worker_get_parse (self->worker);
  Names names = { func, user_data };
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcWireRecordReader) records =
                 ic_wire_record_reader_new (self->worker, 1, tell_name, &names, error);
  guint64 count = 0;

  if (records == NULL)
    return FALSE;
  ic_wire_parse_call_list_medium (parse, call->job, tree, g_variant_new_handle (0),
                                  G_DBUS_CALL_FLAGS_NONE, -1,
                                  ic_wire_record_reader_get_fds (records), NULL,
                                  ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_parse_call_list_medium_finish (parse, &count, NULL, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error) &&
         ic_wire_record_reader_finish (records, count, error);
}

typedef struct
{
  IcReadFileFunc func;
  gpointer user_data;
} Files;

static void
tell_file (const char *const *fields, gpointer user_data)
{
  Files *files = user_data;
  const IcReadFile file = { fields[0], fields[1] };

  files->func (&file, files->user_data);
}

gboolean
ic_medium_reader_hash_all (IcMediumReader *self,
                           IcReadFileFunc func,
                           gpointer user_data,
                           IcProgress *progress,
                           GCancellable *cancellable,
                           GError **error)
{
  IcWireParse *parse = ic_worker_get_parse (self->worker);
  Files files = { func, user_data };
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, progress);
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcWireRecordReader) records =
                 ic_wire_record_reader_new (self->worker, 2, tell_file, &files, error);
  guint64 count = 0;

  if (records == NULL)
    return FALSE;
  ic_wire_parse_call_hash_medium (parse, call->job, g_variant_new_handle (0),
                                  G_DBUS_CALL_FLAGS_NONE, -1,
                                  ic_wire_record_reader_get_fds (records), NULL,
                                  ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_parse_call_hash_medium_finish (parse, &count, NULL, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error) &&
         ic_wire_record_reader_finish (records, count, error);
}

gboolean
ic_medium_reader_find_strays (IcMediumReader *self,
                              IcReadStrays *strays,
                              GCancellable *cancellable,
                              GError **error)
{
  IcWireParse *parse = ic_worker_get_parse (self->worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;

  ic_wire_parse_call_find_strays (parse, call->job, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                  ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_parse_call_find_strays_finish (parse, &strays->n_others, &strays->n_empty_folders,
                                         &strays->volume_bytes, &strays->present_bytes,
                                         &strays->trees_differ, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error);
}

/* From its start: it is a memfd, and small by the worker's promise. */
static gboolean
read_descriptor (int fd, IcReadPieceFunc func, gpointer user_data, GError **error)
{
  g_autofree guint8 *piece = g_malloc (PIECE_SIZE);
  off_t at = 0;
  gssize n = 0;

  while ((n = TEMP_FAILURE_RETRY (pread (fd, piece, PIECE_SIZE, at))) > 0)
    {
      if (!func (piece, (gsize) n, user_data, error))
        return FALSE;
      at += n;
    }
  return n == 0 || ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to take a file");
}

static gboolean
take_file (GUnixFDList *fds,
           GVariant *handle,
           IcReadPieceFunc func,
           gpointer user_data,
           GError **error)
{
  int fd = fds != NULL ? g_unix_fd_list_get (fds, g_variant_get_handle (handle), NULL) : -1;
  gboolean ok = FALSE;

  if (fd < 0)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "the reader sent no file");
      return FALSE;
    }
  ok = read_descriptor (fd, func, user_data, error);
  close (fd);
  return ok;
}

gboolean
ic_medium_reader_read_file (IcMediumReader *self,
                            const char *path,
                            IcReadPieceFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error)
{
  IcWireParse *parse = ic_worker_get_parse (self->worker);
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GVariant) handle = NULL;
  g_autoptr(GUnixFDList) fds = NULL;

  ic_wire_parse_call_read_file (parse, call->job, path, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL,
                                ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_parse_call_read_file_finish (parse, &handle, &fds, call->result, &local_error);
  return ic_worker_call_check (call, &local_error, error) &&
         take_file (fds, handle, func, user_data, error);
}

typedef struct
{
  IcReadReferenceFunc func;
  gpointer user_data;
} References;

static void
tell_reference (const char *const *fields, gpointer user_data)
{
  References *references = user_data;
  const IcReadReference reference = { fields[0], fields[1], fields[2], fields[3] };

  references->func (&reference, references->user_data);
}

char *
ic_medium_reader_read_directory (IcMediumReader *self,
                                 IcReadReferenceFunc func,
                                 gpointer user_data,
                                 GCancellable *cancellable,
                                 GError **error)
{
  IcWireParse *parse = ic_worker_get_parse (self->worker);
  References references = { func, user_data };
  g_autoptr(IcWorkerCall) call = ic_worker_call_new (self->worker, NULL);
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcWireRecordReader) records =
                 ic_wire_record_reader_new (self->worker, 4, tell_reference, &references, error);
  g_autofree char *file_set_id = NULL;
  guint64 count = 0;

  if (records == NULL)
    return NULL;
  ic_wire_parse_call_read_directory (parse, call->job, g_variant_new_handle (0),
                                     G_DBUS_CALL_FLAGS_NONE, -1,
                                     ic_wire_record_reader_get_fds (records), NULL,
                                     ic_worker_call_done_cb, call);
  ic_worker_call_wait (call, cancellable);
  ic_wire_parse_call_read_directory_finish (parse, &file_set_id, &count, NULL, call->result,
                                            &local_error);
  if (!ic_worker_call_check (call, &local_error, error) ||
      !ic_wire_record_reader_finish (records, count, error))
    return NULL;
  return g_steal_pointer (&file_set_id);
}
