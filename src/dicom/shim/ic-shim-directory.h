/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads somebody's DICOMDIR (PS3.3 annex F, PS3.10 chapter 8) as the hint that it is: which files
 * it names and whose they are. Offsets are followed where they make sense and never trusted; a
 * record that they do not reach is still listed. Immutable once read.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_SHIM_DIRECTORY_RECORDS_MAX 250000

/* A record that names a file. UTF-8, never NULL, "" for what is absent; owned by the directory. */
typedef struct
{
  const char *type;    /* (0004,1430), "IMAGE" */
  const char *file_id; /* (0004,1500) joined by "/", "" when a component is empty, "." or ".." or
                        * contains "/": nothing that leads out of the file-set comes through
                        */
  const char *sop_class_uid;
  const char *sop_instance_uid;
  const char *transfer_syntax_uid;
  const char *patient_id; /* these three from the records above it */
  const char *study_uid;
  const char *series_uid;
} IcShimDirectoryEntry;

typedef struct
{
  char *file_set_id;   /* (0004,1130) */
  GStringChunk *texts; /* of the entries: most of them are the same again and again */
  GPtrArray *entries;  /* IcShimDirectoryEntry in the order of the records */
  guint n_records;     /* all records, with and without a file, active or not */
  guint n_unreachable; /* records to which no offset leads from the start */
} IcShimDirectory;

/* Reads @fd from its first byte with pread(). Fails with IC_ERROR_BAD_DATA (no DICOMDIR, damaged),
 * IC_ERROR_UNSUPPORTED (more than IC_SHIM_DIRECTORY_RECORDS_MAX records), IC_ERROR_READ_FAILED or
 * G_IO_ERROR_CANCELLED.
 */
IcShimDirectory *ic_shim_directory_read (int fd, GCancellable *cancellable, GError **error);

/* The same without the short cut for ordinary files: all by DCMTK. */
IcShimDirectory *ic_shim_directory_read_by_dcmtk (int fd,
                                                  GCancellable *cancellable,
                                                  GError **error);

void ic_shim_directory_free (IcShimDirectory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcShimDirectory, ic_shim_directory_free)

G_END_DECLS
