/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-frame.hh"

#include "dicom/shim/ic-shim-head.hh"

#include <algorithm>
#include <cstring>

#include <dcmtk/dcmdata/dcerror.h>

#define WHAT "its pixels cannot be read"

/* One compressed frame; the largest mammogram or slide tile has a tenth of it. */
#define FRAME_BYTES_MAX (256u * 1024 * 1024)

namespace
{

constexpr uint32_t undefined_length = 0xffffffff;
constexpr offile_off_t item_head_size = 8;
constexpr uint32_t tag_group = 0x7fe0;
constexpr uint32_t tag_offsets = 0x7fe00001;
constexpr uint32_t tag_floats = 0x7fe00008;
constexpr uint32_t tag_doubles = 0x7fe00009;
constexpr uint32_t tag_pixels = 0x7fe00010;
constexpr uint32_t tag_item = 0xfffee000;
constexpr uint32_t tag_sequence_end = 0xfffee0dd;

bool
fail (GError **error, const char *why)
{
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s: %s", WHAT, why);
  return false;
}

/* Reads on from one place; every reason to stop ends in @error. */
class Cursor
{
public:
  Cursor (const IcShimSource &source, offile_off_t at, GError **error)
      : stream_ (source, at), at_ (at), error_ (error)
  {
  }

  offile_off_t
  at () const
  {
    return at_;
  }

  uint64_t
  left ()
  {
    return (uint64_t) std::max<offile_off_t> (stream_.avail (), 0);
  }

  bool
  read (void *bytes, size_t n)
  {
    const offile_off_t got = stream_.read (bytes, (offile_off_t) n);

    at_ += got;
    return stream_.check ((size_t) got == n ? EC_Normal : EC_EndOfStream, WHAT, error_);
  }

  bool
  skip (uint64_t n)
  {
    if (n > left ())
      return stream_.check (EC_EndOfStream, WHAT, error_);
    at_ += stream_.skip ((offile_off_t) n);
    return true;
  }

  bool
  append (std::string &bytes, uint32_t n)
  {
    if (n > left () || bytes.size () + n > FRAME_BYTES_MAX)
      return fail (error_, "a fragment is longer than it can be");
    const size_t end = bytes.size ();
    bytes.resize (end + n);
    return read (&bytes[end], n);
  }

private:
  IcShimStream stream_;
  offile_off_t at_;
  GError **error_;
};

uint32_t
turn_16 (char *bytes)
{
  std::swap (bytes[0], bytes[1]);
  return ic_shim_get_16 (bytes);
}

/* A head of Explicit VR Big Endian, so that it can be read as one of little endian. */
void
turn_head (char head[12])
{
  turn_16 (head);
  turn_16 (head + 2);
  if (ic_shim_vr_form (head + 4) == IcShimVrForm::short_length)
    turn_16 (head + 6);
  else
    std::reverse (head + 8, head + 12);
}

bool
parse_head (std::string_view bytes, const IcShimEncoding &encoding, IcShimHead &head)
{
  char copy[12] = "";

  memcpy (copy, bytes.data (), std::min<size_t> (bytes.size (), sizeof copy));
  if (encoding.is_big_endian)
    turn_head (copy);
  return ic_shim_parse_head (std::string_view (copy, bytes.size ()), encoding.is_explicit, head) ==
         IcShimHeadKind::whole;
}

/* How many bytes before @end the head begins that DCMTK has read: it has no way to tell. */
offile_off_t
find_head (const IcShimSource &source, offile_off_t end, const IcShimEncoding &encoding)
{
  for (offile_off_t size : { 12, 8 })
    {
      char bytes[12] = "";
      IcShimHead head = {};
      Cursor cursor (source, end - size, nullptr);

      if (end >= size && cursor.read (bytes, size) &&
          parse_head (std::string_view (bytes, size), encoding, head) &&
          head.tag >> 16 == tag_group && head.size == size)
        return end - size;
    }
  return -1;
}

bool
read_head (Cursor &cursor, const IcShimEncoding &encoding, IcShimHead &head, GError **error)
{
  char bytes[12] = "";

  if (!cursor.read (bytes, 8))
    return false;
  if (encoding.is_explicit && ic_shim_vr_form (bytes + 4) == IcShimVrForm::long_length &&
      !cursor.read (bytes + 8, 4))
    return false;
  return parse_head (std::string_view (bytes, sizeof bytes), encoding, head) ||
         fail (error, "an element has an unknown form");
}

bool
take_offsets (Cursor &cursor, uint32_t length, std::vector<uint64_t> &offsets)
{
  std::string table;

  if (!cursor.append (table, length))
    return false;
  for (size_t i = 0; i + 8 <= table.size (); i += 8)
    offsets.push_back (ic_shim_get_32 (&table[i]) | (uint64_t) ic_shim_get_32 (&table[i + 4])
                                                        << 32);
  return true;
}

bool
is_pixels (uint32_t tag)
{
  return tag == tag_pixels || tag == tag_floats || tag == tag_doubles;
}

void
take_pixels (const Cursor &cursor, uint64_t left, const IcShimHead &head, IcShimPixelData &pixels)
{
  pixels.tag = head.tag;
  pixels.start = cursor.at ();
  pixels.is_encapsulated = head.length == undefined_length;
  pixels.in_words = strcmp (head.vr, "OB") != 0;
  if (!pixels.is_encapsulated)
    pixels.n_bytes = std::min<uint64_t> (head.length, left);
}

/* Fragments */

bool
read_item_head (Cursor &cursor, IcShimHead &head, GError **error)
{
  char bytes[8];

  if (!cursor.read (bytes, sizeof bytes))
    return false;
  ic_shim_parse_head (std::string_view (bytes, sizeof bytes), true, head);
  if (head.tag == tag_sequence_end)
    return true;
  return (head.tag == tag_item && head.length != undefined_length) ||
         fail (error, "there is no fragment where one should be");
}

bool
read_basic_offsets (Cursor &cursor, std::vector<uint64_t> &offsets, GError **error)
{
  IcShimHead head = {};
  std::string table;

  if (!read_item_head (cursor, head, error))
    return false;
  if (head.tag != tag_item)
    return fail (error, "there are none");
  if (!cursor.append (table, head.length))
    return false;
  for (size_t i = 0; i + 4 <= table.size (); i += 4)
    offsets.push_back (ic_shim_get_32 (&table[i]));
  return true;
}

/* Joins the fragments from here to the end, or to @end. */
bool
join (Cursor &cursor, offile_off_t end, std::string &bytes, GError **error)
{
  while (cursor.at () < end)
    {
      IcShimHead head = {};

      /* Files that were cut off behind the last fragment are whole as far as pixels go. */
      if (cursor.left () == 0 && !bytes.empty ())
        break;
      if (!read_item_head (cursor, head, error))
        return false;
      if (head.tag == tag_sequence_end)
        break;
      if (!cursor.append (bytes, head.length))
        return false;
    }
  return !bytes.empty () || fail (error, "the frame is empty");
}

bool
list_fragments (Cursor &cursor, std::vector<IcShimFragment> &fragments, GError **error)
{
  while (cursor.left () > 0)
    {
      IcShimHead head = {};

      if (!read_item_head (cursor, head, error))
        return false;
      if (head.tag == tag_sequence_end)
        break;
      fragments.push_back ({ cursor.at (), head.length });
      if (!cursor.skip (head.length))
        return false;
    }
  return true;
}

/* Whether a stream of JPEG, JPEG-LS or JPEG 2000 begins here. */
bool
begins_frame (const IcShimSource &source, const IcShimFragment &fragment)
{
  unsigned char bytes[4] = "";
  Cursor cursor (source, fragment.start, nullptr);

  if (fragment.n_bytes < sizeof bytes || !cursor.read (bytes, sizeof bytes))
    return false;
  return bytes[0] == 0xff && bytes[2] == 0xff && (bytes[1] == 0xd8 || bytes[1] == 0x4f);
}

/* Without a table: a fragment a frame, or the marks at which streams begin. */
bool
group_by_scanning (const IcShimSource &source,
                   const std::vector<IcShimFragment> &fragments,
                   guint n_frames,
                   std::vector<IcShimFragments> &frames,
                   GError **error)
{
  const bool is_one_each = fragments.size () == n_frames;

  frames.clear ();
  for (const IcShimFragment &fragment : fragments)
    {
      if (is_one_each || begins_frame (source, fragment))
        frames.emplace_back ();
      if (!frames.empty ())
        frames.back ().push_back (fragment);
    }
  return frames.size () == n_frames || fail (error, "its frames cannot be told apart");
}

/* FALSE where the table does not lead from fragment to fragment. */
bool
group_by_offsets (const std::vector<IcShimFragment> &fragments,
                  offile_off_t first,
                  const std::vector<uint64_t> &offsets,
                  std::vector<IcShimFragments> &frames)
{
  size_t i = 0;

  frames.clear ();
  for (const IcShimFragment &fragment : fragments)
    {
      const uint64_t offset = (uint64_t) (fragment.start - item_head_size - first);

      if (i < offsets.size () && offset == offsets[i])
        {
          frames.emplace_back ();
          i++;
        }
      if (frames.empty ())
        return false;
      frames.back ().push_back (fragment);
    }
  return i > 0 && i == offsets.size ();
}

bool
read_by_scanning (Cursor &cursor,
                  const IcShimSource &source,
                  guint frame,
                  guint n_frames,
                  std::string &bytes,
                  GError **error)
{
  std::vector<IcShimFragment> fragments;
  std::vector<IcShimFragments> frames;

  return list_fragments (cursor, fragments, error) &&
         group_by_scanning (source, fragments, n_frames, frames, error) &&
         ic_shim_read_fragments (source, frames[frame], bytes, error);
}

/* A table that does not lead to a fragment is as good as none. */
bool
read_by_offsets (const IcShimSource &source,
                 offile_off_t first,
                 const std::vector<uint64_t> &offsets,
                 guint frame,
                 std::string &bytes)
{
  constexpr uint64_t far = (uint64_t) 1 << 60;
  const uint64_t start = offsets[frame];
  const uint64_t end = frame + 1 < offsets.size () ? offsets[frame + 1] : far;

  if (start >= end || end > far)
    return false;
  Cursor cursor (source, first + (offile_off_t) start, nullptr);
  if (cursor.left () > 0 && join (cursor, first + (offile_off_t) end, bytes, nullptr))
    return true;
  bytes.clear ();
  return false;
}

} // namespace

offile_off_t
ic_shim_find_pixel_group (const IcShimStream &stream, const IcShimEncoding &encoding)
{
  return find_head (stream.source (), stream.position (), encoding);
}

bool
ic_shim_find_pixel_data (IcShimStream &stream,
                         const IcShimEncoding &encoding,
                         IcShimPixelData &pixels,
                         GError **error)
{
  const offile_off_t start = find_head (stream.source (), stream.position (), encoding);

  if (start < 0)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "it has no picture");
      return false;
    }
  Cursor cursor (stream.source (), start, error);
  while (cursor.left () > 0)
    {
      IcShimHead head = {};

      if (!read_head (cursor, encoding, head, error))
        return false;
      if (is_pixels (head.tag))
        {
          take_pixels (cursor, cursor.left (), head, pixels);
          return true;
        }
      if (!(head.tag == tag_offsets ? take_offsets (cursor, head.length, pixels.offsets)
                                    : cursor.skip (head.length)))
        return false;
    }
  g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "it has no picture");
  return false;
}

bool
ic_shim_read_frame (const IcShimSource &source,
                    const IcShimPixelData &pixels,
                    guint frame,
                    guint n_frames,
                    std::string &bytes,
                    GError **error)
{
  std::vector<uint64_t> offsets;
  Cursor cursor (source, pixels.start, error);

  if (!read_basic_offsets (cursor, offsets, error))
    return false;
  const offile_off_t first = cursor.at ();
  if (n_frames == 1)
    return join (cursor, G_MAXINT64, bytes, error);
  for (const std::vector<uint64_t> &table : { offsets, pixels.offsets })
    if (table.size () == n_frames && read_by_offsets (source, first, table, frame, bytes))
      return true;
  return read_by_scanning (cursor, source, frame, n_frames, bytes, error);
}

bool
ic_shim_list_frames (const IcShimSource &source,
                     const IcShimPixelData &pixels,
                     guint n_frames,
                     std::vector<IcShimFragments> &frames,
                     GError **error)
{
  std::vector<IcShimFragment> fragments;
  std::vector<uint64_t> offsets;
  Cursor cursor (source, pixels.start, error);

  if (!read_basic_offsets (cursor, offsets, error))
    return false;
  const offile_off_t first = cursor.at ();
  if (!list_fragments (cursor, fragments, error))
    return false;
  if (n_frames == 1)
    {
      frames.assign (1, fragments);
      return true;
    }
  for (const std::vector<uint64_t> &table : { offsets, pixels.offsets })
    if (table.size () == n_frames && group_by_offsets (fragments, first, table, frames))
      return true;
  return group_by_scanning (source, fragments, n_frames, frames, error);
}

bool
ic_shim_read_fragments (const IcShimSource &source,
                        const IcShimFragments &fragments,
                        std::string &bytes,
                        GError **error)
{
  bytes.clear ();
  for (const IcShimFragment &fragment : fragments)
    {
      Cursor cursor (source, fragment.start, error);

      if (!cursor.append (bytes, fragment.n_bytes))
        return false;
    }
  return !bytes.empty () || fail (error, "the frame is empty");
}

bool
ic_shim_find_pixel_data_end (const IcShimSource &source,
                             const IcShimPixelData &pixels,
                             offile_off_t &end,
                             GError **error)
{
  Cursor cursor (source, pixels.start, error);
  std::vector<IcShimFragment> fragments;

  if (!list_fragments (cursor, fragments, error))
    return false;
  end = cursor.at ();
  return true;
}
