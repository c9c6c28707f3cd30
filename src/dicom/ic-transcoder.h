/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has many files written again in a transfer syntax without compression, by parse workers on all
 * processors (see IcReaderPool, also for threads). What they wrote is foreign still: parse and hash
 * it before it is used.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcTranscoder IcTranscoder;

/* What became of one file; @error is NULL when it is written. Called while the transcoder waits,
 * in no particular order.
 */
typedef void (*IcTranscoderFunc) (gpointer item, const GError *error, gpointer user_data);

/* @transfer_syntax_uid: Implicit or Explicit VR Little Endian. */
IcTranscoder *ic_transcoder_new (const char *transfer_syntax_uid,
                                 IcTranscoderFunc func,
                                 gpointer user_data);

/* Ends the workers; what is still in flight is not reported. */
void ic_transcoder_free (IcTranscoder *self);

/* Takes @fd, which is read, and @output_fd, an empty file that is written from its start. May wait
 * while too much is in flight. FALSE when cancelled or when no worker can be started; the item is
 * then not reported.
 */
gboolean ic_transcoder_push (IcTranscoder *self,
                             int fd,
                             int output_fd,
                             gpointer item,
                             GCancellable *cancellable,
                             GError **error);

/* Waits until every pushed file has been reported. */
gboolean ic_transcoder_finish (IcTranscoder *self, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcTranscoder, ic_transcoder_free)

G_END_DECLS
