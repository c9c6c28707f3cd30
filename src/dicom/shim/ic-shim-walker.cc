/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-walker.hh"

#include <cstring>

#define PREAMBLE_SIZE 128
#define UNDEFINED_LENGTH 0xffffffffu
#define DEPTH_MAX 16

#define TAG_ITEM 0xfffee000u
#define TAG_ITEM_END 0xfffee00du
#define TAG_SEQUENCE_END 0xfffee0ddu

bool
IcShimWalker::has (size_t n) const
{
  return (size_t) (end_ - at_) >= n;
}

uint32_t
IcShimWalker::peek_tag () const
{
  return ic_shim_get_16 (at_) << 16 | ic_shim_get_16 (at_ + 2);
}

bool
IcShimWalker::take_head (IcShimHead &head, bool explicit_vr)
{
  const std::string_view rest (at_, (size_t) (end_ - at_));

  if (ic_shim_parse_head (rest, explicit_vr, head) != IcShimHeadKind::whole)
    return false;
  at_ += head.size;
  return true;
}

/* Moves behind the value. Unknown values of undefined length are sequences in Implicit VR (PS3.5
 * 6.2.2).
 */
bool
IcShimWalker::take_value (const IcShimHead &head, bool explicit_vr, int depth)
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
  IcShimHead head;

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
  IcShimHead head;

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
  IcShimHead head;

  if (!has (PREAMBLE_SIZE + 4) || memcmp (at_ + PREAMBLE_SIZE, "DICM", 4) != 0)
    return false;
  at_ += PREAMBLE_SIZE + 4;
  while (has (8) && ic_shim_get_16 (at_) == 2)
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
IcShimWalker::take_element (std::vector<IcShimView> &elements, bool explicit_vr, uint32_t &last)
{
  IcShimHead head;

  if (!has (8) || peek_tag () <= last || !take_head (head, explicit_vr))
    return false;
  last = head.tag;
  const char *data = at_;
  if (!take_value (head, explicit_vr, 0))
    return false;
  const bool nested = head.length == UNDEFINED_LENGTH || strcmp (head.vr, "SQ") == 0;
  elements.push_back (
      { head.tag, { head.vr[0], head.vr[1], '\0' }, data, nested ? 0 : head.length });
  return true;
}

bool
IcShimWalker::walk_data_set (std::vector<IcShimView> &elements,
                             bool explicit_vr,
                             uint32_t stop,
                             bool is_whole_file)
{
  uint32_t last = 0x0007ffff;

  while (has (8))
    {
      if (peek_tag () >= stop)
        return peek_tag () >> 16 != 0xfffe;
      if (!take_element (elements, explicit_vr, last))
        return false;
    }
  return is_whole_file && at_ == end_;
}

bool
IcShimWalker::walk_to_items (std::vector<IcShimView> &elements, uint32_t tag)
{
  uint32_t last = 0x0002ffff;
  IcShimHead head;

  while (has (8) && peek_tag () < tag)
    if (!take_element (elements, true, last))
      return false;
  if (!take_head (head, true) || head.tag != tag || strcmp (head.vr, "SQ") != 0)
    return false;
  if (head.length == UNDEFINED_LENGTH)
    return true;
  if (!has (head.length))
    return false;
  items_end_ = at_ + head.length;
  return true;
}

bool
IcShimWalker::take_item_elements (std::vector<IcShimView> &elements, uint32_t length)
{
  const char *const stop = length != UNDEFINED_LENGTH ? at_ + length : nullptr;
  uint32_t last = 0;
  IcShimHead head;

  while (at_ != stop && has (8) && peek_tag () >> 16 != 0xfffe)
    if (!take_element (elements, true, last) || (stop != nullptr && at_ > stop))
      return false;
  if (stop != nullptr)
    return at_ == stop;
  return take_head (head, true) && head.tag == TAG_ITEM_END && head.length == 0;
}

bool
IcShimWalker::walk_item (std::vector<IcShimView> &elements, const char *&item)
{
  IcShimHead head;

  item = at_;
  elements.clear ();
  is_at_end_ = items_end_ != nullptr && at_ == items_end_;
  if (is_at_end_ || !take_head (head, true))
    return false;
  is_at_end_ = items_end_ == nullptr && head.tag == TAG_SEQUENCE_END && head.length == 0;
  if (is_at_end_ || head.tag != TAG_ITEM || (head.length != UNDEFINED_LENGTH && !has (head.length)))
    return false;
  return take_item_elements (elements, head.length) && (items_end_ == nullptr || at_ <= items_end_);
}
