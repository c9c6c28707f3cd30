/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of an element in little endian: tag, VR and length (PS3.5 7.1). The one place that knows
 * which VRs have a length of 32 bits. What is made of a head that cannot be read is for the caller
 * to decide.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

struct IcShimHead
{
  uint32_t tag;    /* group << 16 | element */
  char vr[3];      /* "" where the encoding has none */
  uint32_t length; /* may be undefined: 0xffffffff */
  uint32_t size;   /* of the head itself: 8 or 12 */
};

enum class IcShimHeadKind
{
  whole,
  cut_off,    /* more bytes are needed */
  unknown_vr, /* so the form of its length is unknown, too */
};

enum class IcShimVrForm
{
  short_length,
  long_length,
  unknown,
};

inline uint32_t
ic_shim_get_16 (const char *bytes)
{
  const unsigned char *c = reinterpret_cast<const unsigned char *> (bytes);

  return (uint32_t) c[0] | (uint32_t) c[1] << 8;
}

inline uint32_t
ic_shim_get_32 (const char *bytes)
{
  return ic_shim_get_16 (bytes) | ic_shim_get_16 (bytes + 2) << 16;
}

/* Of the two letters at @vr. */
inline IcShimVrForm
ic_shim_vr_form (const char *vr)
{
  static const char long_ones[] = "OBODOFOLOVOWSQSVUCUNURUTUV";
  static const char short_ones[] = "AEASATCSDADSDTFDFLISLOLTPNSHSLSSSTTMUIULUS";

  for (const char *c = short_ones; *c != '\0'; c += 2)
    if (c[0] == vr[0] && c[1] == vr[1])
      return IcShimVrForm::short_length;
  for (const char *c = long_ones; *c != '\0'; c += 2)
    if (c[0] == vr[0] && c[1] == vr[1])
      return IcShimVrForm::long_length;
  return IcShimVrForm::unknown;
}

/* Reads the head at the start of @bytes, which should hold 12. Items and their ends have no VR in
 * any encoding (PS3.5 7.5).
 */
inline IcShimHeadKind
ic_shim_parse_head (std::string_view bytes, bool explicit_vr, IcShimHead &head)
{
  if (bytes.size () < 8)
    return IcShimHeadKind::cut_off;
  head.tag = ic_shim_get_16 (bytes.data ()) << 16 | ic_shim_get_16 (bytes.data () + 2);
  head.vr[0] = head.vr[1] = head.vr[2] = '\0';
  head.size = 8;
  head.length = ic_shim_get_32 (bytes.data () + 4);
  if (!explicit_vr || head.tag >> 16 == 0xfffe)
    return IcShimHeadKind::whole;
  memcpy (head.vr, bytes.data () + 4, 2);
  switch (ic_shim_vr_form (head.vr))
    {
    case IcShimVrForm::short_length:
      head.length = ic_shim_get_16 (bytes.data () + 6);
      return IcShimHeadKind::whole;
    case IcShimVrForm::long_length:
      if (bytes.size () < 12)
        return IcShimHeadKind::cut_off;
      head.length = ic_shim_get_32 (bytes.data () + 8);
      head.size = 12;
      return IcShimHeadKind::whole;
    case IcShimVrForm::unknown:
    default:
      return IcShimHeadKind::unknown_vr;
    }
}
