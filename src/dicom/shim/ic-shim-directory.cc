/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-directory.h"

#include "dicom/shim/ic-shim-file.hh"

#include "domain/ic-transfer-syntax.h"

#include <cstring>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>
#include <unordered_set>

#include <dcmtk/dcmdata/dcdirrec.h>

#define WHAT "not a DICOMDIR"
#define TOO_MANY "the DICOMDIR has too many records"

#define WALKED_SIZE_MAX (256 * 1024 * 1024)
#define PIECE_SIZE ((size_t) 1024 * 1024)
#define TEXTS_SIZE (64 * 1024)

#define TAG_FILE_SET_ID 0x00041130
#define TAG_FIRST_ROOT 0x00041200
#define TAG_RECORDS 0x00041220
#define TAG_NEXT 0x00041400
#define TAG_IN_USE 0x00041410
#define TAG_LOWER 0x00041420
#define TAG_TYPE 0x00041430
#define TAG_FILE_ID 0x00041500
#define TAG_SOP_CLASS 0x00041510
#define TAG_SOP_INSTANCE 0x00041511
#define TAG_TRANSFER_SYNTAX 0x00041512
#define TAG_CHARACTER_SET 0x00080005
#define TAG_PATIENT_ID 0x00100020
#define TAG_STUDY_UID 0x0020000d
#define TAG_SERIES_UID 0x0020000e

namespace
{

/* Whose a record is: the nearest records of these kinds above it, -1 for none. */
struct Owners
{
  int patient = -1;
  int study = -1;
  int series = -1;
};

struct Record
{
  std::string type;
  std::string identity; /* the patient ID or UID for which others look here */
  uint32_t next = 0;
  uint32_t lower = 0;
  bool active = true;
  bool reached = false;
  Owners owners;
  IcShimDirectoryEntry *entry = nullptr; /* owned until it is handed over */
};

struct Free
{
  void
  operator() (IcShimDirectory *self) const
  {
    ic_shim_directory_free (self);
  }
};

uint32_t
number_of (const IcShimElement *element)
{
  const std::string bytes =
      element != nullptr ? ic_shim_element_bytes (*element, 4) : std::string ();
  uint32_t number = 0;

  for (size_t i = bytes.size (); i-- > 0;)
    number = number << 8 | (guchar) bytes[i];
  return number;
}

char *
dup_text (const IcShimElements &elements, uint32_t tag, const char *charset)
{
  return ic_shim_element_text (elements.find (tag), charset, IC_TEXT_LIST);
}

bool
is_safe_component (const char *component)
{
  return *component != '\0' && strcmp (component, ".") != 0 && strcmp (component, "..") != 0 &&
         strchr (component, '/') == nullptr;
}

char *
dup_file_id (const IcShimElements &elements)
{
  g_autofree char *value = dup_text (elements, TAG_FILE_ID, nullptr);
  g_auto(GStrv) components = g_strsplit (value, "\\", -1);

  for (guint i = 0; components[i] != nullptr; i++)
    if (!is_safe_component (g_strstrip (components[i])))
      return g_strdup ("");
  return g_strjoinv ("/", components);
}

uint32_t
identity_tag (const std::string &type)
{
  if (type == "PATIENT")
    return TAG_PATIENT_ID;
  if (type == "STUDY")
    return TAG_STUDY_UID;
  return type == "SERIES" ? TAG_SERIES_UID : 0;
}

/* What @record, number @index, leaves to those below it. */
Owners
owners_below (const Record &record, Owners owners, int index)
{
  if (record.type == "PATIENT")
    return { index, -1, -1 };
  if (record.type == "STUDY")
    return { owners.patient, index, -1 };
  if (record.type == "SERIES")
    owners.series = index;
  return owners;
}

class Tree
{
public:
  explicit Tree (IcShimDirectory *directory) : directory_ (directory) {}

  /* @offset: of its item in the file. */
  void
  add (const IcShimElements &elements, uint32_t offset)
  {
    g_autofree char *charset = dup_text (elements, TAG_CHARACTER_SET, nullptr);
    g_autofree char *type = dup_text (elements, TAG_TYPE, nullptr);
    const IcShimElement *in_use = elements.find (TAG_IN_USE);
    Record record;

    record.type = type;
    record.next = number_of (elements.find (TAG_NEXT));
    record.lower = number_of (elements.find (TAG_LOWER));
    record.active = in_use == nullptr || number_of (in_use) != 0;
    if (const uint32_t tag = identity_tag (record.type))
      {
        g_autofree char *identity = dup_text (elements, tag, charset);
        record.identity = identity;
      }
    if (record.active && elements.find (TAG_FILE_ID) != nullptr)
      record.entry = add_entry (elements, type);
    offsets_.push_back (offset);
    by_offset_.emplace (offset, records_.size ());
    records_.push_back (record);
  }

  guint
  n_records () const
  {
    return records_.size ();
  }

  /* A root below another record is none. */
  guint
  follow_root (uint32_t root)
  {
    for (const Record &record : records_)
      if (record.lower == root)
        return 0;
    return follow (root);
  }

  /* Down from @root; returns how many records that led to. Each is visited once, so that a ring of
   * offsets ends.
   */
  guint
  follow (uint32_t root)
  {
    std::vector<std::pair<uint32_t, Owners> > open = { { root, Owners () } };
    guint n_reached = 0;

    while (!open.empty ())
      {
        const auto [offset, owners] = open.back ();
        const auto found = by_offset_.find (offset);

        open.pop_back ();
        if (offset == 0 || found == by_offset_.end () || records_[found->second].reached)
          continue;
        Record &record = records_[found->second];
        record.reached = true;
        record.owners = owners;
        n_reached++;
        open.emplace_back (record.next, owners);
        open.emplace_back (record.lower, owners_below (record, owners, found->second));
      }
    return n_reached;
  }

  /* A wrong start does not make the rest wrong: from each record that nothing points to. */
  void
  follow_strays ()
  {
    std::unordered_set<uint32_t> targets;

    for (const Record &record : records_)
      {
        targets.insert (record.next);
        targets.insert (record.lower);
      }
    for (size_t i = 0; i < offsets_.size (); i++)
      if (!records_[i].reached && by_offset_.count (records_[i].lower) != 0 &&
          targets.count (offsets_[i]) == 0)
        follow (offsets_[i]);
  }

  /* Names the owners. What no offset led to is taken as if records stood in the order of the tree,
   * in which nearly all writers put them.
   */
  void
  finish ()
  {
    Owners above;

    for (size_t i = 0; i < records_.size (); i++)
      {
        Record &record = records_[i];

        if (!record.reached)
          record.owners = above;
        above = owners_below (record, record.owners, i);
        if (record.entry != nullptr)
          name_owners (record);
      }
  }

private:
  const char *
  keep (const char *text)
  {
    return g_string_chunk_insert_const (directory_->texts, text);
  }

  const char *
  keep_text (const IcShimElements &elements, uint32_t tag)
  {
    g_autofree char *text = dup_text (elements, tag, nullptr);

    return keep (text);
  }

  IcShimDirectoryEntry *
  add_entry (const IcShimElements &elements, const char *type)
  {
    IcShimDirectoryEntry *entry = g_new0 (IcShimDirectoryEntry, 1);
    g_autofree char *file_id = dup_file_id (elements);
    g_autofree char *instance = dup_text (elements, TAG_SOP_INSTANCE, nullptr);

    entry->type = keep (type);
    entry->file_id = g_string_chunk_insert (directory_->texts, file_id);
    entry->sop_class_uid = keep_text (elements, TAG_SOP_CLASS);
    entry->sop_instance_uid = g_string_chunk_insert (directory_->texts, instance);
    entry->transfer_syntax_uid = keep_text (elements, TAG_TRANSFER_SYNTAX);
    g_ptr_array_add (directory_->entries, entry);
    return entry;
  }

  const char *
  keep_identity (int index)
  {
    return keep (index >= 0 ? records_[index].identity.c_str () : "");
  }

  void
  name_owners (Record &record)
  {
    record.entry->patient_id = keep_identity (record.owners.patient);
    record.entry->study_uid = keep_identity (record.owners.study);
    record.entry->series_uid = keep_identity (record.owners.series);
  }

  IcShimDirectory *directory_;
  std::vector<Record> records_;
  std::vector<uint32_t> offsets_;
  std::unordered_map<uint32_t, int> by_offset_;
};

DcmSequenceOfItems *
find_records (const IcShimElements &elements)
{
  const IcShimElement *element = elements.find (TAG_RECORDS);

  if (element == nullptr || element->parsed->ident () != EVR_SQ)
    return nullptr;
  return static_cast<DcmSequenceOfItems *> (element->parsed);
}

IcShimDirectory *
fail (GError **error, IcErrorCode code, const char *message)
{
  g_set_error_literal (error, IC_ERROR, code, message);
  return nullptr;
}

using DirectoryPtr = std::unique_ptr<IcShimDirectory, Free>;

DirectoryPtr
make_directory (const IcShimElements &head)
{
  DirectoryPtr self (g_new0 (IcShimDirectory, 1));

  self->file_set_id = dup_text (head, TAG_FILE_SET_ID, nullptr);
  self->texts = g_string_chunk_new (TEXTS_SIZE);
  self->entries = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/* When every record has been added. */
void
finish_directory (IcShimDirectory *self, Tree &tree, uint32_t root)
{
  self->n_records = tree.n_records ();
  self->n_unreachable = self->n_records - tree.follow_root (root);
  tree.follow_strays ();
  tree.finish ();
}

uint32_t
offset_of (DcmObject *item)
{
  const auto *record = dynamic_cast<DcmDirectoryRecord *> (item);

  return record != nullptr ? record->getFileOffset () : 0;
}

IcShimDirectory *
describe (DcmDataset &data_set, GError **error)
{
  const IcShimElements elements (data_set);
  DcmSequenceOfItems *records = find_records (elements);

  if (records == nullptr)
    return fail (error, IC_ERROR_BAD_DATA, WHAT ": no records");
  if (records->card () > IC_SHIM_DIRECTORY_RECORDS_MAX)
    return fail (error, IC_ERROR_UNSUPPORTED, TOO_MANY);

  DirectoryPtr self = make_directory (elements);
  Tree tree (self.get ());
  for (DcmObject *o = records->nextInContainer (nullptr); o != nullptr;
       o = records->nextInContainer (o))
    tree.add (IcShimElements (*static_cast<DcmItem *> (o)), offset_of (o));
  finish_directory (self.get (), tree, number_of (elements.find (TAG_FIRST_ROOT)));
  return self.release ();
}

IcShimDirectory *
read_by_dcmtk (int fd, GCancellable *cancellable, GError **error)
{
  IcShimStream stream (fd, cancellable);
  IcShimMeta meta;

  if (!ic_shim_read_meta (stream, meta, WHAT, error))
    return nullptr;
  auto data_set =
      ic_shim_read_data_set (stream, ic_shim_encoding_of (meta), TAG_RECORDS + 1, WHAT, error);
  return data_set != nullptr ? describe (*data_set, error) : nullptr;
}

/* The whole file; less when it cannot be read, which the long way will find out. */
std::string
load (int fd, GCancellable *cancellable)
{
  struct stat status = {};
  std::string bytes;
  size_t n = 0;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode) || status.st_size > WALKED_SIZE_MAX)
    return bytes;
  bytes.resize (status.st_size);
  while (n < bytes.size () && !g_cancellable_is_cancelled (cancellable))
    {
      const ssize_t got =
          TEMP_FAILURE_RETRY (pread (fd, &bytes[n], MIN (bytes.size () - n, PIECE_SIZE), n));

      if (got <= 0)
        break;
      n += got;
    }
  bytes.resize (n);
  return bytes;
}

bool
walk_records (IcShimWalker &walker, const char *start, Tree &tree)
{
  std::vector<IcShimView> views;
  const char *item = nullptr;

  while (walker.walk_item (views, item))
    {
      if (tree.n_records () == IC_SHIM_DIRECTORY_RECORDS_MAX)
        return false;
      tree.add (IcShimElements (views), item - start);
    }
  return walker.is_at_end ();
}

/* Ordinary ones only, a tenth of the memory that DCMTK needs; NULL says nothing but that DCMTK
 * has to look.
 */
IcShimDirectory *
read_by_walking (int fd, GCancellable *cancellable)
{
  const std::string bytes = load (fd, cancellable);
  IcShimWalker walker (bytes.data (), bytes.size ());
  std::vector<IcShimView> meta;
  std::vector<IcShimView> head;

  if (!walker.walk_meta (meta) ||
      ic_shim_describe_meta (IcShimElements (meta)).transfer_syntax != IC_TS_EXPLICIT_VR_LE ||
      !walker.walk_to_items (head, TAG_RECORDS))
    return nullptr;
  const IcShimElements elements (head);
  DirectoryPtr self = make_directory (elements);
  Tree tree (self.get ());
  if (!walk_records (walker, bytes.data (), tree))
    return nullptr;
  finish_directory (self.get (), tree, number_of (elements.find (TAG_FIRST_ROOT)));
  return self.release ();
}

IcShimDirectory *
read_directory (int fd, GCancellable *cancellable, GError **error)
{
  IcShimDirectory *directory = read_by_walking (fd, cancellable);

  return directory != nullptr ? directory : read_by_dcmtk (fd, cancellable, error);
}

} // namespace

IcShimDirectory *
ic_shim_directory_read (int fd, GCancellable *cancellable, GError **error)
{
  return ic_shim_guard (error, (IcShimDirectory *) nullptr,
                        [&] { return read_directory (fd, cancellable, error); });
}

IcShimDirectory *
ic_shim_directory_read_by_dcmtk (int fd, GCancellable *cancellable, GError **error)
{
  return ic_shim_guard (error, (IcShimDirectory *) nullptr,
                        [&] { return read_by_dcmtk (fd, cancellable, error); });
}

void
ic_shim_directory_free (IcShimDirectory *self)
{
  g_free (self->file_set_id);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
  g_free (self);
}
