/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-reader-outputs.h"

#include "core/ic-error.h"

#include <unistd.h>

typedef struct
{
  int output_fd;
  gpointer item;
} Entry;

struct _IcReaderOutputs
{
  GHashTable *entries; /* of Entry, those not reported yet */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  close (entry->output_fd);
  g_free (entry);
}

IcReaderOutputs *
ic_reader_outputs_new (void)
{
  IcReaderOutputs *self = g_new0 (IcReaderOutputs, 1);

  self->entries = g_hash_table_new_full (g_direct_hash, g_direct_equal, entry_free, NULL);
  return self;
}

void
ic_reader_outputs_free (IcReaderOutputs *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

gpointer
ic_reader_outputs_add (IcReaderOutputs *self, int output_fd, gpointer item)
{
  Entry *entry = g_new (Entry, 1);

  entry->output_fd = output_fd;
  entry->item = item;
  g_hash_table_add (self->entries, entry);
  return entry;
}

static gint32
append_output (GUnixFDList *fds, const Entry *entry)
{
  if (ftruncate (entry->output_fd, 0) != 0 || lseek (entry->output_fd, 0, SEEK_SET) != 0)
    return -1;
  return g_unix_fd_list_append (fds, entry->output_fd, NULL);
}

GVariant *
ic_reader_outputs_append (GUnixFDList *fds, const gpointer *entries, gsize n)
{
  GVariantBuilder outputs;

  g_variant_builder_init (&outputs, G_VARIANT_TYPE ("ah"));
  for (gsize i = 0; i < n; i++)
    g_variant_builder_add (&outputs, "h", append_output (fds, entries[i]));
  return g_variant_builder_end (&outputs);
}

gpointer
ic_reader_outputs_take (IcReaderOutputs *self, gpointer entry)
{
  gpointer item = ((Entry *) entry)->item;

  g_hash_table_remove (self->entries, entry);
  return item;
}

GError *
ic_reader_outputs_make_error (guint code, const char *message)
{
  if (*message == '\0')
    return NULL;
  return g_error_new_literal (IC_ERROR, code <= IC_ERROR_USAGE ? (int) code : IC_ERROR_BAD_DATA,
                              message);
}
