/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-transcoder.h"

#include "core/ic-error.h"
#include "dicom/ic-reader-pool.h"

#include <unistd.h>

/* Unpacking takes a thousand times as long as the message around it: small batches spread better.
 */
#define BATCH_SIZE 4

typedef struct
{
  int output_fd;
  gpointer item;
} Entry;

struct _IcTranscoder
{
  IcReaderPool *pool;
  char *transfer_syntax_uid;
  GPtrArray *entries; /* of Entry, those not reported yet */
  IcTranscoderFunc func;
  gpointer user_data;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  close (entry->output_fd);
  g_free (entry);
}

/* A file that is tried again after its reader died begins anew. */
static gint32
add_output (GUnixFDList *fds, const Entry *entry)
{
  if (ftruncate (entry->output_fd, 0) != 0 || lseek (entry->output_fd, 0, SEEK_SET) != 0)
    return -1;
  return g_unix_fd_list_append (fds, entry->output_fd, NULL);
}

static void
call_transcode (IcWireParse *parse,
                guint64 job,
                GVariant *handles,
                GUnixFDList *fds,
                const gpointer *items,
                gpointer user_data,
                GAsyncReadyCallback callback,
                gpointer callback_data)
{
  IcTranscoder *self = user_data;
  gsize n = g_variant_n_children (handles);
  GVariantBuilder outputs;

  g_variant_builder_init (&outputs, G_VARIANT_TYPE ("ah"));
  for (gsize i = 0; i < n; i++)
    g_variant_builder_add (&outputs, "h", add_output (fds, items[i]));
  ic_wire_parse_call_transcode (parse, job, handles, g_variant_builder_end (&outputs),
                                self->transfer_syntax_uid, G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL,
                                callback, callback_data);
}

static GVariant *
finish_transcode (IcWireParse *parse, GAsyncResult *result, GBytes **content, GError **error)
{
  GVariant *records = NULL;

  ic_wire_parse_call_transcode_finish (parse, &records, NULL, result, error);
  return records;
}

static void
report_transcode (gpointer item,
                  GVariant *record,
                  GBytes *content,
                  const GError *error,
                  gpointer user_data)
{
  IcTranscoder *self = user_data;
  Entry *entry = item;
  g_autoptr(GError) local_error = NULL;
  const char *message = "";
  guint code = 0;

  if (record != NULL)
    g_variant_get (record, "(u&s)", &code, &message);
  if (*message != '\0')
    local_error =
        g_error_new_literal (IC_ERROR, code <= IC_ERROR_USAGE ? (int) code : IC_ERROR_BAD_DATA,
                             message);
  self->func (entry->item, error != NULL ? error : local_error, self->user_data);
  g_ptr_array_remove_fast (self->entries, entry);
}

static const IcReaderWork work = { call_transcode, finish_transcode, report_transcode };

IcTranscoder *
ic_transcoder_new (const char *transfer_syntax_uid, IcTranscoderFunc func, gpointer user_data)
{
  IcTranscoder *self = g_new0 (IcTranscoder, 1);

  self->transfer_syntax_uid = g_strdup (transfer_syntax_uid);
  self->func = func;
  self->user_data = user_data;
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->pool = ic_reader_pool_new (&work, 0, BATCH_SIZE, self);
  return self;
}

static void
ignore_result (gpointer item, const GError *error, gpointer user_data)
{
}

void
ic_transcoder_free (IcTranscoder *self)
{
  self->func = ignore_result;
  ic_reader_pool_free (self->pool);
  g_ptr_array_unref (self->entries);
  g_free (self->transfer_syntax_uid);
  g_free (self);
}

gboolean
ic_transcoder_push (IcTranscoder *self,
                    int fd,
                    int output_fd,
                    gpointer item,
                    GCancellable *cancellable,
                    GError **error)
{
  Entry *entry = g_new (Entry, 1);

  entry->output_fd = output_fd;
  entry->item = item;
  g_ptr_array_add (self->entries, entry);
  return ic_reader_pool_push (self->pool, fd, entry, cancellable, error);
}

gboolean
ic_transcoder_finish (IcTranscoder *self, GCancellable *cancellable, GError **error)
{
  return ic_reader_pool_finish (self->pool, cancellable, error);
}
