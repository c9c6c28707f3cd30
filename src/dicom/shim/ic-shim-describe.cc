/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-describe.h"

#include "dicom/shim/ic-shim-attributes.hh"
#include "dicom/shim/ic-shim-picture-file.hh"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <limits>
#include <unistd.h>

#include <dcmtk/dcmdata/dcfcache.h>

#define CHUNK_SIZE (1024 * 1024)

namespace
{

constexpr uint32_t tag_charset = 0x00080005;
constexpr uint32_t tag_recommended_rate = 0x00082144;
constexpr uint32_t tag_cine_rate = 0x00180040;
constexpr uint32_t tag_frame_time = 0x00181063;
constexpr uint32_t tag_imager_spacing = 0x00181164;
constexpr uint32_t tag_position = 0x00200032;
constexpr uint32_t tag_orientation = 0x00200037;
constexpr uint32_t tag_laterality = 0x00200060;
constexpr uint32_t tag_plane_position = 0x00209113;
constexpr uint32_t tag_plane_orientation = 0x00209116;
constexpr uint32_t tag_frames = 0x00280008;
constexpr uint32_t tag_rows = 0x00280010;
constexpr uint32_t tag_columns = 0x00280011;
constexpr uint32_t tag_spacing = 0x00280030;
constexpr uint32_t tag_pixel_measures = 0x00289110;
constexpr uint32_t tag_content = 0x0040a730;
constexpr uint32_t tag_document = 0x00420011;
constexpr uint32_t tag_shared_groups = 0x52009229;
constexpr uint32_t tag_frame_groups = 0x52009230;

struct Source
{
  uint32_t tag;
  IcTextKind kind;
};

const Source sources[IC_FACT_N] = {
  { 0x00100020, IC_TEXT_LIST }, /* Patient ID */
  { 0x00100021, IC_TEXT_LIST }, /* Issuer of Patient ID */
  { 0x00100010, IC_TEXT_NAME }, /* Patient's Name */
  { 0x00100030, IC_TEXT_LIST }, /* Patient's Birth Date */
  { 0x00100040, IC_TEXT_LIST }, /* Patient's Sex */
  { 0x00080080, IC_TEXT_LIST }, /* Institution Name */
  { 0x00080020, IC_TEXT_LIST }, /* Study Date */
  { 0x00080030, IC_TEXT_LIST }, /* Study Time */
  { 0x00081030, IC_TEXT_LIST }, /* Study Description */
  { 0x00080050, IC_TEXT_LIST }, /* Accession Number */
  { 0x00080060, IC_TEXT_LIST }, /* Modality */
  { 0x00200011, IC_TEXT_LIST }, /* Series Number */
  { 0x0008103e, IC_TEXT_LIST }, /* Series Description */
  { 0x00180015, IC_TEXT_LIST }, /* Body Part Examined */
  { 0x00200013, IC_TEXT_LIST }, /* Instance Number */
  { 0x00200062, IC_TEXT_LIST }, /* Image Laterality */
  { 0x00185101, IC_TEXT_LIST }, /* View Position */
  { 0x00200020, IC_TEXT_LIST }, /* Patient Orientation */
  { 0x00180050, IC_TEXT_LIST }, /* Slice Thickness */
  { 0x00080016, IC_TEXT_LIST }, /* SOP Class UID */
  { 0x00080018, IC_TEXT_LIST }, /* SOP Instance UID */
  { 0x00200052, IC_TEXT_LIST }, /* Frame of Reference UID */
  { 0x00420010, IC_TEXT_LIST }, /* Document Title */
  { 0x00420012, IC_TEXT_LIST }, /* MIME Type of Encapsulated Document */
};

/* Strings that live until the facts have copied them. */
struct Strings
{
  char *values[IC_FACT_N] = {};

  ~Strings ()
  {
    for (char *value : values)
      g_free (value);
  }
};

void
read_strings (DcmItem &data_set, Strings &strings)
{
  const IcShimElements elements (data_set);
  g_autofree char *charset =
      ic_shim_element_text (elements.find (tag_charset), nullptr, IC_TEXT_LIST);

  for (int i = 0; i < IC_FACT_N; i++)
    strings.values[i] =
        ic_shim_element_text (elements.find (sources[i].tag), charset, sources[i].kind);
  if (*strings.values[IC_FACT_LATERALITY] == '\0')
    {
      g_free (strings.values[IC_FACT_LATERALITY]);
      strings.values[IC_FACT_LATERALITY] =
          ic_shim_element_text (elements.find (tag_laterality), charset, IC_TEXT_LIST);
    }
}

DcmItem *
item_within (DcmItem *item, uint32_t tag)
{
  return item != nullptr ? IcShimAttributes (*item).item (tag) : nullptr;
}

/* PS3.3 10.7.1.3: the distance between rows comes first. */
bool
take_spacing (DcmItem *item, uint32_t tag, IcSpacing kind, IcImageFacts &facts)
{
  const std::vector<double> pair =
      item != nullptr ? IcShimAttributes (*item).decimals (tag) : std::vector<double> ();

  if (pair.size () < 2 || !(pair[0] > 0) || !(pair[1] > 0))
    return false;
  facts.spacing = kind;
  facts.row_spacing = pair[0];
  facts.column_spacing = pair[1];
  return true;
}

void
read_spacing (DcmItem &data_set, IcImageFacts &facts)
{
  const IcShimAttributes attributes (data_set);
  DcmItem *shared = item_within (attributes.item (tag_shared_groups), tag_pixel_measures);
  DcmItem *first = item_within (attributes.item (tag_frame_groups), tag_pixel_measures);

  if (!take_spacing (&data_set, tag_spacing, IC_SPACING_PIXEL, facts) &&
      !take_spacing (shared, tag_spacing, IC_SPACING_PIXEL, facts) &&
      !take_spacing (first, tag_spacing, IC_SPACING_PIXEL, facts))
    take_spacing (&data_set, tag_imager_spacing, IC_SPACING_IMAGER, facts);
}

/* Directions that are none are as good as a missing position. */
bool
is_plane (const IcPlane &plane)
{
  double along = 0;
  double across = 0;
  double mixed = 0;

  for (int i = 0; i < 3; i++)
    {
      along += plane.orientation[i] * plane.orientation[i];
      across += plane.orientation[i + 3] * plane.orientation[i + 3];
      mixed += plane.orientation[i] * plane.orientation[i + 3];
    }
  return fabs (along - 1) < 0.01 && fabs (across - 1) < 0.01 && fabs (mixed) < 0.01;
}

bool
take_numbers (DcmItem *item, uint32_t tag, double *numbers, size_t n)
{
  const std::vector<double> found =
      item != nullptr ? IcShimAttributes (*item).decimals (tag) : std::vector<double> ();

  if (found.size () < n)
    return false;
  std::copy_n (found.begin (), n, numbers);
  return true;
}

IcPlane
read_plane (DcmItem *groups, DcmItem *shared)
{
  IcPlane plane = {};
  const bool has_position =
      take_numbers (item_within (groups, tag_plane_position), tag_position, plane.position, 3) ||
      take_numbers (item_within (shared, tag_plane_position), tag_position, plane.position, 3);
  const bool has_orientation = take_numbers (item_within (groups, tag_plane_orientation),
                                             tag_orientation, plane.orientation, 6) ||
                               take_numbers (item_within (shared, tag_plane_orientation),
                                             tag_orientation, plane.orientation, 6);

  if (!has_position || !has_orientation || !is_plane (plane))
    plane.position[0] = std::numeric_limits<double>::quiet_NaN ();
  return plane;
}

/* Of the frames of an enhanced image; one by one, because finding the n-th item of a list each time
 * would be quadratic.
 */
std::vector<IcPlane>
read_frame_planes (DcmItem &data_set, guint n_frames)
{
  const IcShimAttributes attributes (data_set);
  DcmItem *shared = attributes.item (tag_shared_groups);
  DcmSequenceOfItems *sequence = nullptr;
  std::vector<IcPlane> planes;

  if (data_set.findAndGetSequence (DCM_PerFrameFunctionalGroupsSequence, sequence).bad () ||
      sequence == nullptr || sequence->card () != n_frames)
    return planes;
  for (DcmObject *o = sequence->nextInContainer (nullptr); o != nullptr;
       o = sequence->nextInContainer (o))
    planes.push_back (read_plane (static_cast<DcmItem *> (o), shared));
  return planes;
}

std::vector<IcPlane>
read_planes (DcmItem &data_set, guint n_frames)
{
  IcPlane plane = {};

  if (take_numbers (&data_set, tag_position, plane.position, 3) &&
      take_numbers (&data_set, tag_orientation, plane.orientation, 6) && is_plane (plane))
    return { plane };
  return read_frame_planes (data_set, n_frames);
}

/* PS3.3 C.7.6.5.1.1. */
double
read_frame_time (const IcShimAttributes &attributes)
{
  const double time = attributes.decimal (tag_frame_time).value_or (0);

  if (time > 0)
    return time;
  for (uint32_t tag : { tag_recommended_rate, tag_cine_rate })
    {
      const double rate = attributes.decimal (tag).value_or (0);

      if (rate > 0)
        return 1000 / rate;
    }
  return 0;
}

IcContent
content_of (const IcShimAttributes &attributes)
{
  if (attributes.has (tag_rows))
    return IC_CONTENT_PICTURE;
  if (attributes.has (tag_document))
    return IC_CONTENT_DOCUMENT;
  return attributes.has (tag_content) ? IC_CONTENT_REPORT : IC_CONTENT_NONE;
}

IcImageFacts *
describe (int fd, GCancellable *cancellable, GError **error)
{
  IcShimPictureFile file = {};
  IcImageFacts facts = {};
  Strings strings;

  if (!ic_shim_picture_file_read (file, fd, cancellable, error))
    return nullptr;
  const IcShimAttributes attributes (*file.data_set);
  const double frames = attributes.decimal (tag_frames).value_or (1);
  read_strings (*file.data_set, strings);
  std::copy_n (strings.values, IC_FACT_N, facts.strings);
  facts.content = content_of (attributes);
  facts.n_frames = frames >= 1 ? (guint) std::min<double> (frames, IC_FRAMES_MAX) : 1;
  facts.columns = attributes.number (tag_columns).value_or (0);
  facts.rows = attributes.number (tag_rows).value_or (0);
  facts.frame_ms = read_frame_time (attributes);
  read_spacing (*file.data_set, facts);
  std::vector<IcPlane> planes = read_planes (*file.data_set, facts.n_frames);
  facts.n_planes = (guint) planes.size ();
  facts.planes = planes.data ();
  return ic_image_facts_new (&facts);
}

/* Documents */

bool
write_all (int fd, const char *data, size_t n, GError **error)
{
  while (n > 0)
    {
      const ssize_t written = write (fd, data, n);

      if (written < 0 && errno != EINTR)
        return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to write");
      if (written > 0)
        data += written, n -= (size_t) written;
    }
  return true;
}

bool
extract (int fd, int output_fd, GCancellable *cancellable, GError **error)
{
  IcShimPictureFile file = {};
  DcmElement *document = nullptr;
  std::string chunk (CHUNK_SIZE, '\0');

  if (!ic_shim_picture_file_read (file, fd, cancellable, error))
    return false;
  if (file.data_set->findAndGetElement (DCM_EncapsulatedDocument, document).bad ())
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "it holds no document");
      return false;
    }
  const Uint32 length = document->getLengthField ();
  DcmFileCache cache;
  for (Uint32 done = 0; done < length; done += CHUNK_SIZE)
    {
      const Uint32 n = std::min<Uint32> (CHUNK_SIZE, length - done);
      const OFCondition cond =
          document->getPartialValue (&chunk[0], done, n, &cache, EBO_LittleEndian);

      if (cond.bad ())
        return ic_shim_set_condition (error, IC_ERROR_BAD_DATA, "the document is cut off", cond);
      if (!write_all (output_fd, chunk.data (), n, error))
        return false;
    }
  return true;
}

} // namespace

IcImageFacts *
ic_shim_describe (int fd, GCancellable *cancellable, GError **error)
{
  return ic_shim_guard (error, (IcImageFacts *) nullptr,
                        [&] { return describe (fd, cancellable, error); });
}

gboolean
ic_shim_extract_document (int fd, int output_fd, GCancellable *cancellable, GError **error)
{
  return ic_shim_guard (error, FALSE,
                        [&] { return (gboolean) extract (fd, output_fd, cancellable, error); });
}
