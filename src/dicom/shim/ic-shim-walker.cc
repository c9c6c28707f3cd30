/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-walker.hh"

#include <cstring>

#define PREAMBLE_SIZE 128
#define UNDEFINED_LENGTH 0xffffffffu
#define DEPTH_MAX 16

#define TAG_ITEM 0xfffee000u
#define TAG_ITEM_END 0xfffee00du
#define TAG_SEQUENCE_END 0xfffee0ddu

namespace
{

/* PS3.5 7.1.2 */
const char long_vrs[] = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";
const char short_vrs[] = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US";

bool
is_listed (const char *list, const char *vr)
{
  for (const char *c = list;; c += 3)
    {
      if (c[0] == vr[0] && c[1] == vr[1])
        return true;
      if (c[2] == '\0')
        return false;
    }
}

} // namespace

bool
IcShimWalker::has (size_t n) const
{
  return (size_t) (end_ - at_) >= n;
}

uint32_t
IcShimWalker::peek_16 (size_t offset) const
{
  const unsigned char *c = reinterpret_cast<const unsigned char *> (at_) + offset;

  return (uint32_t) c[0] | (uint32_t) c[1] << 8;
}

uint32_t
IcShimWalker::peek_32 (size_t offset) const
{
  return peek_16 (offset) | peek_16 (offset + 2) << 16;
}

uint32_t
IcShimWalker::peek_tag () const
{
  return peek_16 (0) << 16 | peek_16 (2);
}

bool
IcShimWalker::take_explicit_head (Head &head)
{
  memcpy (head.vr, at_ + 4, 2);
  head.vr[2] = '\0';
  if (is_listed (short_vrs, head.vr))
    {
      head.length = peek_16 (6);
      at_ += 8;
      return true;
    }
  if (!is_listed (long_vrs, head.vr) || !has (12))
    return false;
  head.length = peek_32 (8);
  at_ += 12;
  return true;
}

/* Items and their ends have no VR in any encoding. */
bool
IcShimWalker::take_head (Head &head, bool explicit_vr)
{
  if (!has (8))
    return false;
  head.tag = peek_tag ();
  if (explicit_vr && head.tag >> 16 != 0xfffe)
    return take_explicit_head (head);
  head.vr[0] = '\0';
  head.length = peek_32 (4);
  at_ += 8;
  return true;
}

/* Moves behind the value. Unknown values of undefined length are sequences in Implicit VR (PS3.5
 * 6.2.2).
 */
bool
IcShimWalker::take_value (const Head &head, bool explicit_vr, int depth)
{
  const bool is_unknown = strcmp (head.vr, "UN") == 0;

  if (head.length != UNDEFINED_LENGTH)
    {
      if (!has (head.length) || head.length % 2 != 0)
        return false;
      at_ += head.length;
      return true;
    }
  if (explicit_vr && !is_unknown && strcmp (head.vr, "SQ") != 0)
    return false;
  return depth < DEPTH_MAX && skip_items (explicit_vr && !is_unknown, depth + 1);
}

bool
IcShimWalker::skip_items (bool explicit_vr, int depth)
{
  Head head;

  while (take_head (head, explicit_vr))
    {
      if (head.tag == TAG_SEQUENCE_END)
        return head.length == 0;
      if (head.tag != TAG_ITEM)
        return false;
      if (head.length != UNDEFINED_LENGTH && !has (head.length))
        return false;
      if (head.length != UNDEFINED_LENGTH)
        at_ += head.length;
      else if (!skip_item_elements (explicit_vr, depth))
        return false;
    }
  return false;
}

bool
IcShimWalker::skip_item_elements (bool explicit_vr, int depth)
{
  Head head;

  while (take_head (head, explicit_vr))
    {
      if (head.tag == TAG_ITEM_END)
        return head.length == 0;
      if (head.tag >> 16 == 0xfffe || !take_value (head, explicit_vr, depth))
        return false;
    }
  return false;
}

bool
IcShimWalker::walk_meta (std::vector<IcShimView> &elements)
{
  Head head;

  if (!has (PREAMBLE_SIZE + 4) || memcmp (at_ + PREAMBLE_SIZE, "DICM", 4) != 0)
    return false;
  at_ += PREAMBLE_SIZE + 4;
  while (has (8) && peek_16 (0) == 2)
    {
      if (!take_head (head, true) || head.length == UNDEFINED_LENGTH)
        return false;
      const char *data = at_;
      if (!take_value (head, true, 0))
        return false;
      elements.push_back ({ head.tag, { head.vr[0], head.vr[1], '\0' }, data, head.length });
    }
  return true;
}

bool
IcShimWalker::walk_data_set (std::vector<IcShimView> &elements,
                             bool explicit_vr,
                             uint32_t stop,
                             bool is_whole_file)
{
  uint32_t last = 0x0007ffff;
  Head head;

  while (has (8))
    {
      if (peek_tag () >= stop)
        return peek_tag () >> 16 != 0xfffe;
      if (peek_tag () <= last || !take_head (head, explicit_vr))
        return false;
      last = head.tag;
      const char *data = at_;
      if (!take_value (head, explicit_vr, 0))
        return false;
      const bool nested = head.length == UNDEFINED_LENGTH || strcmp (head.vr, "SQ") == 0;
      elements.push_back (
          { head.tag, { head.vr[0], head.vr[1], '\0' }, data, nested ? 0 : head.length });
    }
  return is_whole_file && at_ == end_;
}
