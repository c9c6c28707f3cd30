/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a disc image shall hold: the names on the medium, where each content comes from, and the
 * texts of the volume descriptors. A plan is filled by one thread and not changed any more once a
 * writer has it. It carries no patient data: names are File IDs (PS3.10 8.5), texts are ours.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_IMAGE_MAX_FILE_BYTES G_GUINT64_CONSTANT (4294965248) /* one extent, whole sectors */

/* There may be hundreds of thousands: folders are shared, and names lie together. */
typedef struct
{
  const char *folder;        /* on the medium, e.g. "DICOM/S0001/SE0001"; "" at its top */
  const char *source_folder; /* absolute */
  const char *names;         /* in the two folders, with a slash between them */
  gint64 size_bytes;         /* of the source, -1 as long as it is unknown */
} IcImageFile;

typedef struct _IcImagePlan IcImagePlan;

/* @volume_id becomes volume and volume set identifier of every descriptor: 1-16 characters
 * A-Z 0-9 _ (it is the File-set ID as well). @creation_time is in seconds since 1970.
 * NULL and IC_ERROR_USAGE otherwise.
 */
IcImagePlan *ic_image_plan_new (const char *volume_id, gint64 creation_time, GError **error);
void ic_image_plan_free (IcImagePlan *self);

/* Texts of the volume descriptors, at most 128 characters each; NULL leaves one empty. */
void ic_image_plan_set_identifiers (IcImagePlan *self,
                                    const char *application,
                                    const char *publisher,
                                    const char *preparer);

/* Adds a file whose content is read from @source_path while the image is written; it is never
 * copied. With @expected_size_bytes >= 0 a source of another size is refused before the first
 * sector. @path must be a File ID of at most 8 components of ISO 9660 level 1 (8.3, A-Z 0-9 _).
 * IC_ERROR_USAGE for a bad path, IC_ERROR_CONFLICT when there is such a file already.
 */
gboolean ic_image_plan_add_source (IcImagePlan *self,
                                   const char *path,
                                   const char *source_path,
                                   gint64 expected_size_bytes,
                                   GError **error);

const char *ic_image_plan_get_volume_id (IcImagePlan *self);
gint64 ic_image_plan_get_creation_time (IcImagePlan *self);
const char *ic_image_plan_get_application (IcImagePlan *self);
const char *ic_image_plan_get_publisher (IcImagePlan *self);
const char *ic_image_plan_get_preparer (IcImagePlan *self);

/* Of IcImageFile, in the order in which they were added. */
GArray *ic_image_plan_get_files (IcImagePlan *self);

/* To be called when all have been added, for there may be very many. */
void ic_image_plan_finish (IcImagePlan *self);

/* Its name on the medium, its path there and the absolute path of its source; free with g_free().
 */
char *ic_image_file_dup_name (const IcImageFile *self);
char *ic_image_file_dup_path (const IcImageFile *self);
char *ic_image_file_dup_source (const IcImageFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcImagePlan, ic_image_plan_free)

G_END_DECLS
