/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elements of a parsed data set as bytes, and as pieces of a directory record. DCMTK's own
 * accessors change values on their way (padding, character sets); these do not.
 */
#pragma once

#include "disc/ic-directory-table.h"
#include "dicom/shim/ic-shim-charset.h"
#include "dicom/shim/ic-shim-private.hh"
#include "dicom/shim/ic-shim-walker.hh"

#include <string>
#include <vector>

#include <dcmtk/dcmdata/dctk.h>

/* One element, either parsed by DCMTK or seen by the walker. */
struct IcShimElement
{
  uint32_t tag;       /* group << 16 | element */
  char vr[3];         /* "" when the walker met an implicit one */
  const char *data;   /* of the walker */
  size_t n_bytes;     /* of the walker */
  DcmElement *parsed; /* of DCMTK, else NULL */
};

/* The elements of one item in ascending order, found without walking DCMTK's list for each of them.
 * Borrows: what it was made from must live longer and stay unchanged.
 */
class IcShimElements
{
public:
  explicit IcShimElements (DcmItem &item);
  explicit IcShimElements (const std::vector<IcShimView> &views);

  const IcShimElement *find (uint32_t tag) const; /* NULL when there is none */

private:
  std::vector<IcShimElement> elements_;
};

/* The value as it stands in the file, little endian, at most @n_bytes_max. Empty for sequences. */
std::string ic_shim_element_bytes (const IcShimElement &element, size_t n_bytes_max);

/* The value as UTF-8; "" for NULL. Free with g_free(). */
char *ic_shim_element_text (const IcShimElement *element, const char *charset, IcTextKind kind);

/* The value of a US in decimal, whatever VR the file gives it; "" for NULL. Free with g_free(). */
char *ic_shim_element_number (const IcShimElement *element);

/* Whether the keys of @type that are in the data set can be had without DCMTK: no sequences. */
bool ic_shim_keys_are_flat (const IcShimElements &elements, IcRecordType type);

/* Appends what the data set has of the keys of @type, in Explicit VR Little Endian. */
void ic_shim_append_keys (std::string &out, const IcShimElements &elements, IcRecordType type);
