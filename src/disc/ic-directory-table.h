/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a DICOMDIR says about each kind of object: the type of its directory record by SOP class,
 * and the keys of each record type (PS3.3 F.3 to F.5). One table for both sides: the reader of
 * files takes these elements out, the writer of the directory puts them in. Constant data, plain C
 * without dependencies, safe in any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C"
{
#endif

  typedef enum
  {
    IC_RECORD_PATIENT,
    IC_RECORD_STUDY,
    IC_RECORD_SERIES,
    /* from here on: below a series, each with a file */
    IC_RECORD_IMAGE,
    IC_RECORD_RT_DOSE,
    IC_RECORD_RT_STRUCTURE_SET,
    IC_RECORD_RT_PLAN,
    IC_RECORD_RT_TREAT_RECORD,
    IC_RECORD_PRESENTATION,
    IC_RECORD_WAVEFORM,
    IC_RECORD_SR_DOCUMENT,
    IC_RECORD_KEY_OBJECT_DOC,
    IC_RECORD_SPECTROSCOPY,
    IC_RECORD_RAW_DATA,
    IC_RECORD_REGISTRATION,
    IC_RECORD_FIDUCIAL,
    IC_RECORD_ENCAP_DOC,
    IC_RECORD_VALUE_MAP,
    IC_RECORD_STEREOMETRIC,
    IC_RECORD_PLAN,
    IC_RECORD_MEASUREMENT,
    IC_RECORD_SURFACE,
    IC_RECORD_SURFACE_SCAN,
    IC_RECORD_TRACT,
    IC_RECORD_ASSESSMENT,
    IC_RECORD_RADIOTHERAPY,
    IC_RECORD_ANNOTATION,
    IC_RECORD_PRIVATE,
    IC_N_RECORD_TYPES,
  } IcRecordType;

  typedef enum
  {
    IC_KEY_TYPE_1,  /* must be there with a value */
    IC_KEY_TYPE_1C, /* must be there with a value when the object has it */
    IC_KEY_TYPE_2,  /* must be there, may be empty */
    IC_KEY_TYPE_3,  /* helps readers, may be left out */
  } IcKeyType;

  typedef struct
  {
    uint32_t tag; /* group << 16 | element */
    char vr[3];   /* as PS3.6 says; "SQ" for sequences */
    IcKeyType type;
    const char *name; /* keyword of PS3.6 */

    /* For type 1: what a record says when the file says nothing. NULL: the writer counts or
     * computes a value. For sequences: the meaning of a code of our own.
     */
    const char *fallback;

    /* 0: the element stands at the top of the data set. Else it stands in the items of this
     * sequence, and the record takes the greatest value of all items.
     */
    uint32_t within;
  } IcDirectoryKey;

  /* The record type for @sop_class_uid: always one that belongs below a series. Classes of the
   * standard that are not in the table become IMAGE, because readers look there, and find the class
   * in (0004,1510) before they open the file; classes defined outside the standard become PRIVATE,
   * which is what the standard has for them and does not claim that there is a picture.
   */
  IcRecordType ic_directory_record_type_for_class (const char *sop_class_uid);

  /* The value of (0004,1430), for example "SR DOCUMENT". */
  const char *ic_directory_record_type_name (IcRecordType type);

  /* The keys of a record in ascending order of tag, (0008,0005) among them, without the elements of
   * group 0004. Of (0040,A730) only the items with the relationship HAS CONCEPT MOD belong into a
   * record (PS3.3 F.5.25): readers may leave the others out, the writer drops them.
   */
  const IcDirectoryKey *ic_directory_keys (IcRecordType type, size_t *n_keys);

#ifdef __cplusplus
}
#endif
