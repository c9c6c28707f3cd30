/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a file-set into a folder. The DICOMDIR comes last, because without it the folder is no
 * file-set to anybody, and a folder that was there before (the root of a USB stick) says in a file
 * of its own that it is not finished for as long as it is not. Belongs to the thread of a job.
 */
#pragma once

#include "core/ic-progress.h"
#include "disc/ic-file-set.h"
#include "store/ic-data-dir.h"

G_BEGIN_DECLS

/* The file that says that a folder is not finished. */
#define IC_OUTPUT_FOLDER_MARK "PARTIAL.TXT"

/* All that an export puts at the top of a folder, NULL-terminated. */
extern const char *const ic_output_folder_names[];

typedef struct _IcOutputFolder IcOutputFolder;

/* @path: a folder in which nothing has one of the names above. @is_marked: it may be met with its
 * name before it is finished. */
IcOutputFolder *ic_output_folder_new (IcDataDir *data_dir, const char *path, gboolean is_marked);

/* Removes what was written, unless ic_output_folder_finish() succeeded. */
void ic_output_folder_free (IcOutputFolder *self);

/* The bytes are with the disk when this returns. IC_ERROR_REFUSED when somebody else has begun to
 * write there meanwhile: nothing of that is touched. Once.
 */
gboolean ic_output_folder_write (IcOutputFolder *self,
                                 IcFileSet *file_set,
                                 IcProgress *progress,
                                 GCancellable *cancellable,
                                 GError **error);

/* The name of the file that says that it is not finished, and its digest; NULL without one. */
const char *ic_output_folder_get_mark (IcOutputFolder *self, const char **sha256);

/* What was written is good and stays. */
gboolean ic_output_folder_finish (IcOutputFolder *self, GError **error);

/* A small file, where there was none. */
gboolean ic_output_folder_write_bytes (const char *path, GBytes *bytes, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcOutputFolder, ic_output_folder_free)

G_END_DECLS
