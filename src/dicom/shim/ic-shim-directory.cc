/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-directory.h"

#include "dicom/shim/ic-shim-file.hh"

#include "domain/ic-transfer-syntax.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Of records that others are below. */
enum class Kind : uint8_t
{
  patient,
  study,
  series,
  other,
};

/* There may be very many. */
struct Record
{
  const char *identity = ""; /* the patient ID or UID for which others look here */
  IcShimDirectoryEntry *entry = nullptr;
  uint32_t offset = 0; /* of its item in the file */
  uint32_t next = 0;
  uint32_t lower = 0;
  Owners owners;
  Kind kind = Kind::other;
  bool reached = false;
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

Kind
kind_of (const char *type)
{
  if (strcmp (type, "PATIENT") == 0)
    return Kind::patient;
  if (strcmp (type, "STUDY") == 0)
    return Kind::study;
  return strcmp (type, "SERIES") == 0 ? Kind::series : Kind::other;
}

uint32_t
identity_tag (Kind kind)
{
  switch (kind)
    {
    case Kind::patient:
      return TAG_PATIENT_ID;
    case Kind::study:
      return TAG_STUDY_UID;
    case Kind::series:
      return TAG_SERIES_UID;
    case Kind::other:
    default:
      return 0;
    }
}

/* What @record, number @index, leaves to those below it. */
Owners
owners_below (const Record &record, Owners owners, int index)
{
  if (record.kind == Kind::patient)
    return { index, -1, -1 };
  if (record.kind == Kind::study)
    return { owners.patient, index, -1 };
  if (record.kind == Kind::series)
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

    record.kind = kind_of (type);
    record.offset = offset;
    record.next = number_of (elements.find (TAG_NEXT));
    record.lower = number_of (elements.find (TAG_LOWER));
    if (const uint32_t tag = identity_tag (record.kind))
      {
        g_autofree char *identity = dup_text (elements, tag, charset);

        record.identity = keep (identity);
      }
    if ((in_use == nullptr || number_of (in_use) != 0) && elements.find (TAG_FILE_ID) != nullptr)
      record.entry = add_entry (elements, type);
    records_.push_back (record);
  }

  guint
  n_records () const
  {
    return records_.size ();
  }

  /* To be called when all have been added, and before the others below. */
  void
  sort ()
  {
    by_offset_.resize (records_.size ());
    for (size_t i = 0; i < by_offset_.size (); i++)
      by_offset_[i] = i;
    std::stable_sort (by_offset_.begin (), by_offset_.end (), [this] (uint32_t a, uint32_t b) {
      return records_[a].offset < records_[b].offset;
    });
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
        const int found = find (offset);

        open.pop_back ();
        if (offset == 0 || found < 0 || records_[found].reached)
          continue;
        Record &record = records_[found];
        record.reached = true;
        record.owners = owners;
        n_reached++;
        open.emplace_back (record.next, owners);
        open.emplace_back (record.lower, owners_below (record, owners, found));
      }
    return n_reached;
  }

  /* A wrong start does not make the rest wrong: from each record that nothing points to. */
  void
  follow_strays ()
  {
    std::vector<uint32_t> targets;

    targets.reserve (2 * records_.size ());
    for (const Record &record : records_)
      {
        targets.push_back (record.next);
        targets.push_back (record.lower);
      }
    std::sort (targets.begin (), targets.end ());
    for (const Record &record : records_)
      if (!record.reached && find (record.lower) >= 0 &&
          !std::binary_search (targets.begin (), targets.end (), record.offset))
        follow (record.offset);
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
  /* The first record at @offset, -1 for none. */
  int
  find (uint32_t offset) const
  {
    const auto found = std::lower_bound (by_offset_.begin (), by_offset_.end (), offset,
                                         [this] (uint32_t index, uint32_t value) {
                                           return records_[index].offset < value;
                                         });

    return found != by_offset_.end () && records_[*found].offset == offset ? (int) *found : -1;
  }

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
    return index >= 0 ? records_[index].identity : "";
  }

  void
  name_owners (Record &record)
  {
    record.entry->patient_id = keep_identity (record.owners.patient);
    record.entry->study_uid = keep_identity (record.owners.study);
    record.entry->series_uid = keep_identity (record.owners.series);
  }

  IcShimDirectory *directory_;
  std::deque<Record> records_;
  std::vector<uint32_t> by_offset_; /* their numbers */
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
  tree.sort ();
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

/* The whole file: mapped where nobody can cut it off meanwhile, else in memory; less of it when it
 * cannot be read, which the long way will find out.
 */
class Content
{
public:
  Content (int fd, GCancellable *cancellable)
  {
    struct stat status = {};

    if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode) || status.st_size > WALKED_SIZE_MAX)
      return;
    if (!map (fd, status.st_size))
      load (fd, status.st_size, cancellable);
  }

  ~Content ()
  {
    if (mapped_ != nullptr)
      munmap (mapped_, size_);
  }

  Content (const Content &) = delete;
  Content &operator= (const Content &) = delete;

  const char *
  data () const
  {
    return mapped_ != nullptr ? static_cast<const char *> (mapped_) : bytes_.data ();
  }

  size_t
  size () const
  {
    return mapped_ != nullptr ? size_ : bytes_.size ();
  }

  /* What stands before @at has been walked over; should anybody look again, it is mapped again. */
  void
  pass (const char *at)
  {
    const size_t done = (size_t) (at - data ()) / PIECE_SIZE * PIECE_SIZE;

    if (mapped_ == nullptr || done <= passed_)
      return;
    madvise (static_cast<char *> (mapped_) + passed_, done - passed_, MADV_DONTNEED);
    passed_ = done;
  }

private:
  bool
  map (int fd, size_t size)
  {
    const int seals = fcntl (fd, F_GET_SEALS);
    void *mapped = nullptr;

    if (size == 0 || seals < 0 || (seals & F_SEAL_SHRINK) == 0)
      return false;
    mapped = mmap (nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED)
      return false;
    mapped_ = mapped;
    size_ = size;
    return true;
  }

  void
  load (int fd, size_t size, GCancellable *cancellable)
  {
    size_t n = 0;

    bytes_.resize (size);
    while (n < bytes_.size () && !g_cancellable_is_cancelled (cancellable))
      {
        const ssize_t got =
            TEMP_FAILURE_RETRY (pread (fd, &bytes_[n], MIN (bytes_.size () - n, PIECE_SIZE), n));

        if (got <= 0)
          break;
        n += got;
      }
    bytes_.resize (n);
  }

  void *mapped_ = nullptr;
  size_t size_ = 0;
  size_t passed_ = 0;
  std::string bytes_;
};

bool
walk_records (IcShimWalker &walker, Content &content, Tree &tree)
{
  std::vector<IcShimView> views;
  const char *item = nullptr;

  while (walker.walk_item (views, item))
    {
      if (tree.n_records () == IC_SHIM_DIRECTORY_RECORDS_MAX)
        return false;
      tree.add (IcShimElements (views), item - content.data ());
      content.pass (item);
    }
  return walker.is_at_end ();
}

/* Ordinary ones only, a tenth of the memory that DCMTK needs; NULL says nothing but that DCMTK
 * has to look.
 */
IcShimDirectory *
read_by_walking (int fd, GCancellable *cancellable)
{
  Content content (fd, cancellable);
  IcShimWalker walker (content.data (), content.size ());
  std::vector<IcShimView> meta;
  std::vector<IcShimView> head;

  if (!walker.walk_meta (meta) ||
      ic_shim_describe_meta (IcShimElements (meta)).transfer_syntax != IC_TS_EXPLICIT_VR_LE ||
      !walker.walk_to_items (head, TAG_RECORDS))
    return nullptr;
  const IcShimElements elements (head);
  DirectoryPtr self = make_directory (elements);
  Tree tree (self.get ());
  if (!walk_records (walker, content, tree))
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
