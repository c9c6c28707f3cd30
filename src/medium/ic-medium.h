/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a medium that anybody may have written: an ISO 9660 image or disc or a ZIP through
 * libarchive, or a folder. Runs inside the sandbox: it works on descriptors that it is handed and
 * opens nothing except, with openat(), what lies below a folder; links are never followed and
 * devices never opened. All bytes are taken for hostile, so counts, names and sizes are bounded
 * (the memory that libarchive needs for huge directories is bounded by the process). LC_CTYPE has
 * to be a UTF-8 locale, set before the sandbox closes, or names that are not ASCII are lost. One
 * thread at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_MEDIUM_MAX_ENTRIES 1000000
#define IC_MEDIUM_MAX_PATH 1024                       /* bytes */
#define IC_MEDIUM_MAX_NAMES_BYTES (128 * 1024 * 1024) /* of all paths together */
#define IC_MEDIUM_MAX_DEPTH 64                        /* of a folder */
#define IC_MEDIUM_HEAD_SIZE 4096                      /* bytes */

/* An image may hold its names up to three times; a folder has only one tree. */
typedef enum
{
  IC_MEDIUM_TREE_BEST, /* Rock Ridge, else Joliet, else plain */
  IC_MEDIUM_TREE_ROCK_RIDGE,
  IC_MEDIUM_TREE_JOLIET,
  IC_MEDIUM_TREE_PLAIN, /* ISO 9660 without extensions, without ";1" and final dot */
} IcMediumTree;

typedef struct
{
  char *path; /* UTF-8, relative, separated by '/'; never "." or ".." within */
  guint64 size_bytes;
} IcMediumEntry;

/* What is told about a file when its last byte has been read. */
typedef struct
{
  const char *path;
  guint64 size_bytes;
  const char *sha256; /* hexadecimal; "" when it could not be read to its announced end */
  const guint8 *head; /* its first bytes, at most IC_MEDIUM_HEAD_SIZE */
  gsize head_size_bytes;
} IcMediumFile;

/* FALSE ends the reading, with @error set by the callback. */
typedef gboolean (*IcMediumFileFunc) (const IcMediumFile *file, gpointer user_data, GError **error);
/* Bytes of file contents read so far; at most every 100 ms. */
typedef void (*IcMediumProgressFunc) (guint64 done_bytes, gpointer user_data);

typedef struct _IcMedium IcMedium;

/* Both borrow the descriptor: it stays open until the medium is freed, and its offset does not
 * matter. @fd is an image file, a ZIP, a block device or a sector link. Nothing is read yet.
 */
IcMedium *ic_medium_open_image (int fd);
IcMedium *ic_medium_open_folder (int directory_fd);

/* Of a folder, e.g. the top of a stick that holds other things too: only what has one of @names
 * there, with all below it, belongs to the medium. NULL-terminated and borrowed; NULL for all.
 */
void ic_medium_set_names (IcMedium *self, const char *const *names);
void ic_medium_free (IcMedium *self);

/* The regular files of @tree, of IcMediumEntry, in the order in which they lie on the disc (a
 * folder: by path). IC_ERROR_NOT_FOUND when the medium has no such tree, IC_ERROR_BAD_DATA when it
 * makes no sense or exceeds a bound, IC_ERROR_READ_FAILED, G_IO_ERROR_CANCELLED.
 */
GPtrArray *ic_medium_list (IcMedium *self,
                           IcMediumTree tree,
                           GCancellable *cancellable,
                           GError **error);

/* The same told one by one, without their sizes: there may be very many. */
typedef gboolean (*IcMediumNameFunc) (const char *path, gpointer user_data, GError **error);
gboolean ic_medium_list_names (IcMedium *self,
                               IcMediumTree tree,
                               IcMediumNameFunc func,
                               gpointer user_data,
                               GCancellable *cancellable,
                               GError **error);

/* Reads every file to its end, in the order of ic_medium_list(), and tells each to @func, also one
 * that cannot be read. Errors as above, when nothing behind can be read any more.
 */
gboolean ic_medium_hash_all (IcMedium *self,
                             IcMediumFileFunc func,
                             IcMediumProgressFunc progress,
                             gpointer user_data,
                             GCancellable *cancellable,
                             GError **error);

/* What no list of the files on a medium shows. */
typedef struct
{
  guint n_others;        /* links, pipes, devices: nothing that can be read as a file */
  guint n_empty_folders; /* that hold nothing at all */
  guint64 volume_bytes;  /* of an image, as it says of itself; 0 when it does not */
  guint64 present_bytes; /* of an image, as many as there are */
  gboolean trees_differ; /* in an image some name leads to other bytes by Joliet than without */
} IcMediumStrays;

/* IC_ERROR_READ_FAILED, IC_ERROR_BAD_DATA, G_IO_ERROR_CANCELLED. */
gboolean ic_medium_find_strays (IcMedium *self,
                                IcMediumStrays *strays,
                                GCancellable *cancellable,
                                GError **error);

/* The content of the one file @path. IC_ERROR_NOT_FOUND, IC_ERROR_BAD_DATA when it has more than
 * @max_bytes, or the errors above.
 */
GBytes *ic_medium_read_file (IcMedium *self,
                             const char *path,
                             gsize max_bytes,
                             GCancellable *cancellable,
                             GError **error);

/* The same into @fd, which is written from its offset on. */
gboolean ic_medium_copy_file (IcMedium *self,
                              const char *path,
                              gsize max_bytes,
                              int fd,
                              GCancellable *cancellable,
                              GError **error);

/* For whoever hands the descriptor over, outside the sandbox: after it the next reading of the
 * file, device or folder comes from the medium and not from memory. It goes through
 * every file of a folder, so find out first whether this is one; @names are those of
 * ic_medium_set_names(). IC_ERROR_READ_FAILED or IC_ERROR_WRITE_FAILED when the kernel does not
 * agree, G_IO_ERROR_CANCELLED.
 */
gboolean ic_medium_drop_cache (int fd,
                               const char *const *names,
                               GCancellable *cancellable,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcMedium, ic_medium_free)

G_END_DECLS
