/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C-STORE as SCU (PS3.4 B): files go out as they are. Of a file only the meta header is read; the
 * data set behind it is hashed and sent, never parsed. The last piece of a file leaves only when
 * its digest is the one that the store has, so that a damaged file never arrives as a whole.
 */
#pragma once

#include "dicom/shim/ic-shim-association.h"
#include "domain/ic-send-outcome.h"

G_BEGIN_DECLS

/* One instance that is to go out, as the store describes it; everything borrowed. */
typedef struct
{
  int fd; /* its file, to be read with pread() */
  const char *sop_class_uid;
  const char *sop_instance_uid;
  const char *transfer_syntax_uid;
  const char *sha256;   /* of the whole file, hexadecimal */
  const char *checksum; /* XXH3-128 of it, which then is what is looked at; or "" */
  guint64 size_bytes;   /* of the whole file */
} IcSendInstance;

/* Where the time went, in microseconds. */
typedef struct
{
  gint64 waited_us; /* for answers, with nothing else to do */
  gint64 total_us;
} IcSendTiming;

/* At most every 100 ms, and from the thread of the caller: @done instances are settled. */
typedef void (*IcSendProgressFunc) (gsize done, gpointer user_data);

/* The contexts that the peer accepted: abstract syntax and transfer syntax by turns, NULL at the
 * end; free with g_strfreev().
 */
char **ic_association_dup_accepted (IcAssociation *self);

/* Sends @instances one after the other, and fills as many @outcomes, whatever happens. An instance
 * whose class and syntax the peer did not accept together is not sent, nor is one whose file is not
 * what the store says (PS3.10 7.1: its own header must name the same class, instance and syntax).
 * After an answer that the peer is out of resources nothing more is sent on this association. FALSE
 * when the association broke, with the errors of ic_association_open(), or IC_ERROR_STORE_DAMAGED
 * when we broke it off in the middle of a damaged file. Free the messages of the outcomes with
 * ic_send_outcome_clear().
 */
gboolean ic_association_send (IcAssociation *self,
                              const IcSendInstance *instances,
                              gsize n,
                              IcSendOutcome *outcomes,
                              IcSendTiming *timing,
                              IcSendProgressFunc progress,
                              gpointer user_data,
                              GError **error);

G_END_DECLS
