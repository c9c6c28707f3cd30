/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a medium back and compares every file of it with what should be there: digests, the three
 * trees of names of a disc image, and the references of the DICOMDIR.
 */
#pragma once

#include "core/ic-progress.h"
#include "dicom/ic-medium-reader.h"
#include "domain/ic-proof.h"

G_BEGIN_DECLS

/* What should be on the medium beside what @proof knows was written to it. */
typedef struct
{
  const char *path;
  const char *sha256; /* NULL when only the name is known (a manifest cannot list itself) */

  /*< private >*/
  gboolean is_found;
  gboolean is_named; /* in the present tree */
} IcExpectedFile;

/* Tells @proof of each instance that was read back and of everything that does not fit. @others: of
 * IcExpectedFile, the files that are no instances. FALSE only when the medium could not be read.
 */
gboolean ic_read_back_run (IcMediumReader *reader,
                           GArray *others,
                           gboolean is_image,
                           IcProof *proof,
                           IcProgress *progress,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
