/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two halves of a DICOM file read one after the other, so that what the meta header says can be
 * judged before the data set is parsed, and by its UID instead of DCMTK's enumeration.
 */
#pragma once

#include "dicom/shim/ic-shim-element.hh"
#include "dicom/shim/ic-shim-stream.hh"

#include <memory>
#include <string>

#include <dcmtk/dcmdata/dctk.h>

struct IcShimMeta
{
  std::string sop_class;       /* (0002,0002) */
  std::string transfer_syntax; /* (0002,0010); both "" without a meta header */
};

IcShimMeta ic_shim_describe_meta (const IcShimElements &elements);

/* Preamble and group 0002, where they are. FALSE with @error, which begins with @what. */
bool ic_shim_read_meta (IcShimStream &stream, IcShimMeta &meta, const char *what, GError **error);

/* How DCMTK is to read the data set. For a UID that is not in our table it is to look at the bytes;
 * what it finds is no transfer syntax and must be shown to nobody.
 */
E_TransferSyntax ic_shim_encoding_of (const IcShimMeta &meta);

/* A meta header may be wrong about a data set that is not compressed as a whole: then the bytes
 * decide how it is read, but never what its transfer syntax is called.
 */
bool ic_shim_may_be_misnamed (const IcShimMeta &meta);

/* The data set up to @stop (group << 16 | element), excluded. Large values stay in the file. */
std::unique_ptr<DcmDataset> ic_shim_read_data_set (IcShimStream &stream,
                                                   E_TransferSyntax encoding,
                                                   uint32_t stop,
                                                   const char *what,
                                                   GError **error);
