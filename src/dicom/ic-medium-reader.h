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

typedef struct
{
  char *path; /* relative, "/" between components */
  guint64 size_bytes;
  char *sha256; /* "" when it could not be read to its end */
} IcReadFile;

/* One reference of a DICOMDIR. */
typedef struct
{
  char *type;    /* of the record: "IMAGE" */
  char *file_id; /* components joined by "/" */
  char *sop_class_uid;
  char *sop_instance_uid;
  char *transfer_syntax_uid;
  char *patient_id;
  char *study_uid;
  char *series_uid;
} IcReadReference;

/* @medium_fd stays the caller's. @names: of a folder, all that belongs to the medium at its top;
 * NULL for everything.
 */
IcMediumReader *ic_medium_reader_new (int medium_fd,
                                      const char *const *names,
                                      GCancellable *cancellable,
                                      GError **error);
void ic_medium_reader_free (IcMediumReader *self);

/* Names in the tree "rock-ridge", "joliet" or "iso-9660", or "" for the best there is;
 * NULL-terminated. IC_ERROR_NOT_FOUND when the medium has no such tree.
 */
char **ic_medium_reader_list (IcMediumReader *self,
                              const char *tree,
                              GCancellable *cancellable,
                              GError **error);

/* Reads every byte of every file: GPtrArray of IcReadFile. */
GPtrArray *ic_medium_reader_hash_all (IcMediumReader *self,
                                      IcProgress *progress,
                                      GCancellable *cancellable,
                                      GError **error);

/* What is there beside files and the folders that hold them, see IcMediumStrays. */
typedef struct
{
  guint n_others;
  guint n_empty_folders;
  guint64 volume_bytes;
  guint64 present_bytes;
} IcReadStrays;

gboolean ic_medium_reader_find_strays (IcMediumReader *self,
                                       IcReadStrays *strays,
                                       GCancellable *cancellable,
                                       GError **error);

/* IC_ERROR_NOT_FOUND when there is no such file. */
GBytes *ic_medium_reader_read_file (IcMediumReader *self,
                                    const char *path,
                                    GCancellable *cancellable,
                                    GError **error);

/* The references of the DICOMDIR at the root, GPtrArray of IcReadReference, and its file-set ID
 * (free with g_free()).
 */
GPtrArray *ic_medium_reader_read_directory (IcMediumReader *self,
                                            char **file_set_id,
                                            GCancellable *cancellable,
                                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcMediumReader, ic_medium_reader_free)

G_END_DECLS
