/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of one item as numbers, forgiving about their VR: where a value is missing or makes no
 * sense there is none. Borrows the item.
 */
#pragma once

#include "dicom/shim/ic-shim-element.hh"

#include <optional>

class IcShimAttributes
{
public:
  explicit IcShimAttributes (DcmItem &item) : elements_ (item) {}

  bool has (uint32_t tag) const;

  /* Of US; the @index-th value. */
  std::optional<guint> number (uint32_t tag, size_t index = 0) const;

  /* Of US or SS: what the VR says decides, else @is_signed. */
  std::optional<gint32> number (uint32_t tag, size_t index, bool is_signed) const;

  /* Of DS or IS, finite; a backslash ends a value. */
  std::vector<double> decimals (uint32_t tag) const;
  std::optional<double> decimal (uint32_t tag, size_t index = 0) const;

  /* In capitals where it should be; "" when there is none. */
  std::string text (uint32_t tag, size_t index = 0) const;

  /* Little endian words or bytes. */
  std::string bytes (uint32_t tag, size_t n_bytes_max) const;

  /* Of a sequence; NULL when there is no such item. */
  DcmItem *item (uint32_t tag, size_t index = 0) const;

private:
  IcShimElements elements_;
};
