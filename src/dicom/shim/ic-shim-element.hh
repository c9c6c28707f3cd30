/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elements of a parsed data set as bytes, and as pieces of a directory record. DCMTK's own
 * accessors change values on their way (padding, character sets); these do not.
 */
#pragma once

#include "disc/ic-directory-table.h"
#include "dicom/shim/ic-shim-charset.h"
#include "dicom/shim/ic-shim-private.hh"

#include <string>
#include <utility>
#include <vector>

#include <dcmtk/dcmdata/dctk.h>

/* The elements of one item by tag (group << 16 | element), found without walking DCMTK's list for
 * each of them. Borrows: the item must live longer and stay unchanged.
 */
class IcShimElements
{
public:
  explicit IcShimElements (DcmItem &item);

  DcmElement *find (uint32_t tag) const;

private:
  std::vector<std::pair<uint32_t, DcmElement *> > elements_;
};

/* The value as it stands in the file, little endian, at most @n_bytes_max. Empty for sequences. */
std::string ic_shim_element_bytes (DcmElement *element, size_t n_bytes_max);

/* The value as UTF-8; numbers of VR US in decimal. "" for NULL. Free with g_free(). */
char *ic_shim_element_text (DcmElement *element, const char *charset, IcTextKind kind);

/* Appends what the data set has of the keys of @type, in Explicit VR Little Endian. */
void ic_shim_append_keys (std::string &out, const IcShimElements &elements, IcRecordType type);
