/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a viewer says beside an image: whose it is, what it is, how large its pixels are and where
 * in the patient it lies; each value from the header of that very file. Immutable, reference
 * counted, travels between threads. Nothing in it is trusted: the file came from outside.
 */
#pragma once

#include "domain/ic-patient.h"

G_BEGIN_DECLS

/* The order is the order on the wire. Multiple values are joined by backslashes. */
typedef enum
{
  IC_FACT_PATIENT_ID,
  IC_FACT_ISSUER_OF_PATIENT_ID,
  IC_FACT_PATIENT_NAME,
  IC_FACT_PATIENT_BIRTH_DATE,
  IC_FACT_PATIENT_SEX,
  IC_FACT_INSTITUTION,
  IC_FACT_STUDY_DATE,
  IC_FACT_STUDY_TIME,
  IC_FACT_STUDY_DESCRIPTION,
  IC_FACT_ACCESSION_NUMBER,
  IC_FACT_MODALITY,
  IC_FACT_SERIES_NUMBER,
  IC_FACT_SERIES_DESCRIPTION,
  IC_FACT_BODY_PART,
  IC_FACT_INSTANCE_NUMBER,
  IC_FACT_LATERALITY, /* of the image, else of the series */
  IC_FACT_VIEW_POSITION,
  IC_FACT_PATIENT_ORIENTATION,
  IC_FACT_SLICE_THICKNESS, /* mm */
  IC_FACT_SOP_CLASS_UID,
  IC_FACT_SOP_INSTANCE_UID,
  IC_FACT_FRAME_OF_REFERENCE_UID,
  IC_FACT_TITLE, /* of a document */
  IC_FACT_MIME_TYPE,
  IC_FACT_N,
} IcFact;

/* What there is to see. */
typedef enum
{
  IC_CONTENT_PICTURE,
  IC_CONTENT_REPORT,   /* a structured one: text */
  IC_CONTENT_DOCUMENT, /* a file inside the file */
  IC_CONTENT_NONE,
  IC_CONTENT_N,
} IcContent;

/* What the distances between pixels mean (PS3.3 10.7.1.3). */
typedef enum
{
  IC_SPACING_NONE,
  IC_SPACING_PIXEL,  /* in the patient, or as the file is calibrated */
  IC_SPACING_IMAGER, /* at the detector: the patient is smaller */
  IC_SPACING_N,
} IcSpacing;

/* Where a frame lies (PS3.3 C.7.6.2), as the file has it. */
typedef struct
{
  double position[3];    /* mm; of the middle of the first pixel */
  double orientation[6]; /* direction of a row, then of a column; unit vectors */
} IcPlane;

typedef struct
{
  const char *strings[IC_FACT_N]; /* never NULL */
  IcContent content;
  guint n_frames; /* at least 1; what the file says */
  guint columns;
  guint rows;
  IcSpacing spacing;
  double row_spacing; /* mm from one row to the next; 0 when not known */
  double column_spacing;
  double frame_ms; /* how long a frame of a loop is shown; 0 when not said */
  guint n_planes;  /* 0: not known; 1: all frames lie there; else n_frames */
  IcPlane *planes;
} IcImageFacts;

#define IC_FRAMES_MAX 65536 /* that anybody looks at */

/* Copies @strings and @planes of @values; the rest of it is taken as it is. */
IcImageFacts *ic_image_facts_new (const IcImageFacts *values);
IcImageFacts *ic_image_facts_ref (IcImageFacts *self);
void ic_image_facts_unref (IcImageFacts *self);

IcPatient *ic_image_facts_dup_patient (const IcImageFacts *self);

/* NULL when nothing is known about @frame. Borrowed. */
const IcPlane *ic_image_facts_get_plane (const IcImageFacts *self, guint frame);

/* How far along its normal @plane lies, in mm. */
double ic_plane_get_depth (const IcPlane *plane);

/* Whether distances between them make sense: they face the same way to a few degrees. */
gboolean ic_plane_is_parallel (const IcPlane *a, const IcPlane *b);

/* Where the patient's side towards which @direction points is: "L", "AL", "HFR"… PS3.3 C.7.6.1.1.1.
 * Free with g_free().
 */
char *ic_plane_dup_side (const double direction[3]);

/* For the wire; floating. */
#define IC_IMAGE_FACTS_VARIANT "(asuuuuudddad)"
GVariant *ic_image_facts_pack (const IcImageFacts *self);

/* NULL when @packed is not what ic_image_facts_pack() makes. */
IcImageFacts *ic_image_facts_unpack (GVariant *packed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcImageFacts, ic_image_facts_unref)

G_END_DECLS
