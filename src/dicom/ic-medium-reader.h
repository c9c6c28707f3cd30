/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a medium (a folder, an image file, a drive) through one sandboxed parse worker: names,
 * digests of everything, single small files, the DICOMDIR. The descriptor is opened by the caller.
 * Blocks the thread that uses it, iterating its default main context.
 */
#pragma once

#include "core/ic-progress.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcMediumReader IcMediumReader;

/* A file that was read; borrowed for the call. */
typedef struct
{
  const char *path;   /* relative, "/" between components */
  const char *sha256; /* "" when it could not be read to its end */
} IcReadFile;

/* One reference of a DICOMDIR; borrowed for the call. */
typedef struct
{
  const char *file_id; /* components joined by "/" */
  const char *sop_instance_uid;
  const char *study_uid;
  const char *series_uid;
} IcReadReference;

/* There may be very many, so they are told one by one while the call runs. */
typedef void (*IcReadNameFunc) (const char *name, gpointer user_data);
typedef void (*IcReadFileFunc) (const IcReadFile *file, gpointer user_data);
typedef void (*IcReadReferenceFunc) (const IcReadReference *reference, gpointer user_data);

/* @medium_fd stays the caller's. @names: of a folder, all that belongs to the medium at its top;
 * NULL for everything.
 */
IcMediumReader *ic_medium_reader_new (int medium_fd,
                                      const char *const *names,
                                      GCancellable *cancellable,
                                      GError **error);
void ic_medium_reader_free (IcMediumReader *self);

/* Names in the tree "rock-ridge", "joliet" or "iso-9660", or "" for the best there is. What was
 * told counts only when it returns TRUE. IC_ERROR_NOT_FOUND when the medium has no such tree.
 */
gboolean ic_medium_reader_list (IcMediumReader *self,
                                const char *tree,
                                IcReadNameFunc func,
                                gpointer user_data,
                                GCancellable *cancellable,
                                GError **error);

/* Reads every byte of every file. What was told counts only when it returns TRUE. */
gboolean ic_medium_reader_hash_all (IcMediumReader *self,
                                    IcReadFileFunc func,
                                    gpointer user_data,
                                    IcProgress *progress,
                                    GCancellable *cancellable,
                                    GError **error);

/* What no list of the files shows, see IcMediumStrays. */
typedef struct
{
  guint n_others;
  guint n_empty_folders;
  guint64 volume_bytes;
  guint64 present_bytes;
  gboolean trees_differ;
} IcReadStrays;

gboolean ic_medium_reader_find_strays (IcMediumReader *self,
                                       IcReadStrays *strays,
                                       GCancellable *cancellable,
                                       GError **error);

/* The next bytes of a file; FALSE with @error to hear no more. */
typedef gboolean (*IcReadPieceFunc) (gconstpointer data,
                                     gsize size,
                                     gpointer user_data,
                                     GError **error);

/* IC_ERROR_NOT_FOUND when there is no such file. */
gboolean ic_medium_reader_read_file (IcMediumReader *self,
                                     const char *path,
                                     IcReadPieceFunc func,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);

/* The references of the DICOMDIR at the root; returns its file-set ID (free with g_free()), or
 * NULL, and then nothing that was told counts.
 */
char *ic_medium_reader_read_directory (IcMediumReader *self,
                                       IcReadReferenceFunc func,
                                       gpointer user_data,
                                       GCancellable *cancellable,
                                       GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcMediumReader, ic_medium_reader_free)

G_END_DECLS
