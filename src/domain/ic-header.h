/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parse worker found in the header of one DICOM file: values decoded to UTF-8 for the
 * index and the screen, and the directory keys exactly as they stand in the file, for a DICOMDIR.
 * Immutable, reference counted, travels between threads. Nothing in it is trusted: the file came
 * from outside.
 */
#pragma once

#include <glib.h>

#include "domain/ic-patient.h"

G_BEGIN_DECLS

/* The order is the order on the wire. Multiple values are joined by backslashes. */
typedef enum
{
  IC_HEADER_SOP_CLASS_UID,       /* (0008,0016), else (0002,0002) */
  IC_HEADER_SOP_INSTANCE_UID,    /* (0008,0018) */
  IC_HEADER_TRANSFER_SYNTAX_UID, /* (0002,0010), the string, never an enum */
  IC_HEADER_CHARACTER_SET,       /* (0008,0005) */
  IC_HEADER_PATIENT_ID,
  IC_HEADER_ISSUER_OF_PATIENT_ID,
  IC_HEADER_PATIENT_NAME,
  IC_HEADER_PATIENT_BIRTH_DATE,
  IC_HEADER_PATIENT_SEX,
  IC_HEADER_STUDY_INSTANCE_UID,
  IC_HEADER_STUDY_DATE,
  IC_HEADER_STUDY_TIME,
  IC_HEADER_ACCESSION_NUMBER,
  IC_HEADER_STUDY_ID,
  IC_HEADER_STUDY_DESCRIPTION,
  IC_HEADER_REFERRING_PHYSICIAN_NAME,
  IC_HEADER_SERIES_INSTANCE_UID,
  IC_HEADER_SERIES_NUMBER,
  IC_HEADER_MODALITY,
  IC_HEADER_SERIES_DESCRIPTION,
  IC_HEADER_BODY_PART_EXAMINED,
  IC_HEADER_INSTANCE_NUMBER,
  IC_HEADER_NUMBER_OF_FRAMES,
  IC_HEADER_ROWS,
  IC_HEADER_COLUMNS,
  IC_HEADER_N_FIELDS,
} IcHeaderField;

/* Directory records come in these levels (PS3.3 F.4). */
typedef enum
{
  IC_LEVEL_PATIENT,
  IC_LEVEL_STUDY,
  IC_LEVEL_SERIES,
  IC_LEVEL_IMAGE,
  IC_N_LEVELS,
} IcLevel;

typedef struct _IcHeader IcHeader;

/* @values: IC_HEADER_N_FIELDS strings, NULL-terminated. @keys: for each level the elements that a
 * directory record of this object carries beside its own (0004,xxxx) ones, in ascending order of
 * tag, encoded in Explicit VR Little Endian with even lengths, values and (0008,0005) as they are
 * in the file. Both are copied or referenced.
 */
IcHeader *ic_header_new (const char *const *values, GBytes *const keys[IC_N_LEVELS]);
IcHeader *ic_header_ref (IcHeader *self);
void ic_header_unref (IcHeader *self);

/* For the wire: one run of bytes, much cheaper there than an array of strings. */
GBytes *ic_header_pack (IcHeader *self);

/* NULL when @data is not what ic_header_pack() makes, or a value is not UTF-8. Copies. */
IcHeader *ic_header_unpack (const char *data, gsize size);

/* Never NULL, "" when the file has no such value. */
const char *ic_header_get (IcHeader *self, IcHeaderField field);
GBytes *ic_header_get_keys (IcHeader *self, IcLevel level);
IcPatient *ic_header_dup_patient (IcHeader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcHeader, ic_header_unref)

G_END_DECLS
