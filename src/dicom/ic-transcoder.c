/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-transcoder.h"

#include "core/ic-error.h"
#include "dicom/ic-reader-outputs.h"
#include "dicom/ic-reader-pool.h"

/* Unpacking takes a thousand times as long as the message around it: small batches spread better.
 */
#define BATCH_SIZE 4

struct _IcTranscoder
{
  IcReaderPool *pool;
  char *transfer_syntax_uid;
  IcReaderOutputs *outputs;
  IcTranscoderFunc func;
  gpointer user_data;
};

static GVariant *
make_arguments (guint64 job,
                GVariant *handles,
                GUnixFDList *fds,
                const gpointer *items,
                gpointer user_data)
{
  IcTranscoder *self = user_data;
  GVariant *outputs = ic_reader_outputs_append (fds, items, g_variant_n_children (handles));

  return g_variant_new ("(t@ah@ahs)", job, handles, outputs, self->transfer_syntax_uid);
}

static void
report_transcode (gpointer item,
                  GVariant *record,
                  GBytes *content,
                  const GError *error,
                  gpointer user_data)
{
  IcTranscoder *self = user_data;
  g_autoptr(GError) local_error = NULL;
  const char *message = "";
  guint code = 0;

  if (record != NULL)
    g_variant_get (record, "(u&s)", &code, &message);
  local_error = ic_reader_outputs_make_error (code, message);
  self->func (ic_reader_outputs_take (self->outputs, item), error != NULL ? error : local_error,
              self->user_data);
}

static const IcReaderWork work = { "Transcode", make_arguments, report_transcode };

IcTranscoder *
ic_transcoder_new (const char *transfer_syntax_uid, IcTranscoderFunc func, gpointer user_data)
{
  IcTranscoder *self = g_new0 (IcTranscoder, 1);

  self->transfer_syntax_uid = g_strdup (transfer_syntax_uid);
  self->func = func;
  self->user_data = user_data;
  self->outputs = ic_reader_outputs_new ();
  self->pool = ic_reader_pool_new (&work, 0, BATCH_SIZE, self);
  return self;
}

void
ic_transcoder_free (IcTranscoder *self)
{
  ic_reader_pool_free (self->pool);
  ic_reader_outputs_free (self->outputs);
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
  return ic_reader_pool_push (self->pool, fd,
                              ic_reader_outputs_add (self->outputs, output_fd, item), cancellable,
                              error);
}

gboolean
ic_transcoder_finish (IcTranscoder *self, GCancellable *cancellable, GError **error)
{
  return ic_reader_pool_finish (self->pool, cancellable, error);
}
