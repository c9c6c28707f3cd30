/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rude-pacs.hh"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <set>

namespace
{

/* Longer values, the pixel data above all, stay in their files. */
constexpr Uint32 lazy_length = 4096;

/* Even looking up an element moves a cursor in DCMTK's lists, and associations share the files. */
std::recursive_mutex cursor_mutex;

DcmTagKey
entity_key (const std::string &level)
{
  if (level == "PATIENT")
    return DCM_PatientID;
  if (level == "STUDY")
    return DCM_StudyInstanceUID;
  return level == "SERIES" ? DCM_SeriesInstanceUID : DCM_SOPInstanceUID;
}

bool
is_count (const DcmTagKey &tag)
{
  return tag.getGroup () == 0x0020 && tag.getElement () >= 0x1200 && tag.getElement () <= 0x1209;
}

bool
is_unmatched (const DcmTagKey &tag)
{
  return is_count (tag) || tag == DCM_SpecificCharacterSet || tag == DCM_QueryRetrieveLevel ||
         tag == DCM_RetrieveAETitle || tag == DCM_InstanceAvailability ||
         tag == DCM_SOPClassesInStudy;
}

bool
matches_range (const std::string &wanted, const std::string &value)
{
  size_t dash = wanted.find ('-');
  std::string from = wanted.substr (0, dash);
  std::string to = wanted.substr (dash + 1);

  return (from.empty () || value >= from) && (to.empty () || value <= to);
}

bool
matches_list (const std::string &wanted, const std::string &value)
{
  return ("\\" + wanted + "\\").find ("\\" + value + "\\") != std::string::npos;
}

bool
matches (DcmElement &key, const std::string &wanted, const std::string &value)
{
  if (key.ident () == EVR_DA && wanted.find ('-') != std::string::npos)
    return matches_range (wanted, value);
  if (key.ident () == EVR_UI)
    return matches_list (wanted, value);
  return fnmatch (wanted.c_str (), value.c_str (), 0) == 0;
}

std::string
text_of (DcmElement &element)
{
  OFString text;

  element.getOFStringArray (text);
  return std::string (text.c_str ());
}

bool
matches_all (DcmDataset &request, const Instance &instance)
{
  for (unsigned long i = 0; i < request.card (); i++)
    {
      DcmElement &key = *request.getElement (i);
      const DcmTagKey &tag = key.getTag ();
      std::string wanted = text_of (key);

      if (wanted.empty () || is_unmatched (tag))
        continue;
      if (!matches (key, wanted, instance.get (tag == DCM_ModalitiesInStudy ? DCM_Modality : tag)))
        return false;
    }
  return true;
}

} // namespace

std::string
Instance::get (const DcmTagKey &tag) const
{
  std::lock_guard<std::recursive_mutex> lock (cursor_mutex);
  OFString value;

  header->getDataset ()->findAndGetOFStringArray (tag, value);
  return std::string (value.c_str ());
}

bool
Archive::load (const std::string &folder, bool hide_last)
{
  for (const auto &entry : std::filesystem::recursive_directory_iterator (folder))
    {
      Instance instance;
      OFString syntax;

      instance.header = std::make_unique<DcmFileFormat> ();
      if (!entry.is_regular_file () ||
          instance.header->loadFile (entry.path ().c_str (), EXS_Unknown, EGL_noChange, lazy_length)
              .bad ())
        continue;
      instance.path = entry.path ();
      instance.header->getMetaInfo ()->findAndGetOFString (DCM_TransferSyntaxUID, syntax);
      instance.transfer_syntax = syntax.c_str ();
      instances_.push_back (std::move (instance));
    }
  std::sort (instances_.begin (), instances_.end (),
             [] (const Instance &a, const Instance &b) { return a.path < b.path; });
  hidden_ = hide_last && !instances_.empty () ? 1 : 0;
  return !instances_.empty ();
}

std::vector<const Instance *>
Archive::select (DcmDataset &request) const
{
  std::vector<const Instance *> found;

  for (size_t i = 0; i < count (); i++)
    if (matches_all (request, instances_[i]))
      found.push_back (&instances_[i]);
  return found;
}

std::vector<const Instance *>
Archive::find (DcmDataset &request, const std::string &level) const
{
  std::vector<const Instance *> found;
  std::set<std::string> seen;

  for (const Instance *instance : select (request))
    if (seen.insert (instance->get (entity_key (level))).second)
      found.push_back (instance);
  return found;
}

size_t
Archive::count_distinct (const DcmTagKey &entity, const DcmTagKey &within, const Instance &of) const
{
  std::set<std::string> seen;

  for (size_t i = 0; i < count (); i++)
    if (instances_[i].get (within) == of.get (within))
      seen.insert (instances_[i].get (entity));
  return seen.size ();
}

std::string
Archive::join (const DcmTagKey &tag, const Instance &of) const
{
  std::set<std::string> seen;
  std::string joined;

  for (size_t i = 0; i < count (); i++)
    if (instances_[i].get (DCM_StudyInstanceUID) == of.get (DCM_StudyInstanceUID))
      seen.insert (instances_[i].get (tag));
  for (const std::string &value : seen)
    joined += (joined.empty () ? "" : "\\") + value;
  return joined;
}

std::string
Archive::derive (const DcmTagKey &tag, const Instance &of, bool *derived) const
{
  static const struct
  {
    DcmTagKey tag;
    DcmTagKey entity;
    DcmTagKey within;
  } counts[] = {
    { DCM_NumberOfPatientRelatedStudies, DCM_StudyInstanceUID, DCM_PatientID },
    { DCM_NumberOfPatientRelatedSeries, DCM_SeriesInstanceUID, DCM_PatientID },
    { DCM_NumberOfPatientRelatedInstances, DCM_SOPInstanceUID, DCM_PatientID },
    { DCM_NumberOfStudyRelatedSeries, DCM_SeriesInstanceUID, DCM_StudyInstanceUID },
    { DCM_NumberOfStudyRelatedInstances, DCM_SOPInstanceUID, DCM_StudyInstanceUID },
    { DCM_NumberOfSeriesRelatedInstances, DCM_SOPInstanceUID, DCM_SeriesInstanceUID },
  };

  *derived = true;
  for (const auto &row : counts)
    if (row.tag == tag)
      return std::to_string (count_distinct (row.entity, row.within, of));
  if (tag == DCM_ModalitiesInStudy)
    return join (DCM_Modality, of);
  if (tag == DCM_SOPClassesInStudy)
    return join (DCM_SOPClassUID, of);
  if (tag == DCM_InstanceAvailability)
    return "ONLINE";
  *derived = false;
  return "";
}

std::unique_ptr<DcmDataset>
Archive::answer (DcmDataset &request,
                 const Instance &instance,
                 const std::string &level,
                 const std::string &aet,
                 bool with_counts) const
{
  std::lock_guard<std::recursive_mutex> lock (cursor_mutex);
  auto response = std::make_unique<DcmDataset> ();
  DcmDataset *header = instance.header->getDataset ();

  response->putAndInsertString (DCM_QueryRetrieveLevel, level.c_str ());
  response->putAndInsertString (DCM_RetrieveAETitle, aet.c_str ());
  if (header->tagExists (DCM_SpecificCharacterSet))
    header->findAndInsertCopyOfElement (DCM_SpecificCharacterSet, response.get ());
  for (unsigned long i = 0; i < request.card (); i++)
    {
      const DcmTag &tag = request.getElement (i)->getTag ();
      bool derived;
      std::string value = derive (tag, instance, &derived);

      if (is_count (tag) && !with_counts)
        continue;
      if (derived)
        response->putAndInsertString (tag, value.c_str ());
      else if (header->tagExists (tag))
        header->findAndInsertCopyOfElement (tag, response.get ());
      else if (!response->tagExists (tag))
        response->insertEmptyElement (tag);
    }
  return response;
}

const Instance *
Archive::first () const
{
  return &instances_[0];
}
