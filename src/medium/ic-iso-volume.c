/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "medium/ic-iso-volume.h"

#include "core/ic-error.h"
#include "core/ic-sector-link.h"
#include "medium/ic-medium.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#define SECTOR 2048
#define FIRST_DESCRIPTOR 16
#define MAX_DESCRIPTORS 64
#define PRIMARY_DESCRIPTOR 1
#define SUPPLEMENTARY_DESCRIPTOR 2
#define TERMINATOR 255
#define ROOT_RECORD 156 /* in a descriptor */

/* ISO 9660 9.1 */
#define RECORD_SIZE_MIN 34
#define FLAG_FOLDER 0x02
#define NAME_START 33

typedef struct
{
  guint32 sector;
  guint32 size_bytes;
  guint64 path_hash;
  guint depth;
} Folder;

typedef struct
{
  guint8 flags;
  guint32 sector;
  guint32 size_bytes;
  const guint8 *name;
  gsize name_bytes;
} Record;

/* One of the two trees. The sum tells whether two are alike, whatever the order of their files,
 * and takes no memory for them.
 */
typedef struct
{
  int fd;
  gboolean is_link;
  gboolean is_joliet;
  GArray *folders; /* of Folder, still to be read */
  guint n_seen;    /* records, and sectors of them */
  guint64 sum;
} Tree;

gssize
ic_iso_volume_read (int fd, gboolean is_link, void *buffer, gsize size, off_t offset)
{
  if (is_link)
    return ic_sector_link_read (fd, buffer, size, (guint64) offset);
  return TEMP_FAILURE_RETRY (pread (fd, buffer, size, offset));
}

static guint32
get_32 (const guint8 *bytes)
{
  guint32 value = 0;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_LE (value);
}

/* Descriptors */

static gboolean
read_descriptor (int fd, gboolean is_link, off_t number, guint8 sector[SECTOR])
{
  return ic_iso_volume_read (fd, is_link, sector, SECTOR, number * SECTOR) == SECTOR &&
         memcmp (sector + 1, "CD001", 5) == 0 && sector[0] != TERMINATOR;
}

static gboolean
read_primary (int fd, gboolean is_link, guint8 sector[SECTOR])
{
  return read_descriptor (fd, is_link, FIRST_DESCRIPTOR, sector) && sector[0] == PRIMARY_DESCRIPTOR;
}

/* ISO 9660 8.4 and the Joliet specification: a supplementary descriptor with one of the escape
 * sequences of UCS-2.
 */
static gboolean
is_joliet_descriptor (const guint8 *sector)
{
  return sector[0] == SUPPLEMENTARY_DESCRIPTOR && sector[88] == '%' && sector[89] == '/' &&
         sector[90] != '\0' && strchr ("@CE", sector[90]) != NULL;
}

static gboolean
read_joliet (int fd, gboolean is_link, guint8 sector[SECTOR])
{
  for (off_t i = FIRST_DESCRIPTOR; i < FIRST_DESCRIPTOR + MAX_DESCRIPTORS; i++)
    {
      if (!read_descriptor (fd, is_link, i, sector))
        return FALSE;
      if (is_joliet_descriptor (sector))
        return TRUE;
    }
  return FALSE;
}

guint64
ic_iso_volume_get_size (int fd)
{
  guint8 sector[SECTOR] = { 0 };
  guint16 block_size = 0;

  if (!read_primary (fd, ic_sector_link_is_one (fd), sector))
    return 0;
  memcpy (&block_size, sector + 128, sizeof block_size);
  return (guint64) get_32 (sector + 80) * GUINT16_FROM_LE (block_size);
}

gboolean
ic_iso_volume_has_joliet (int fd)
{
  guint8 sector[SECTOR] = { 0 };

  return read_joliet (fd, ic_sector_link_is_one (fd), sector);
}

/* Directories */

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "a directory makes no sense");
  return FALSE;
}

/* FALSE when @bytes, of which there are @n, hold no whole record. */
static gboolean
parse_record (const guint8 *bytes, gsize n, Record *record)
{
  if (n < RECORD_SIZE_MIN || bytes[0] < RECORD_SIZE_MIN || bytes[0] > n ||
      NAME_START + bytes[32] > bytes[0])
    return FALSE;
  *record = (Record){ .flags = bytes[25],
                      .sector = get_32 (bytes + 2),
                      .size_bytes = get_32 (bytes + 10),
                      .name = bytes + NAME_START,
                      .name_bytes = bytes[32] };
  return TRUE;
}

/* A folder that holds itself, or says that it is huge, comes to an end. */
static gboolean
count (Tree *self)
{
  return ++self->n_seen <= 2 * IC_MEDIUM_MAX_ENTRIES;
}

/* Without version and final dot, as in the other tree; what is not ASCII stays what it is. */
static guint64
hash_name (const Tree *self, const Record *record, guint64 path_hash)
{
  const gsize width = self->is_joliet ? 2 : 1;
  guint16 name[G_MAXUINT8] = { 0 };
  gsize n = 0;

  for (gsize i = 0; i + width <= record->name_bytes; i += width)
    {
      const guint16 letter =
          width == 1 ? record->name[i] : (guint16) (record->name[i] << 8 | record->name[i + 1]);

      if (letter == ';')
        break;
      name[n++] = letter;
    }
  n -= n > 0 && name[n - 1] == '.';
  return XXH3_64bits_withSeed (name, n * sizeof *name, path_hash);
}

/* Itself and the one above have names of one byte. */
static gboolean
is_link_to_folder (const Record *record)
{
  return record->name_bytes == 1 && record->name[0] <= 1;
}

static gboolean
take_record (Tree *self, const Record *record, const Folder *parent)
{
  const guint64 hash = hash_name (self, record, parent->path_hash);
  const Folder folder = { record->sector, record->size_bytes, hash, parent->depth + 1 };
  const guint32 extent[] = { record->size_bytes > 0 ? record->sector : 0, record->size_bytes };

  if (is_link_to_folder (record))
    return TRUE;
  if (!count (self) || folder.depth > IC_MEDIUM_MAX_DEPTH)
    return FALSE;
  if (record->flags & FLAG_FOLDER)
    g_array_append_val (self->folders, folder);
  else
    self->sum += XXH3_64bits_withSeed (extent, sizeof extent, hash);
  return TRUE;
}

/* Records never cross the end of a sector; a length of 0 ends those of one. */
static gboolean
take_sector (Tree *self, const guint8 *sector, const Folder *folder)
{
  Record record = { 0 };

  for (gsize at = 0; at < SECTOR && sector[at] != 0; at += sector[at])
    if (!parse_record (sector + at, SECTOR - at, &record) || !take_record (self, &record, folder))
      return FALSE;
  return TRUE;
}

static gboolean
read_folder (Tree *self, const Folder *folder, GError **error)
{
  guint8 sector[SECTOR];

  for (guint64 at = 0; at < folder->size_bytes; at += SECTOR)
    {
      const off_t offset = (off_t) folder->sector * SECTOR + (off_t) at;
      const gssize n = ic_iso_volume_read (self->fd, self->is_link, sector, SECTOR, offset);

      if (n < 0)
        return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to read the medium");
      if (n != SECTOR || !count (self) || !take_sector (self, sector, folder))
        return fail_damaged (error);
    }
  return TRUE;
}

/* The sum over all files of the tree whose root @descriptor names. */
static gboolean
add_up (Tree *self, const guint8 *descriptor, GCancellable *cancellable, GError **error)
{
  Record root = { 0 };
  Folder folder = { 0 };

  if (!parse_record (descriptor + ROOT_RECORD, RECORD_SIZE_MIN, &root))
    return fail_damaged (error);
  folder.sector = root.sector;
  folder.size_bytes = root.size_bytes;
  g_array_append_val (self->folders, folder);
  while (self->folders->len > 0)
    {
      folder = g_array_index (self->folders, Folder, self->folders->len - 1);
      g_array_set_size (self->folders, self->folders->len - 1);
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !read_folder (self, &folder, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
sum_tree (int fd,
          const guint8 *descriptor,
          gboolean is_joliet,
          guint64 *sum,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr(GArray) folders = g_array_new (FALSE, FALSE, sizeof (Folder));
  Tree tree = {
    .fd = fd, .is_link = ic_sector_link_is_one (fd), .is_joliet = is_joliet, .folders = folders
  };

  if (!add_up (&tree, descriptor, cancellable, error))
    return FALSE;
  *sum = tree.sum;
  return TRUE;
}

gboolean
ic_iso_volume_compare_trees (int fd, gboolean *is_same, GCancellable *cancellable, GError **error)
{
  const gboolean is_link = ic_sector_link_is_one (fd);
  g_autoptr(GError) local_error = NULL;
  guint8 primary[SECTOR] = { 0 };
  guint8 joliet[SECTOR] = { 0 };
  guint64 sums[2] = { 0 };

  *is_same = TRUE;
  if (!read_primary (fd, is_link, primary) || !read_joliet (fd, is_link, joliet))
    return TRUE;
  if (sum_tree (fd, primary, FALSE, &sums[0], cancellable, &local_error) &&
      sum_tree (fd, joliet, TRUE, &sums[1], cancellable, &local_error))
    {
      *is_same = sums[0] == sums[1];
      return TRUE;
    }
  *is_same = FALSE;
  if (g_error_matches (local_error, IC_ERROR, IC_ERROR_BAD_DATA))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
