/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of a file as the viewer on a medium reads it, and the document inside an encapsulated
 * one.
 */
#pragma once

#include "dicom/shim/ic-shim-output.hh"
#include "dicom/shim/ic-shim-picture-file.hh"

#define IC_SHIM_VIEWER_OUTPUT "what the viewer needs cannot be written"

/* Writes the header of @file, which has a data set and was read from @fd; see ic-shim-viewer.h.
 * Without pixels its long values are taken out of the data set, but for a document.
 * IC_ERROR_NO_SPACE for a header that is too large for a viewer; then nothing was written.
 */
bool ic_shim_write_viewer_header (IcShimPictureFile &file,
                                  int fd,
                                  IcShimOutput &output,
                                  GError **error);

bool ic_shim_has_viewer_document (const IcShimPictureFile &file);

bool ic_shim_write_viewer_document (IcShimPictureFile &file, IcShimOutput &output, GError **error);
