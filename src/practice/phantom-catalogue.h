/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who and what the practice archive holds. Everybody is invented, every date and UID fixed: UIDs
 * are name-based UUIDs below 2.25 (PS3.5 B.2), so that they never change.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

G_BEGIN_DECLS

#define PHANTOM_UID_CT "1.2.840.10008.5.1.4.1.1.2"
#define PHANTOM_UID_MR "1.2.840.10008.5.1.4.1.1.4"
#define PHANTOM_UID_DX "1.2.840.10008.5.1.4.1.1.1.1"
#define PHANTOM_UID_US "1.2.840.10008.5.1.4.1.1.6.1"
#define PHANTOM_UID_US_MULTIFRAME "1.2.840.10008.5.1.4.1.1.3.1"
#define PHANTOM_UID_SR "1.2.840.10008.5.1.4.1.1.88.11"
#define PHANTOM_UID_PDF "1.2.840.10008.5.1.4.1.1.104.1"

#define PHANTOM_UID_EXPLICIT "1.2.840.10008.1.2.1"
#define PHANTOM_UID_JPEG_BASELINE "1.2.840.10008.1.2.4.50"
#define PHANTOM_UID_JPEG_LOSSLESS "1.2.840.10008.1.2.4.70"
#define PHANTOM_UID_JPEG_LS "1.2.840.10008.1.2.4.80"
#define PHANTOM_UID_JPEG_2000 "1.2.840.10008.1.2.4.90"
#define PHANTOM_UID_RLE "1.2.840.10008.1.2.5"

typedef struct
{
  const char *id;
  const char *name;          /* UTF-8, PS3.5 6.2 PN */
  const char *character_set; /* (0008,0005) */
  const char *encoding;      /* the same for iconv */
  const char *birth_date;
  const char *sex;
} PhantomPatient;

typedef struct
{
  const PhantomPatient *patient;
  const char *key; /* what its UIDs are made from */
  const char *date;
  const char *time;
  const char *accession;
  const char *description;
  const char *body_part;
} PhantomStudy;

typedef enum
{
  PHANTOM_CT_SOFT,
  PHANTOM_CT_LUNG,
  PHANTOM_CT_CORONAL,
  PHANTOM_MR_T1,
  PHANTOM_MR_T2,
  PHANTOM_CHEST,
  PHANTOM_ECHO,
  PHANTOM_REPORT,
  PHANTOM_LETTER,
} PhantomKind;

typedef struct
{
  const PhantomStudy *study;
  int number;
  PhantomKind kind;
  const char *modality;
  const char *description;
  const char *sop_class_uid;
  const char *syntax_uid;
  int instances;
  int frames; /* in each instance */
} PhantomSeries;

const PhantomSeries *phantom_catalogue_get (gsize *count);

/* Free with g_free(). @instance counts from 1. */
char *phantom_study_dup_uid (const PhantomStudy *study);
char *phantom_frame_of_reference_dup_uid (const PhantomStudy *study);
char *phantom_series_dup_uid (const PhantomSeries *series);
char *phantom_series_dup_instance_uid (const PhantomSeries *series, int instance);

/* @text as the bytes of the patient's character set, ISO 2022 escapes included. */
char *phantom_patient_encode (const PhantomPatient *patient, const char *text);

/* One JSON object a line and series, UTF-8. */
void phantom_catalogue_print (FILE *out);

G_END_DECLS
