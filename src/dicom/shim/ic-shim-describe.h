/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a DICOM file says of itself, for people who look at it: the facts beside an image, its whole
 * header, a structured report as text, and the document inside an encapsulated one. Parses foreign
 * bytes: for workers only. Thread-safe after ic_shim_init().
 */
#pragma once

#include "domain/ic-dump-row.h"
#include "domain/ic-image-facts.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* All of them read @fd from its start, whatever its offset; it stays the caller's. They fail with
 * IC_ERROR_BAD_DATA, IC_ERROR_READ_FAILED, or cancelled.
 */
IcImageFacts *ic_shim_describe (int fd, GCancellable *cancellable, GError **error);

/* Array of IcDumpRow, at most IC_DUMP_ROWS_MAX; *@complete: whether those are all. Long values are
 * cut, bulk ones are told by their size. Reports: PS3.3 C.17.3; IC_ERROR_UNSUPPORTED when it is
 * none.
 */
GPtrArray *ic_shim_dump (int fd,
                         IcDumpKind kind,
                         gboolean *complete,
                         GCancellable *cancellable,
                         GError **error);

/* Writes the Encapsulated Document (0042,0011) to where @output_fd stands. IC_ERROR_UNSUPPORTED
 * when there is none, IC_ERROR_WRITE_FAILED, IC_ERROR_NO_SPACE.
 */
gboolean ic_shim_extract_document (int fd,
                                   int output_fd,
                                   GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
