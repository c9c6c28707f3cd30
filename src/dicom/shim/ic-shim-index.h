/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the header of one DICOM file: what the index needs, what a DICOMDIR needs, nothing of the
 * pixel data. Takes whatever people call a DICOM file: without preamble, without meta header, big
 * endian, deflated, with a transfer syntax nobody knows.
 */
#pragma once

#include <gio/gio.h>

#include "domain/ic-header.h"

G_BEGIN_DECLS

/* Reads @fd from its first byte with pread(); the descriptor stays open and where it was. Values
 * are cut at 4 KiB, padding removed. The keys hold what the file has of the keys of PS3.3 F.5 for
 * its SOP class; sequences over 1 MiB are left out.
 *
 * Fails with IC_ERROR_BAD_DATA (not DICOM, damaged, no SOP class or instance), IC_ERROR_UNSUPPORTED
 * (a DICOMDIR), IC_ERROR_READ_FAILED or G_IO_ERROR_CANCELLED.
 */
IcHeader *ic_shim_index (int fd, GCancellable *cancellable, GError **error);

/* The same without the short cut for ordinary files: all by DCMTK. */
IcHeader *ic_shim_index_by_dcmtk (int fd, GCancellable *cancellable, GError **error);

G_END_DECLS
