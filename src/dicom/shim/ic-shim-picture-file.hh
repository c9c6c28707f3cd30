/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A DICOM file with a picture, opened: everything but the pixels read, and where those are. */
#pragma once

#include "dicom/shim/ic-shim-frame.hh"
#include "dicom/shim/ic-shim-image.hh"

struct IcShimPictureFile
{
  std::unique_ptr<IcShimStream> stream;
  std::unique_ptr<DcmDataset> data_set; /* up to group 7FE0 */
  offile_off_t data_set_start = 0;      /* in the file, behind the meta header */
  const IcTransferSyntax *syntax = nullptr;
  IcShimPixelData pixels;
  IcShimImage image = {};
};

/* The stream, the data set and the syntax only, picture or not. */
bool ic_shim_picture_file_read (IcShimPictureFile &self,
                                int fd,
                                GCancellable *cancellable,
                                GError **error);

/* How the data set was read, whatever the meta header says. */
IcShimEncoding ic_shim_picture_file_get_encoding (const IcShimPictureFile &self);

/* @fd and @cancellable must live as long as @self. Fails with IC_ERROR_UNSUPPORTED for what has no
 * picture or one that cannot be shown, then with what could be read of @self; with
 * IC_ERROR_BAD_DATA, IC_ERROR_READ_FAILED, or cancelled.
 */
bool ic_shim_picture_file_open (IcShimPictureFile &self,
                                int fd,
                                GCancellable *cancellable,
                                GError **error);
