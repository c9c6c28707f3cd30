/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-indexer.h"

#include "core/ic-error.h"
#include "dicom/ic-reader-pool.h"
#include "wire/ic-worker.h"

struct _IcIndexer
{
  IcReaderPool *pool;
  IcIndexerFunc func;
  gpointer user_data;
};

static GVariant *
make_arguments (guint64 job,
                GVariant *handles,
                GUnixFDList *fds,
                const gpointer *items,
                gpointer user_data)
{
  return g_variant_new ("(t@ah)", job, handles);
}

static void
report_record (IcIndexer *self, gpointer item, GVariant *record)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) packed = NULL;
  g_autoptr(IcHeader) header = NULL;
  const char *message = NULL;

  g_variant_get (record, "(&s@ay)", &message, &packed);
  /* A worker that read foreign bytes is not believed blindly either. */
  if (g_variant_get_size (packed) > 0)
    header = ic_header_unpack (g_variant_get_data (packed), g_variant_get_size (packed));
  if (header == NULL || *message != '\0')
    error = g_error_new_literal (IC_ERROR, IC_ERROR_BAD_DATA,
                                 *message != '\0' ? message : "the reader gave no answer");
  self->func (item, header, error, self->user_data);
}

static void
report (gpointer item, GVariant *record, GBytes *content, const GError *error, gpointer user_data)
{
  IcIndexer *self = user_data;

  if (record != NULL)
    report_record (self, item, record);
  else
    self->func (item, NULL, error, self->user_data);
}

static const IcReaderWork work = { "Index", make_arguments, report };

IcIndexer *
ic_indexer_new (guint max_workers, IcIndexerFunc func, gpointer user_data)
{
  IcIndexer *self = g_new0 (IcIndexer, 1);

  self->func = func;
  self->user_data = user_data;
  self->pool = ic_reader_pool_new (&work, max_workers, IC_WORKER_MAX_FDS, self);
  return self;
}

void
ic_indexer_free (IcIndexer *self)
{
  ic_reader_pool_free (self->pool);
  g_free (self);
}

gboolean
ic_indexer_has_room (IcIndexer *self)
{
  return ic_reader_pool_has_room (self->pool);
}

gboolean
ic_indexer_push (IcIndexer *self, int fd, gpointer item, GCancellable *cancellable, GError **error)
{
  return ic_reader_pool_push (self->pool, fd, item, cancellable, error);
}

gboolean
ic_indexer_flush (IcIndexer *self, GCancellable *cancellable, GError **error)
{
  return ic_reader_pool_flush (self->pool, cancellable, error);
}

gboolean
ic_indexer_finish (IcIndexer *self, GCancellable *cancellable, GError **error)
{
  return ic_reader_pool_finish (self->pool, cancellable, error);
}
