/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-modules.h"

#include <stdarg.h>
#include <stdlib.h>

static const PhantomElement equipment[] = {
  { 0x00080070, "Imaging Courier" },        /* Manufacturer */
  { 0x00080080, "Practice Hospital" },      /* InstitutionName */
  { 0x00080081, "Invented Street 1" },      /* InstitutionAddress */
  { 0x00080090, "Practice^Referrer^^Dr." }, /* ReferringPhysicianName */
  { 0x00081010, "PRACTICE1" },              /* StationName */
  { 0x00081040, "Radiology" },              /* InstitutionalDepartmentName */
  { 0x00081090, "Phantom" },                /* ManufacturerModelName */
  { 0x00181000, "0001" },                   /* DeviceSerialNumber */
  { 0x00181020, "1" },                      /* SoftwareVersions */
};

static const PhantomElement grey_16[] = {
  { 0x00280002, "1" },           /* SamplesPerPixel */
  { 0x00280004, "MONOCHROME2" }, /* PhotometricInterpretation */
  { 0x00280100, "16" },          /* BitsAllocated */
  { 0x00280101, "12" },          /* BitsStored */
  { 0x00280102, "11" },          /* HighBit */
  { 0x00280103, "0" },           /* PixelRepresentation */
};

static const PhantomElement rgb_8[] = {
  { 0x00280002, "3" },   /* SamplesPerPixel */
  { 0x00280004, "RGB" }, /* PhotometricInterpretation */
  { 0x00280006, "0" },   /* PlanarConfiguration */
  { 0x00280100, "8" },   /* BitsAllocated */
  { 0x00280101, "8" },   /* BitsStored */
  { 0x00280102, "7" },   /* HighBit */
  { 0x00280103, "0" },   /* PixelRepresentation */
};

static const PhantomElement ct[] = {
  { 0x00180022, "HELIX" },         /* ScanOptions */
  { 0x00180060, "120" },           /* KVP */
  { 0x00180090, "500" },           /* DataCollectionDiameter */
  { 0x00181030, "Chest routine" }, /* ProtocolName */
  { 0x00181100, "410" },           /* ReconstructionDiameter */
  { 0x00181120, "0" },             /* GantryDetectorTilt */
  { 0x00181140, "CW" },            /* RotationDirection */
  { 0x00181150, "500" },           /* ExposureTime */
  { 0x00181151, "210" },           /* XRayTubeCurrent */
  { 0x00181152, "105" },           /* Exposure */
  { 0x00180010, "Iodine" },        /* ContrastBolusAgent */
  { 0x00181040, "IV" },            /* ContrastBolusRoute */
  { 0x00185100, "HFS" },           /* PatientPosition */
  { 0x00200012, "1" },             /* AcquisitionNumber */
  { 0x00201040, "" },              /* PositionReferenceIndicator */
  { 0x00281052, "-1024" },         /* RescaleIntercept */
  { 0x00281053, "1" },             /* RescaleSlope */
  { 0x00281054, "HU" },            /* RescaleType */
};

static const PhantomElement mr[] = {
  { 0x00080008, "ORIGINAL\\PRIMARY\\OTHER" }, /* ImageType */
  { 0x00180020, "SE" },                       /* ScanningSequence */
  { 0x00180021, "SK" },                       /* SequenceVariant */
  { 0x00180022, "" },                         /* ScanOptions */
  { 0x00180023, "2D" },                       /* MRAcquisitionType */
  { 0x00180050, "5" },                        /* SliceThickness */
  { 0x00180083, "1" },                        /* NumberOfAverages */
  { 0x00180084, "63.87" },                    /* ImagingFrequency */
  { 0x00180085, "1H" },                       /* ImagedNucleus */
  { 0x00180087, "1.5" },                      /* MagneticFieldStrength */
  { 0x00180088, "5" },                        /* SpacingBetweenSlices */
  { 0x00181030, "Head routine" },             /* ProtocolName */
  { 0x00181314, "90" },                       /* FlipAngle */
  { 0x00185100, "HFS" },                      /* PatientPosition */
  { 0x00200012, "1" },                        /* AcquisitionNumber */
  { 0x00201040, "" },                         /* PositionReferenceIndicator */
};

static const PhantomElement dx[] = {
  { 0x00080008, "ORIGINAL\\PRIMARY\\" }, /* ImageType */
  { 0x00080068, "FOR PRESENTATION" },    /* PresentationIntentType */
  { 0x00180060, "120" },                 /* KVP */
  { 0x00181152, "2" },                   /* Exposure */
  { 0x00181164, "0.17\\0.17" },          /* ImagerPixelSpacing */
  { 0x00181508, "COLUMN" },              /* PositionerType */
  { 0x00185101, "PA" },                  /* ViewPosition */
  { 0x00187004, "SCINTILLATOR" },        /* DetectorType */
  { 0x00200020, "L\\F" },                /* PatientOrientation */
  { 0x00200062, "U" },                   /* ImageLaterality */
  { 0x00280301, "NO" },                  /* BurnedInAnnotation */
  { 0x00281040, "LOG" },                 /* PixelIntensityRelationship */
  { 0x00281041, "-1" },                  /* PixelIntensityRelationshipSign */
  { 0x00281050, "2300" },                /* WindowCenter */
  { 0x00281051, "3400" },                /* WindowWidth */
  { 0x00281052, "0" },                   /* RescaleIntercept */
  { 0x00281053, "1" },                   /* RescaleSlope */
  { 0x00281054, "US" },                  /* RescaleType */
  { 0x00282110, "00" },                  /* LossyImageCompression */
  { 0x00400555, "" },                    /* AcquisitionContextSequence */
  { 0x20500020, "IDENTITY" },            /* PresentationLUTShape */
};

static const PhantomElement us[] = {
  { 0x00080008, "ORIGINAL\\PRIMARY\\TTE\\0001" }, /* ImageType */
  { 0x00200020, "" },                             /* PatientOrientation */
  { 0x00280014, "1" },                            /* UltrasoundColorDataPresent */
  { 0x00280301, "NO" },                           /* BurnedInAnnotation */
  { 0x00282110, "00" },                           /* LossyImageCompression */
};

static const PhantomElement us_region[] = {
  { 0x00186012, "1" },      /* RegionSpatialFormat: 2D */
  { 0x00186014, "1" },      /* RegionDataType: tissue */
  { 0x00186016, "0" },      /* RegionFlags */
  { 0x00186018, "0" },      /* RegionLocationMinX0 */
  { 0x0018601a, "0" },      /* RegionLocationMinY0 */
  { 0x0018601c, "511" },    /* RegionLocationMaxX1 */
  { 0x0018601e, "383" },    /* RegionLocationMaxY1 */
  { 0x00186024, "3" },      /* PhysicalUnitsXDirection: cm */
  { 0x00186026, "3" },      /* PhysicalUnitsYDirection: cm */
  { 0x0018602c, "0.0473" }, /* PhysicalDeltaX */
  { 0x0018602e, "0.0473" }, /* PhysicalDeltaY */
};

void
phantom_put_elements (IcShimObject *object, const PhantomElement *elements, gsize n)
{
  for (gsize i = 0; i < n; i++)
    ic_shim_object_put (object, elements[i].tag, elements[i].value);
}

void
phantom_put_code (IcShimObject *object,
                  guint32 tag,
                  const char *value,
                  const char *scheme,
                  const char *meaning)
{
  ic_shim_object_open_item (object, tag);
  ic_shim_object_put (object, 0x00080100, value);
  ic_shim_object_put (object, 0x00080102, scheme);
  ic_shim_object_put (object, 0x00080104, meaning);
  ic_shim_object_close_item (object);
}

void
phantom_put_format (IcShimObject *object, guint32 tag, const char *format, ...)
{
  g_autofree char *value = NULL;
  va_list args;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);
  ic_shim_object_put (object, tag, value);
}

static void
put_patient (IcShimObject *object, const PhantomStudy *study)
{
  const PhantomPatient *patient = study->patient;
  g_autofree char *name = phantom_patient_encode (patient, patient->name);
  int age = (atoi (study->date) - atoi (patient->birth_date)) / 10000;

  ic_shim_object_put (object, 0x00080005, patient->character_set);
  ic_shim_object_put (object, 0x00100010, name);
  ic_shim_object_put (object, 0x00100020, patient->id);
  ic_shim_object_put (object, 0x00100021, "PRACTICE");
  ic_shim_object_put (object, 0x00100030, patient->birth_date);
  ic_shim_object_put (object, 0x00100040, patient->sex);
  phantom_put_format (object, 0x00101010, "%03dY", age);
  ic_shim_object_put (object, 0x00104000, "Invented person, for practice only");
}

static void
put_study (IcShimObject *object, const PhantomStudy *study)
{
  g_autofree char *uid = phantom_study_dup_uid (study);
  const PhantomElement elements[] = {
    { 0x00080020, study->date },        /* StudyDate */
    { 0x00080030, study->time },        /* StudyTime */
    { 0x00080050, study->accession },   /* AccessionNumber */
    { 0x00081030, study->description }, /* StudyDescription */
    { 0x0020000d, uid },                /* StudyInstanceUID */
    { 0x00200010, study->accession },   /* StudyID */
  };

  phantom_put_elements (object, elements, G_N_ELEMENTS (elements));
}

static void
put_series (IcShimObject *object, const PhantomSeries *series)
{
  g_autofree char *uid = phantom_series_dup_uid (series);
  const PhantomStudy *study = series->study;
  const PhantomElement elements[] = {
    { 0x00080021, study->date },         /* SeriesDate */
    { 0x00080031, study->time },         /* SeriesTime */
    { 0x00080060, series->modality },    /* Modality */
    { 0x0008103e, series->description }, /* SeriesDescription */
    { 0x0020000e, uid },                 /* SeriesInstanceUID */
  };

  phantom_put_elements (object, elements, G_N_ELEMENTS (elements));
  phantom_put_format (object, 0x00200011, "%d", series->number);
}

static void
put_instance (IcShimObject *object, const PhantomSeries *series, int instance)
{
  g_autofree char *uid = phantom_series_dup_instance_uid (series, instance);
  const PhantomStudy *study = series->study;
  const PhantomElement elements[] = {
    { 0x00080012, study->date },           /* InstanceCreationDate */
    { 0x00080013, study->time },           /* InstanceCreationTime */
    { 0x00080016, series->sop_class_uid }, /* SOPClassUID */
    { 0x00080018, uid },                   /* SOPInstanceUID */
    { 0x00080023, study->date },           /* ContentDate */
    { 0x00080033, study->time },           /* ContentTime */
  };

  phantom_put_elements (object, elements, G_N_ELEMENTS (elements));
  phantom_put_format (object, 0x00200013, "%d", instance);
}

IcShimObject *
phantom_object_new (const PhantomSeries *series, int instance)
{
  IcShimObject *object = ic_shim_object_new ();

  phantom_put_elements (object, equipment, G_N_ELEMENTS (equipment));
  put_patient (object, series->study);
  put_study (object, series->study);
  put_series (object, series);
  put_instance (object, series, instance);
  return object;
}

static void
put_acquisition (IcShimObject *object, const PhantomSeries *series)
{
  ic_shim_object_put (object, 0x00080022, series->study->date);
  ic_shim_object_put (object, 0x00080032, series->study->time);
  ic_shim_object_put (object, 0x00180015, series->study->body_part);
}

static void
put_frame_of_reference (IcShimObject *object, const PhantomSeries *series)
{
  g_autofree char *uid = phantom_frame_of_reference_dup_uid (series->study);

  ic_shim_object_put (object, 0x00200052, uid);
}

static void
put_ct (IcShimObject *object, const PhantomSeries *series)
{
  gboolean coronal = series->kind == PHANTOM_CT_CORONAL;
  gboolean lung = series->kind == PHANTOM_CT_LUNG;

  phantom_put_elements (object, grey_16, G_N_ELEMENTS (grey_16));
  phantom_put_elements (object, ct, G_N_ELEMENTS (ct));
  ic_shim_object_put (object, 0x00080008,
                      coronal ? "DERIVED\\SECONDARY\\MPR" : "ORIGINAL\\PRIMARY\\AXIAL");
  ic_shim_object_put (object, 0x00180050, coronal ? "3" : "5");
  ic_shim_object_put (object, 0x00181210, lung ? "SHARP" : "SOFT");
  ic_shim_object_put (object, 0x00281050, lung ? "-550\\40" : "40\\-550");
  ic_shim_object_put (object, 0x00281051, lung ? "1500\\400" : "400\\1500");
  ic_shim_object_put (object, 0x00281055, lung ? "LUNG\\MEDIASTINUM" : "MEDIASTINUM\\LUNG");
  put_frame_of_reference (object, series);
}

static void
put_mr (IcShimObject *object, const PhantomSeries *series)
{
  gboolean t1 = series->kind == PHANTOM_MR_T1;

  phantom_put_elements (object, grey_16, G_N_ELEMENTS (grey_16));
  phantom_put_elements (object, mr, G_N_ELEMENTS (mr));
  ic_shim_object_put (object, 0x00180080, t1 ? "520" : "4200"); /* RepetitionTime */
  ic_shim_object_put (object, 0x00180081, t1 ? "12" : "98");    /* EchoTime */
  ic_shim_object_put (object, 0x00180091, t1 ? "1" : "15");     /* EchoTrainLength */
  ic_shim_object_put (object, 0x00281050, t1 ? "420" : "480");
  ic_shim_object_put (object, 0x00281051, t1 ? "900" : "1000");
  put_frame_of_reference (object, series);
}

static void
put_dx (IcShimObject *object)
{
  phantom_put_elements (object, grey_16, G_N_ELEMENTS (grey_16));
  phantom_put_elements (object, dx, G_N_ELEMENTS (dx));
  phantom_put_code (object, 0x00082218, "51185008", "SCT", "Chest"); /* AnatomicRegionSequence */
  phantom_put_code (object, 0x00540220, "399348003", "SCT",
                    "postero-anterior"); /* ViewCodeSequence */
}

static void
put_us (IcShimObject *object, const PhantomSeries *series)
{
  phantom_put_elements (object, rgb_8, G_N_ELEMENTS (rgb_8));
  phantom_put_elements (object, us, G_N_ELEMENTS (us));
  ic_shim_object_open_item (object, 0x00186011);
  phantom_put_elements (object, us_region, G_N_ELEMENTS (us_region));
  ic_shim_object_close_item (object);
  if (series->frames == 1)
    return;
  phantom_put_format (object, 0x00280008, "%d", series->frames);
  ic_shim_object_put (object, 0x00280009, "(0018,1063)"); /* FrameIncrementPointer */
  ic_shim_object_put (object, 0x00181063, "50");          /* FrameTime, ms */
}

void
phantom_put_series_modules (IcShimObject *object, const PhantomSeries *series)
{
  if (series->kind != PHANTOM_REPORT && series->kind != PHANTOM_LETTER)
    put_acquisition (object, series);
  switch (series->kind)
    {
    case PHANTOM_CT_SOFT:
    case PHANTOM_CT_LUNG:
    case PHANTOM_CT_CORONAL:
      put_ct (object, series);
      break;
    case PHANTOM_MR_T1:
    case PHANTOM_MR_T2:
      put_mr (object, series);
      break;
    case PHANTOM_CHEST:
      put_dx (object);
      break;
    case PHANTOM_ECHO:
      put_us (object, series);
      break;
    case PHANTOM_REPORT:
    case PHANTOM_LETTER:
      break;
    }
}
