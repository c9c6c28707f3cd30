/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a media profile or a receiver does not take as it is, written again in the spool in a
 * transfer syntax that it takes. What comes out is read and hashed before it is believed: it must
 * be the same object. The store stays as it is. Belongs to the thread of a job.
 */
#pragma once

#include "core/ic-progress.h"
#include "domain/ic-proof.h"
#include "domain/ic-study.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct _IcConversion IcConversion;

typedef struct
{
  /* The syntax it is to go out in, Explicit or Implicit VR Little Endian; NULL: as it is. */
  const char *(*choose) (const IcInstance *instance, gpointer user_data);
  /* One cannot be converted, and stays what it was; NULL: then none is. */
  void (*failed) (const IcInstance *instance, const GError *error, gpointer user_data);
  gpointer user_data;
} IcConversionRules;

IcConversion *ic_conversion_new (IcDesk *desk);

/* Removes what it spooled. */
void ic_conversion_free (IcConversion *self);

/* Turns each instance of @studies that is not to go out as it is into the syntax chosen: its path,
 * size, digest, keys and transfer syntax become those of the spooled file, and @proof is told. When
 * some cannot be converted it tells, or fails, naming how many, and the first with its reason:
 * often IC_ERROR_UNSUPPORTED, IC_ERROR_BAD_DATA or IC_ERROR_NO_SPACE. A stored file that has not
 * its own digest any more is IC_ERROR_READ_FAILED. Once for each conversion.
 */
gboolean ic_conversion_run (IcConversion *self,
                            GPtrArray *studies,
                            const IcConversionRules *rules,
                            IcProof *proof,
                            IcProgress *progress,
                            GCancellable *cancellable,
                            GError **error);

/* How many were written again. */
guint ic_conversion_count (IcConversion *self);

/* "6 from JPEG lossless to Explicit VR Little Endian; 2 from …", for people; free with g_free(). */
char *ic_conversion_dup_changes (IcConversion *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcConversion, ic_conversion_free)

G_END_DECLS
