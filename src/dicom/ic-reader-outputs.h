/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For work of IcReaderPool that writes a file for each one that it reads: which descriptor goes
 * with which item, until it is reported. Belongs to the thread of the pool.
 */
#pragma once

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

typedef struct _IcReaderOutputs IcReaderOutputs;

IcReaderOutputs *ic_reader_outputs_new (void);
void ic_reader_outputs_free (IcReaderOutputs *self);

/* What is to be the item of the pool. Takes @output_fd, an empty file. */
gpointer ic_reader_outputs_add (IcReaderOutputs *self, int output_fd, gpointer item);

/* The handles of the outputs of @n items of the pool, as "ah" (floating), which are appended to
 * @fds. A file that is tried again after its reader died begins anew.
 */
GVariant *ic_reader_outputs_append (GUnixFDList *fds, const gpointer *entries, gsize n);

/* The item of @entry, which has been reported: its output is closed. */
gpointer ic_reader_outputs_take (IcReaderOutputs *self, gpointer entry);

/* What a worker says went wrong; NULL where @message is empty. */
GError *ic_reader_outputs_make_error (guint code, const char *message);

G_END_DECLS
