/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-attributes.hh"

#include <cmath>
#include <cstring>

/* Values of numbers are short; what is longer is none. */
#define NUMBERS_MAX 4096

bool
IcShimAttributes::has (uint32_t tag) const
{
  return elements_.find (tag) != nullptr;
}

std::optional<guint>
IcShimAttributes::number (uint32_t tag, size_t index) const
{
  const std::string value = bytes (tag, NUMBERS_MAX);

  if (value.size () / 2 <= index)
    return std::nullopt;
  return ic_shim_get_16 (value.data () + 2 * index);
}

std::optional<gint32>
IcShimAttributes::number (uint32_t tag, size_t index, bool is_signed) const
{
  const IcShimElement *element = elements_.find (tag);
  const std::optional<guint> value = number (tag, index);

  if (!value)
    return std::nullopt;
  if (strcmp (element->vr, "SS") == 0 || (is_signed && strcmp (element->vr, "US") != 0))
    return (gint16) *value;
  return (gint32) *value;
}

std::vector<double>
IcShimAttributes::decimals (uint32_t tag) const
{
  const std::string value = bytes (tag, NUMBERS_MAX);
  g_auto(GStrv) parts = g_strsplit (value.c_str (), "\\", -1);
  std::vector<double> numbers;

  for (size_t i = 0; parts[i] != nullptr; i++)
    {
      char *end = nullptr;
      const double number = g_ascii_strtod (g_strstrip (parts[i]), &end);

      if (end == parts[i] || !std::isfinite (number))
        break;
      numbers.push_back (number);
    }
  return numbers;
}

std::optional<double>
IcShimAttributes::decimal (uint32_t tag, size_t index) const
{
  const std::vector<double> numbers = decimals (tag);

  if (index >= numbers.size ())
    return std::nullopt;
  return numbers[index];
}

std::string
IcShimAttributes::text (uint32_t tag, size_t index) const
{
  const std::string value = bytes (tag, NUMBERS_MAX);
  g_auto(GStrv) parts = g_strsplit (value.c_str (), "\\", -1);

  if (index >= g_strv_length (parts))
    return "";
  return g_strstrip (parts[index]);
}

std::string
IcShimAttributes::bytes (uint32_t tag, size_t n_bytes_max) const
{
  const IcShimElement *element = elements_.find (tag);

  return element != nullptr ? ic_shim_element_bytes (*element, n_bytes_max) : "";
}

DcmItem *
IcShimAttributes::item (uint32_t tag, size_t index) const
{
  const IcShimElement *element = elements_.find (tag);
  DcmElement *parsed = element != nullptr ? element->parsed : nullptr;

  if (parsed == nullptr || parsed->ident () != EVR_SQ)
    return nullptr;
  auto *sequence = static_cast<DcmSequenceOfItems *> (parsed);
  return index < sequence->card () ? sequence->getItem (index) : nullptr;
}
