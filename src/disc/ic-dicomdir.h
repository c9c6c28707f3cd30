/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the DICOMDIR of a file-set (PS3.10 8, PS3.3 F) in two passes over the study tree, in time
 * linear in the number of records, and never holds more than a piece of it. Pure: no file is
 * opened, what a record says comes from the directory keys in the tree, which are foreign bytes and
 * are taken only where they are well-formed. The DICOM files themselves are never changed by what
 * is written here.
 */
#pragma once

#include "disc/ic-directory-table.h"
#include "domain/ic-study.h"

G_BEGIN_DECLS

/* A key that the standard wants and the file does not have: the value stands in the directory only.
 */
typedef struct
{
  IcRecordType record;
  guint32 tag;
  const char *keyword;
  char *subject; /* File ID; for STUDY and SERIES the UID; "" for PATIENT */
  char *value;   /* as a person reads it */
} IcGeneratedKey;

/* Takes the next bytes of a file; FALSE with @error when it cannot. */
typedef gboolean (*IcByteSink) (gconstpointer data, gsize size, gpointer user_data, GError **error);

/* Whether the value stands for the patient, and so belongs to nobody else's eyes. */
gboolean ic_generated_key_is_personal (const IcGeneratedKey *self);

void ic_generated_key_free (IcGeneratedKey *self);

/* @studies: of IcStudy, all of one patient; the PATIENT record is made from the first. @file_ids:
 * one for each instance, NULL-terminated, in the order of the tree, with "/" between the
 * components.
 * @file_set_id: at most 16 of A-Z 0-9 _ (PS3.10 8.1). @directory_uid: (0002,0003).
 * @id_secret: what a made-up patient ID depends on besides the patient.
 *
 * Tells @sink the file piece by piece and in @generated the keys that had to be made up (of
 * IcGeneratedKey, owned by the caller). Series and studies without instances get no record. Fails
 * with IC_ERROR_BAD_DATA when an object has no valid UID of its own, class, transfer syntax, series
 * or study (they cannot be made up), with IC_ERROR_USAGE for a bad ID or an empty file-set and with
 * IC_ERROR_UNSUPPORTED when the directory would pass 2 GiB.
 */
gboolean ic_dicomdir_write (GPtrArray *studies,
                            const char *const *file_ids,
                            const char *file_set_id,
                            const char *directory_uid,
                            const char *id_secret,
                            IcByteSink sink,
                            gpointer user_data,
                            GPtrArray **generated,
                            GError **error);

/* The same in one piece. */
GBytes *ic_dicomdir_new_bytes (GPtrArray *studies,
                               const char *const *file_ids,
                               const char *file_set_id,
                               const char *directory_uid,
                               const char *id_secret,
                               GPtrArray **generated,
                               GError **error);

/* A File ID or File-set ID component: 1 to @max of A-Z 0-9 _. */
gboolean ic_file_id_component_is_valid (const char *text, gsize max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcGeneratedKey, ic_generated_key_free)

G_END_DECLS
