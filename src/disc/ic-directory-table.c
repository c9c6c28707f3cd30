/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-directory-table.h"

#include <string.h>

typedef struct
{
  const char *uid; /* with a dot at its end: everything below */
  IcRecordType type;
} ClassRow;

typedef struct
{
  const char *name;
  const IcDirectoryKey *keys;
  size_t n_keys;
} RecordRow;

#define DICOM "1.2.840.10008."
#define STORAGE DICOM "5.1.4.1.1."

/* First match wins. Families stand behind their exceptions, so that a class which a later edition
 * adds to a family gets the record of its kind.
 */
static const ClassRow class_rows[] = {
  { STORAGE "9.100.1", IC_RECORD_PRESENTATION },
  { STORAGE "9.100.2", IC_RECORD_PRESENTATION },
  { STORAGE "9.", IC_RECORD_WAVEFORM },
  { STORAGE "11.", IC_RECORD_PRESENTATION },
  { STORAGE "131", IC_RECORD_PRESENTATION },
  { STORAGE "88.59", IC_RECORD_KEY_OBJECT_DOC },
  { STORAGE "88.", IC_RECORD_SR_DOCUMENT },
  { STORAGE "78.6", IC_RECORD_SR_DOCUMENT },
  { STORAGE "79.1", IC_RECORD_SR_DOCUMENT },
  { STORAGE "104.", IC_RECORD_ENCAP_DOC },
  { STORAGE "4.2", IC_RECORD_SPECTROSCOPY },
  { STORAGE "66", IC_RECORD_RAW_DATA },
  { STORAGE "66.1", IC_RECORD_REGISTRATION },
  { STORAGE "66.3", IC_RECORD_REGISTRATION },
  { STORAGE "66.2", IC_RECORD_FIDUCIAL },
  { STORAGE "66.5", IC_RECORD_SURFACE },
  { STORAGE "66.6", IC_RECORD_TRACT },
  { STORAGE "67", IC_RECORD_VALUE_MAP },
  { STORAGE "68.1", IC_RECORD_SURFACE_SCAN },
  { STORAGE "68.2", IC_RECORD_SURFACE_SCAN },
  { STORAGE "77.1.5.3", IC_RECORD_STEREOMETRIC },
  { STORAGE "78.", IC_RECORD_MEASUREMENT },
  { STORAGE "80.1", IC_RECORD_MEASUREMENT },
  { STORAGE "90.1", IC_RECORD_ASSESSMENT },
  { STORAGE "91.1", IC_RECORD_ANNOTATION },
  { STORAGE "481.1", IC_RECORD_IMAGE },
  { STORAGE "481.2", IC_RECORD_RT_DOSE },
  { STORAGE "481.3", IC_RECORD_RT_STRUCTURE_SET },
  { STORAGE "481.4", IC_RECORD_RT_TREAT_RECORD },
  { STORAGE "481.5", IC_RECORD_RT_PLAN },
  { STORAGE "481.6", IC_RECORD_RT_TREAT_RECORD },
  { STORAGE "481.7", IC_RECORD_RT_TREAT_RECORD },
  { STORAGE "481.8", IC_RECORD_RT_PLAN },
  { STORAGE "481.9", IC_RECORD_RT_TREAT_RECORD },
  { STORAGE "481.23", IC_RECORD_IMAGE },
  { STORAGE "481.24", IC_RECORD_IMAGE },
  { STORAGE "481.", IC_RECORD_RADIOTHERAPY },
  { DICOM "5.1.4.34.", IC_RECORD_PLAN },
  /* Not pictures, and the record types they once had are retired: overlay, curve, look-up tables,
   * PET curve, stored print.
   */
  { STORAGE "8", IC_RECORD_PRIVATE },
  { STORAGE "9", IC_RECORD_PRIVATE },
  { STORAGE "10", IC_RECORD_PRIVATE },
  { STORAGE "11", IC_RECORD_PRIVATE },
  { STORAGE "129", IC_RECORD_PRIVATE },
  { DICOM "5.1.1.27", IC_RECORD_PRIVATE },
  /* Not pictures, and never had one: procedure protocols; templates and palettes, whose records
   * stand beside the patients and not below a series.
   */
  { STORAGE "200.", IC_RECORD_PRIVATE },
  { DICOM "5.1.4.38.", IC_RECORD_PRIVATE },
  { DICOM "5.1.4.39.", IC_RECORD_PRIVATE },
  { DICOM "5.1.4.43.", IC_RECORD_PRIVATE },
  { DICOM "5.1.4.44.", IC_RECORD_PRIVATE },
  { DICOM "5.1.4.45.", IC_RECORD_PRIVATE },
  { DICOM, IC_RECORD_IMAGE },
};

#define CHARACTER_SET                                                                              \
  {                                                                                                \
    0x00080005, "CS", IC_KEY_TYPE_1C, "SpecificCharacterSet", NULL, 0                              \
  }
#define CONTENT_DATE(type)                                                                         \
  {                                                                                                \
    0x00080023, "DA", type, "ContentDate", "19000101", 0                                           \
  }
#define CONTENT_TIME(type)                                                                         \
  {                                                                                                \
    0x00080033, "TM", type, "ContentTime", "000000", 0                                             \
  }
#define INSTANCE_NUMBER(type)                                                                      \
  {                                                                                                \
    0x00200013, "IS", type, "InstanceNumber", NULL, 0                                              \
  }
#define CONCEPT_NAME(type)                                                                         \
  {                                                                                                \
    0x0040a043, "SQ", type, "ConceptNameCodeSequence", "No title", 0                               \
  }
#define CONTENT_SEQUENCE                                                                           \
  {                                                                                                \
    0x0040a730, "SQ", IC_KEY_TYPE_1C, "ContentSequence", NULL, 0                                   \
  }

/* Content Identification Macro without its Instance Number (PS3.3 Table 10-12). */
#define CONTENT_IDENTIFICATION                                                                     \
  { 0x00700080, "CS", IC_KEY_TYPE_1, "ContentLabel", "UNNAMED", 0 },                               \
  {                                                                                                \
    0x00700081, "LO", IC_KEY_TYPE_2, "ContentDescription", NULL, 0                                 \
  }
#define CONTENT_CREATOR                                                                            \
  {                                                                                                \
    0x00700084, "PN", IC_KEY_TYPE_2, "ContentCreatorName", NULL, 0                                 \
  }

/* F.5.1; birth date and sex because every reader shows them beside the name */
static const IcDirectoryKey patient_keys[] = {
  CHARACTER_SET,
  { 0x00100010, "PN", IC_KEY_TYPE_2, "PatientName", NULL, 0 },
  { 0x00100020, "LO", IC_KEY_TYPE_1, "PatientID", NULL, 0 },
  { 0x00100030, "DA", IC_KEY_TYPE_3, "PatientBirthDate", NULL, 0 },
  { 0x00100040, "CS", IC_KEY_TYPE_3, "PatientSex", NULL, 0 },
};

/* F.5.2; the UID is type 1 because a STUDY record has no file of its own */
static const IcDirectoryKey study_keys[] = {
  CHARACTER_SET,
  { 0x00080020, "DA", IC_KEY_TYPE_1, "StudyDate", "19000101", 0 },
  { 0x00080030, "TM", IC_KEY_TYPE_1, "StudyTime", "000000", 0 },
  { 0x00080050, "SH", IC_KEY_TYPE_2, "AccessionNumber", NULL, 0 },
  { 0x00081030, "LO", IC_KEY_TYPE_2, "StudyDescription", NULL, 0 },
  { 0x0020000d, "UI", IC_KEY_TYPE_1, "StudyInstanceUID", NULL, 0 },
  { 0x00200010, "SH", IC_KEY_TYPE_1, "StudyID", NULL, 0 },
};

/* F.5.3 */
static const IcDirectoryKey series_keys[] = {
  CHARACTER_SET,
  { 0x00080060, "CS", IC_KEY_TYPE_1, "Modality", "OT", 0 },
  { 0x0008103e, "LO", IC_KEY_TYPE_3, "SeriesDescription", NULL, 0 },
  { 0x00180015, "CS", IC_KEY_TYPE_3, "BodyPartExamined", NULL, 0 },
  { 0x0020000e, "UI", IC_KEY_TYPE_1, "SeriesInstanceUID", NULL, 0 },
  { 0x00200011, "IS", IC_KEY_TYPE_1, "SeriesNumber", NULL, 0 },
};

/* F.5.4 */
static const IcDirectoryKey image_keys[] = {
  CHARACTER_SET,
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
};

/* F.5.19 */
static const IcDirectoryKey rt_dose_keys[] = {
  CHARACTER_SET,
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  { 0x30040006, "LO", IC_KEY_TYPE_3, "DoseComment", NULL, 0 },
  { 0x3004000a, "CS", IC_KEY_TYPE_1, "DoseSummationType", "UNKNOWN", 0 },
};

/* F.5.20 */
static const IcDirectoryKey rt_structure_set_keys[] = {
  CHARACTER_SET,
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  { 0x30060002, "SH", IC_KEY_TYPE_1, "StructureSetLabel", "UNNAMED", 0 },
  { 0x30060008, "DA", IC_KEY_TYPE_2, "StructureSetDate", NULL, 0 },
  { 0x30060009, "TM", IC_KEY_TYPE_2, "StructureSetTime", NULL, 0 },
};

/* F.5.21 */
static const IcDirectoryKey rt_plan_keys[] = {
  CHARACTER_SET,
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  { 0x300a0002, "SH", IC_KEY_TYPE_1, "RTPlanLabel", "UNNAMED", 0 },
  { 0x300a0006, "DA", IC_KEY_TYPE_2, "RTPlanDate", NULL, 0 },
  { 0x300a0007, "TM", IC_KEY_TYPE_2, "RTPlanTime", NULL, 0 },
};

/* F.5.22 */
static const IcDirectoryKey rt_treat_record_keys[] = {
  CHARACTER_SET,
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  { 0x30080250, "DA", IC_KEY_TYPE_2, "TreatmentDate", NULL, 0 },
  { 0x30080251, "TM", IC_KEY_TYPE_2, "TreatmentTime", NULL, 0 },
};

/* F.5.23 */
static const IcDirectoryKey presentation_keys[] = {
  CHARACTER_SET,
  { 0x00081115, "SQ", IC_KEY_TYPE_1C, "ReferencedSeriesSequence", NULL, 0 },
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  CONTENT_IDENTIFICATION,
  { 0x00700082, "DA", IC_KEY_TYPE_1, "PresentationCreationDate", "19000101", 0 },
  { 0x00700083, "TM", IC_KEY_TYPE_1, "PresentationCreationTime", "000000", 0 },
  CONTENT_CREATOR,
  { 0x00700402, "SQ", IC_KEY_TYPE_1C, "BlendingSequence", NULL, 0 },
};

/* F.5.24 */
static const IcDirectoryKey waveform_keys[] = {
  CHARACTER_SET,
  CONTENT_DATE (IC_KEY_TYPE_1),
  CONTENT_TIME (IC_KEY_TYPE_1),
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
};

/* F.5.25; the least is claimed where the file says nothing */
static const IcDirectoryKey sr_document_keys[] = {
  CHARACTER_SET,
  CONTENT_DATE (IC_KEY_TYPE_1),
  CONTENT_TIME (IC_KEY_TYPE_1),
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  { 0x0040a030, "DT", IC_KEY_TYPE_1C, "VerificationDateTime", NULL, 0x0040a073 },
  CONCEPT_NAME (IC_KEY_TYPE_1),
  { 0x0040a491, "CS", IC_KEY_TYPE_1, "CompletionFlag", "PARTIAL", 0 },
  { 0x0040a493, "CS", IC_KEY_TYPE_1, "VerificationFlag", "UNVERIFIED", 0 },
  CONTENT_SEQUENCE,
};

/* F.5.26 */
static const IcDirectoryKey key_object_doc_keys[] = {
  CHARACTER_SET,
  CONTENT_DATE (IC_KEY_TYPE_1),
  CONTENT_TIME (IC_KEY_TYPE_1),
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  CONCEPT_NAME (IC_KEY_TYPE_1),
  CONTENT_SEQUENCE,
};

/* F.5.27 */
static const IcDirectoryKey spectroscopy_keys[] = {
  CHARACTER_SET,
  { 0x00080008, "CS", IC_KEY_TYPE_1, "ImageType", "UNKNOWN", 0 },
  CONTENT_DATE (IC_KEY_TYPE_1),
  CONTENT_TIME (IC_KEY_TYPE_1),
  { 0x00089092, "SQ", IC_KEY_TYPE_1C, "ReferencedImageEvidenceSequence", NULL, 0 },
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  { 0x00280008, "IS", IC_KEY_TYPE_1, "NumberOfFrames", "1", 0 },
  { 0x00280010, "US", IC_KEY_TYPE_1, "Rows", "0", 0 },
  { 0x00280011, "US", IC_KEY_TYPE_1, "Columns", "0", 0 },
  { 0x00289001, "UL", IC_KEY_TYPE_1, "DataPointRows", "0", 0 },
  { 0x00289002, "UL", IC_KEY_TYPE_1, "DataPointColumns", "0", 0 },
};

/* F.5.28 */
static const IcDirectoryKey raw_data_keys[] = {
  CHARACTER_SET,
  CONTENT_DATE (IC_KEY_TYPE_1),
  CONTENT_TIME (IC_KEY_TYPE_1),
  INSTANCE_NUMBER (IC_KEY_TYPE_2),
};

/* F.5.29 REGISTRATION, F.5.30 FIDUCIAL, VALUE MAP, MEASUREMENT, SURFACE, TRACT, ANNOTATION */
static const IcDirectoryKey dated_content_keys[] = {
  CHARACTER_SET,
  CONTENT_DATE (IC_KEY_TYPE_1),
  CONTENT_TIME (IC_KEY_TYPE_1),
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  CONTENT_IDENTIFICATION,
  CONTENT_CREATOR,
};

/* F.5.33 */
static const IcDirectoryKey encap_doc_keys[] = {
  CHARACTER_SET,
  CONTENT_DATE (IC_KEY_TYPE_2),
  CONTENT_TIME (IC_KEY_TYPE_2),
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  CONCEPT_NAME (IC_KEY_TYPE_2),
  { 0x0040e001, "ST", IC_KEY_TYPE_1C, "HL7InstanceIdentifier", NULL, 0 },
  { 0x00420010, "ST", IC_KEY_TYPE_2, "DocumentTitle", NULL, 0 },
  { 0x00420012, "LO", IC_KEY_TYPE_1, "MIMETypeOfEncapsulatedDocument", "application/octet-stream",
    0 },
};

/* STEREOMETRIC and PLAN ask for nothing; the number helps those who sort */
static const IcDirectoryKey bare_keys[] = {
  CHARACTER_SET,
  INSTANCE_NUMBER (IC_KEY_TYPE_3),
};

/* SURFACE SCAN */
static const IcDirectoryKey surface_scan_keys[] = {
  CHARACTER_SET,
  CONTENT_DATE (IC_KEY_TYPE_1),
  CONTENT_TIME (IC_KEY_TYPE_1),
  INSTANCE_NUMBER (IC_KEY_TYPE_3),
};

/* ASSESSMENT */
static const IcDirectoryKey assessment_keys[] = {
  CHARACTER_SET,
  { 0x00080012, "DA", IC_KEY_TYPE_1, "InstanceCreationDate", "19000101", 0 },
  { 0x00080013, "TM", IC_KEY_TYPE_2, "InstanceCreationTime", NULL, 0 },
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
};

/* RADIOTHERAPY */
static const IcDirectoryKey radiotherapy_keys[] = {
  CHARACTER_SET,
  INSTANCE_NUMBER (IC_KEY_TYPE_1),
  { 0x00700081, "LO", IC_KEY_TYPE_2, "ContentDescription", NULL, 0 },
  CONTENT_CREATOR,
  { 0x30100033, "SH", IC_KEY_TYPE_1C, "UserContentLabel", NULL, 0 },
  { 0x30100034, "LO", IC_KEY_TYPE_1C, "UserContentLongLabel", NULL, 0 },
};

#define RECORD(name, keys)                                                                         \
  {                                                                                                \
    name, keys, sizeof keys / sizeof keys[0]                                                       \
  }

static const RecordRow record_rows[IC_N_RECORD_TYPES] = {
  [IC_RECORD_PATIENT] = RECORD ("PATIENT", patient_keys),
  [IC_RECORD_STUDY] = RECORD ("STUDY", study_keys),
  [IC_RECORD_SERIES] = RECORD ("SERIES", series_keys),
  [IC_RECORD_IMAGE] = RECORD ("IMAGE", image_keys),
  [IC_RECORD_RT_DOSE] = RECORD ("RT DOSE", rt_dose_keys),
  [IC_RECORD_RT_STRUCTURE_SET] = RECORD ("RT STRUCTURE SET", rt_structure_set_keys),
  [IC_RECORD_RT_PLAN] = RECORD ("RT PLAN", rt_plan_keys),
  [IC_RECORD_RT_TREAT_RECORD] = RECORD ("RT TREAT RECORD", rt_treat_record_keys),
  [IC_RECORD_PRESENTATION] = RECORD ("PRESENTATION", presentation_keys),
  [IC_RECORD_WAVEFORM] = RECORD ("WAVEFORM", waveform_keys),
  [IC_RECORD_SR_DOCUMENT] = RECORD ("SR DOCUMENT", sr_document_keys),
  [IC_RECORD_KEY_OBJECT_DOC] = RECORD ("KEY OBJECT DOC", key_object_doc_keys),
  [IC_RECORD_SPECTROSCOPY] = RECORD ("SPECTROSCOPY", spectroscopy_keys),
  [IC_RECORD_RAW_DATA] = RECORD ("RAW DATA", raw_data_keys),
  [IC_RECORD_REGISTRATION] = RECORD ("REGISTRATION", dated_content_keys),
  [IC_RECORD_FIDUCIAL] = RECORD ("FIDUCIAL", dated_content_keys),
  [IC_RECORD_ENCAP_DOC] = RECORD ("ENCAP DOC", encap_doc_keys),
  [IC_RECORD_VALUE_MAP] = RECORD ("VALUE MAP", dated_content_keys),
  [IC_RECORD_STEREOMETRIC] = RECORD ("STEREOMETRIC", bare_keys),
  [IC_RECORD_PLAN] = RECORD ("PLAN", bare_keys),
  [IC_RECORD_MEASUREMENT] = RECORD ("MEASUREMENT", dated_content_keys),
  [IC_RECORD_SURFACE] = RECORD ("SURFACE", dated_content_keys),
  [IC_RECORD_SURFACE_SCAN] = RECORD ("SURFACE SCAN", surface_scan_keys),
  [IC_RECORD_TRACT] = RECORD ("TRACT", dated_content_keys),
  [IC_RECORD_ASSESSMENT] = RECORD ("ASSESSMENT", assessment_keys),
  [IC_RECORD_RADIOTHERAPY] = RECORD ("RADIOTHERAPY", radiotherapy_keys),
  [IC_RECORD_ANNOTATION] = RECORD ("ANNOTATION", dated_content_keys),
  [IC_RECORD_PRIVATE] = RECORD ("PRIVATE", bare_keys),
};

static int
row_matches (const ClassRow *row, const char *uid)
{
  size_t length = strlen (row->uid);

  if (row->uid[length - 1] == '.')
    return strncmp (row->uid, uid, length) == 0;
  return strcmp (row->uid, uid) == 0;
}

IcRecordType
ic_directory_record_type_for_class (const char *sop_class_uid)
{
  for (size_t i = 0; i < sizeof class_rows / sizeof class_rows[0]; i++)
    if (row_matches (&class_rows[i], sop_class_uid))
      return class_rows[i].type;
  return IC_RECORD_PRIVATE;
}

const char *
ic_directory_record_type_name (IcRecordType type)
{
  return record_rows[type].name;
}

const IcDirectoryKey *
ic_directory_keys (IcRecordType type, size_t *n_keys)
{
  *n_keys = record_rows[type].n_keys;
  return record_rows[type].keys;
}
