/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads somebody's DICOMDIR (PS3.3 annex F, PS3.10 chapter 8) as the hint that it is: which files
 * it names and whose they are. Offsets are followed where they make sense and never trusted; a
 * record that they do not reach is still listed. Immutable once read.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_SHIM_DIRECTORY_RECORDS_MAX 250000

/* A record that names a file. UTF-8, never NULL, "" for what is absent. */
typedef struct
{
  char *type;    /* (0004,1430), "IMAGE" */
  char *file_id; /* (0004,1500) joined by "/", "" when a component is empty, "." or ".." or
                  * contains "/": nothing that leads out of the file-set comes through
                  */
  char *sop_class_uid;
  char *sop_instance_uid;
  char *transfer_syntax_uid;
  char *patient_id; /* these three from the records above it */
  char *study_uid;
  char *series_uid;
} IcShimDirectoryEntry;

typedef struct
{
  char *file_set_id;   /* (0004,1130) */
  GPtrArray *entries;  /* IcShimDirectoryEntry in the order of the records */
  guint n_records;     /* all records, with and without a file, active or not */
  guint n_unreachable; /* records to which no offset leads from the start */
} IcShimDirectory;

/* Reads @fd from its first byte with pread(). Fails with IC_ERROR_BAD_DATA (no DICOMDIR, damaged),
 * IC_ERROR_UNSUPPORTED (more than IC_SHIM_DIRECTORY_RECORDS_MAX records), IC_ERROR_READ_FAILED or
 * G_IO_ERROR_CANCELLED.
 */
IcShimDirectory *ic_shim_directory_read (int fd, GCancellable *cancellable, GError **error);
void ic_shim_directory_free (IcShimDirectory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcShimDirectory, ic_shim_directory_free)

G_END_DECLS
