/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "core/ic-sector-link.h"
#include "medium/ic-iso-volume.h"
#include "medium/ic-medium-private.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_SIZE (1024 * 1024)
#define AHEAD_SIZE (8 * 1024 * 1024)

#define SECTOR 2048

/* ISO 9660 9.1; what a ZIP keeps of each file is longer. */
#define RECORD_SIZE_MIN 34

typedef struct archive Archive;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_read_free)

typedef struct
{
  int fd; /* of a file or device, or a sector link */
  gboolean is_link;
  off_t offset;
  guint8 *buffer;
  int saved_errno;     /* why pread() failed */
  off_t careful_until; /* behind a fault: read sector by sector up to here */
  gboolean in_content; /* of a file, where a bad sector is the loss of that file only */
  guint n_bad;         /* sectors in contents that could not be read */
} Input;

static void
input_clear (Input *self)
{
  g_free (self->buffer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Input, input_clear)

/* The whole of one image while its entries are walked over. */
typedef struct
{
  Archive *archive;
  Input *input;
  IcMediumTree tree;
  guint64 n_read; /* of the current file */
} Image;

/* A scratch costs the files that lie on it, not those behind: where a large block cannot be read,
 * its sectors are read one by one, and a bad one inside a file is passed over and counted. In a
 * directory it is the end, because files would go missing without a word.
 */
static gssize
read_block (Input *self)
{
  gboolean careful = self->offset < self->careful_until;
  gsize size = careful ? SECTOR : BLOCK_SIZE;
  gssize n = ic_iso_volume_read (self->fd, self->is_link, self->buffer, size, self->offset);

  if (n >= 0 || errno != EIO)
    return n;
  if (!careful)
    {
      self->careful_until = self->offset + BLOCK_SIZE;
      return read_block (self);
    }
  if (!self->in_content)
    return -1;
  self->n_bad++;
  memset (self->buffer, 0, SECTOR);
  return SECTOR;
}

static la_ssize_t
read_cb (Archive *archive, void *user_data, const void **block)
{
  Input *self = user_data;
  gssize n = read_block (self);

  if (n < 0)
    {
      self->saved_errno = errno;
      archive_set_error (archive, errno, "read error");
      return ARCHIVE_FATAL;
    }
  self->offset += n;
  /* the disk works while we compute; a sandbox that refuses the hint costs only time */
  if (!self->is_link)
    posix_fadvise (self->fd, self->offset, AHEAD_SIZE, POSIX_FADV_WILLNEED);
  *block = self->buffer;
  return n;
}

static la_int64_t
skip_cb (Archive *archive, void *user_data, la_int64_t size)
{
  Input *self = user_data;

  self->offset += size;
  return size;
}

/* A ZIP is read from its end, where the list of its files stands. Devices have no size here, and
 * hold none.
 */
static la_int64_t
seek_cb (Archive *archive, void *user_data, la_int64_t offset, int whence)
{
  Input *self = user_data;
  struct stat file = { 0 };
  off_t start = 0;

  if (fstat (self->fd, &file) != 0)
    return ARCHIVE_FATAL;
  if (whence != SEEK_SET)
    start = whence == SEEK_CUR ? self->offset : file.st_size;
  if (offset < -start || offset > file.st_size - start)
    return ARCHIVE_FATAL;
  self->offset = start + offset;
  return self->offset;
}

static void
set_archive_error (Image *self, GError **error)
{
  if (self->input->saved_errno != 0)
    ic_error_set_errno (error, IC_ERROR_READ_FAILED, self->input->saved_errno,
                        "failed to read the medium");
  else
    g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "the file system or archive is damaged");
}

static const char *
options_for (IcMediumTree tree)
{
  switch (tree)
    {
    case IC_MEDIUM_TREE_ROCK_RIDGE:
      return "iso9660:!joliet";
    case IC_MEDIUM_TREE_JOLIET:
      return "iso9660:!rockridge";
    case IC_MEDIUM_TREE_PLAIN:
      return "iso9660:!joliet,iso9660:!rockridge";
    case IC_MEDIUM_TREE_BEST:
    default:
      return NULL;
    }
}

static Archive *
open_archive (Input *input, IcMediumTree tree, GError **error)
{
  g_autoptr(Archive) archive = archive_read_new ();
  const char *options = options_for (tree);

  g_assert (archive != NULL);
  archive_read_support_format_iso9660 (archive);
  archive_read_support_format_zip_seekable (archive);
  if (options != NULL && archive_read_set_options (archive, options) != ARCHIVE_OK)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "libarchive does not know its options");
      return NULL;
    }
  archive_read_set_callback_data (archive, input);
  archive_read_set_read_callback (archive, read_cb);
  archive_read_set_skip_callback (archive, skip_cb);
  archive_read_set_seek_callback (archive, seek_cb);
  if (archive_read_open1 (archive) == ARCHIVE_OK)
    return g_steal_pointer (&archive);
  if (input->saved_errno != 0)
    ic_error_set_errno (error, IC_ERROR_READ_FAILED, input->saved_errno,
                        "failed to read the medium");
  else
    g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "neither an ISO 9660 file system nor a ZIP");
  return NULL;
}

/* libarchive falls back to another tree without a word. */
static gboolean
check_tree (Image *self, GError **error)
{
  const char *format = archive_format_name (self->archive);
  gboolean is_there = TRUE;

  if (self->tree == IC_MEDIUM_TREE_ROCK_RIDGE)
    is_there = format != NULL && strstr (format, "Rockridge") != NULL;
  else if (self->tree == IC_MEDIUM_TREE_JOLIET)
    is_there = ic_iso_volume_has_joliet (self->input->fd);
  if (!is_there)
    g_set_error (error, IC_ERROR, IC_ERROR_NOT_FOUND, "the medium has no such tree of names");
  return is_there;
}

static char *
dup_path (struct archive_entry *entry)
{
  const char *utf8 = archive_entry_pathname_utf8 (entry);
  const char *raw = utf8 != NULL ? utf8 : archive_entry_pathname (entry);

  if (raw != NULL && g_str_has_prefix (raw, "./")) /* as Rock Ridge names the root */
    raw += strlen ("./");
  return raw != NULL ? g_utf8_make_valid (raw, -1) : NULL;
}

static gboolean
is_safe_path (const char *path)
{
  g_auto(GStrv) names = g_strsplit (path, "/", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (*names[i] == '\0' || g_str_equal (names[i], ".") || g_str_equal (names[i], ".."))
      return FALSE;
  return names[0] != NULL;
}

static int
read_piece (gpointer source, const guint8 **data, gsize *size_bytes, GError **error)
{
  Image *self = source;
  const void *block = NULL;
  size_t size = 0;
  la_int64_t offset = 0;
  guint n_bad = self->input->n_bad;
  int result = ARCHIVE_OK;

  self->input->in_content = TRUE;
  result = archive_read_data_block (self->archive, &block, &size, &offset);
  self->input->in_content = FALSE;
  if (self->input->n_bad > n_bad)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_READ_FAILED, "a part of the medium cannot be read");
      return -1;
    }
  if (result == ARCHIVE_EOF)
    return 0;
  if (result != ARCHIVE_OK || offset < 0 || (guint64) offset != self->n_read)
    {
      set_archive_error (self, error);
      return -1;
    }
  self->n_read += size;
  *data = block;
  *size_bytes = size;
  return 1;
}

static gboolean
visit_entry (Image *self,
             struct archive_entry *archive_entry,
             IcMediumWalk *walk,
             IcMediumVisitor *visitor,
             GError **error)
{
  g_autofree char *path = dup_path (archive_entry);
  const char *same_as = archive_entry_hardlink (archive_entry);
  IcMediumEntry entry = { .path = path };

  if (path == NULL || (archive_entry_filetype (archive_entry) == AE_IFREG && !is_safe_path (path)))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "a name on the medium makes no sense");
      return FALSE;
    }
  if (!ic_medium_walk_count (walk, path, error))
    return FALSE;
  if (archive_entry_filetype (archive_entry) != AE_IFREG)
    {
      if (visitor->meet != NULL)
        visitor->meet (visitor->user_data, path,
                       archive_entry_filetype (archive_entry) == AE_IFDIR);
      return TRUE;
    }
  entry.size_bytes = (guint64) MAX (archive_entry_size (archive_entry), 0);
  self->n_read = 0;
  return visitor->visit (visitor->user_data, &entry, same_as, read_piece, self, error);
}

static gboolean
walk_entries (Image *self, IcMediumWalk *walk, IcMediumVisitor *visitor, GError **error)
{
  struct archive_entry *entry = NULL;
  gboolean checked = FALSE;

  while (!visitor->stop)
    {
      int result = archive_read_next_header (self->archive, &entry);

      if (result == ARCHIVE_EOF)
        return TRUE;
      if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
        {
          set_archive_error (self, error);
          return FALSE;
        }
      if (!checked && !check_tree (self, error))
        return FALSE;
      checked = TRUE;
      if (!visit_entry (self, entry, walk, visitor, error))
        return FALSE;
    }
  return TRUE;
}

/* Some damage sends libarchive back to the root again and again, without end: no more is believed
 * than the image has room for.
 */
static void
bound_entries (int fd, IcMediumWalk *walk)
{
  struct stat file = { 0 };

  if (fstat (fd, &file) == 0 && S_ISREG (file.st_mode))
    walk->n_entries_max = MIN (walk->n_entries_max, (guint64) file.st_size / RECORD_SIZE_MIN);
}

gboolean
ic_medium_walk_image (int fd, IcMediumWalk *walk, IcMediumVisitor *visitor, GError **error)
{
  g_auto(Input) input = { .fd = fd,
                           .is_link = ic_sector_link_is_one (fd),
                           .buffer = g_malloc (BLOCK_SIZE) };
  g_autoptr(Archive) archive = open_archive (&input, walk->tree, error);
  Image image = { .archive = archive, .input = &input, .tree = walk->tree };

  bound_entries (fd, walk);
  return archive != NULL && walk_entries (&image, walk, visitor, error);
}
