/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-catalogue.h"

#include <string.h>

enum
{
  UUID_BYTES = 16,
};

static const PhantomPatient juergen = { "PRACTICE-0001", "Müller^Jürgen", "ISO_IR 100",
                                        "ISO-8859-1",    "19580314",      "M" };
static const PhantomPatient vera = { "PRACTICE-0002", "Соловьёва^Вера", "ISO_IR 144",
                                     "ISO-8859-5",    "19711102",       "F" };
static const PhantomPatient rin = { "PRACTICE-0003",    "Sakuraba^Rin=桜庭^凛=さくらば^りん",
                                    "\\ISO 2022 IR 87", "ISO-2022-JP",
                                    "19840723",         "F" };
static const PhantomPatient saga = { "PRACTICE-0004", "Ångström^Saga^Linnéa",
                                     "ISO_IR 100",    "ISO-8859-1",
                                     "19900530",      "F" };
static const PhantomPatient tobias = { "PRACTICE-0005", "Practice^Tobias^^Dr.",
                                       "ISO_IR 100",    "ISO-8859-1",
                                       "20010917",      "M" };

static const PhantomStudy studies[] = {
  { &juergen, "chest-2015", "20150312", "091530", "PR150001", "Chest PA", "CHEST" },
  { &juergen, "echo-2017", "20170904", "140210", "PR170001", "Echocardiography", "HEART" },
  { &juergen, "ct-2019", "20191120", "103312", "PR190001", "CT chest follow-up", "CHEST" },
  { &juergen, "chest-2022", "20220530", "082745", "PR220001", "Chest PA", "CHEST" },
  { &juergen, "ct-2025", "20250218", "111840", "PR250001", "CT chest with contrast", "CHEST" },
  { &vera, "head-2024", "20241007", "152000", "PR240001", "MR head", "HEAD" },
  { &rin, "echo-2025", "20250115", "093015", "PR250002", "Echocardiography", "HEART" },
  { &rin, "ct-2025-jp", "20250603", "120105", "PR250003", "CT chest", "CHEST" },
  { &saga, "head-2023", "20231201", "170944", "PR230001", "MR head", "HEAD" },
  { &tobias, "echo-2024", "20240422", "101500", "PR240002", "Echocardiography, stress", "HEART" },
};

static const PhantomSeries series[] = {
  { &studies[0], 1, PHANTOM_CHEST, "DX", "Chest PA", PHANTOM_UID_DX, PHANTOM_UID_EXPLICIT, 1, 1 },
  { &studies[1], 1, PHANTOM_ECHO, "US", "Four chamber still", PHANTOM_UID_US,
    PHANTOM_UID_JPEG_BASELINE, 1, 1 },
  { &studies[2], 1, PHANTOM_CT_SOFT, "CT", "Chest 5.0 soft", PHANTOM_UID_CT,
    PHANTOM_UID_JPEG_LOSSLESS, 6, 1 },
  { &studies[3], 1, PHANTOM_CHEST, "DX", "Chest PA", PHANTOM_UID_DX, PHANTOM_UID_JPEG_2000, 1, 1 },
  { &studies[4], 1, PHANTOM_CT_SOFT, "CT", "Chest 5.0 soft", PHANTOM_UID_CT, PHANTOM_UID_EXPLICIT,
    36, 1 },
  { &studies[4], 2, PHANTOM_CT_LUNG, "CT", "Chest 5.0 lung", PHANTOM_UID_CT, PHANTOM_UID_EXPLICIT,
    36, 1 },
  { &studies[4], 3, PHANTOM_CT_CORONAL, "CT", "Chest coronal", PHANTOM_UID_CT, PHANTOM_UID_EXPLICIT,
    24, 1 },
  { &studies[4], 4, PHANTOM_REPORT, "SR", "Report", PHANTOM_UID_SR, PHANTOM_UID_EXPLICIT, 1, 1 },
  { &studies[4], 5, PHANTOM_LETTER, "DOC", "Letter", PHANTOM_UID_PDF, PHANTOM_UID_EXPLICIT, 1, 1 },
  { &studies[5], 1, PHANTOM_MR_T1, "MR", "T1 SE transverse", PHANTOM_UID_MR, PHANTOM_UID_EXPLICIT,
    22, 1 },
  { &studies[5], 2, PHANTOM_MR_T2, "MR", "T2 TSE transverse", PHANTOM_UID_MR, PHANTOM_UID_EXPLICIT,
    22, 1 },
  { &studies[6], 1, PHANTOM_ECHO, "US", "Four chamber loop", PHANTOM_UID_US_MULTIFRAME,
    PHANTOM_UID_EXPLICIT, 1, 16 },
  { &studies[7], 1, PHANTOM_CT_LUNG, "CT", "Chest 5.0 lung", PHANTOM_UID_CT, PHANTOM_UID_RLE, 4,
    1 },
  { &studies[8], 1, PHANTOM_MR_T2, "MR", "T2 TSE transverse", PHANTOM_UID_MR, PHANTOM_UID_JPEG_LS,
    8, 1 },
  { &studies[9], 1, PHANTOM_ECHO, "US", "Four chamber loop", PHANTOM_UID_US_MULTIFRAME,
    PHANTOM_UID_RLE, 1, 4 },
};

const PhantomSeries *
phantom_catalogue_get (gsize *count)
{
  *count = G_N_ELEMENTS (series);
  return series;
}

static char *
decimal_from_bytes (const guint8 bytes[UUID_BYTES])
{
  unsigned __int128 number = 0;
  char digits[40];
  char *end = digits + sizeof digits - 1;

  for (int i = 0; i < UUID_BYTES; i++)
    number = number << 8 | bytes[i];
  *end = '\0';
  do
    {
      *--end = '0' + (char) (number % 10);
      number /= 10;
    }
  while (number != 0);
  return g_strdup (end);
}

/* A UUID of version 5 (RFC 4122 4.3) as a UID. */
static char *
uid_from_name (const char *name)
{
  static const guint8 space[UUID_BYTES] = { 0x1c, 0x3e, 0x02, 0x9d, 0x77, 0x51, 0x4b, 0x60,
                                            0x9a, 0x0e, 0x63, 0xd8, 0x2f, 0x15, 0xc4, 0x7b };
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 hash[20];
  gsize size = sizeof hash;
  g_autofree char *decimal = NULL;

  g_checksum_update (sum, space, sizeof space);
  g_checksum_update (sum, (const guchar *) name, -1);
  g_checksum_get_digest (sum, hash, &size);
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  decimal = decimal_from_bytes (hash);
  return g_strconcat ("2.25.", decimal, NULL);
}

char *
phantom_study_dup_uid (const PhantomStudy *study)
{
  g_autofree char *name = g_strdup_printf ("study/%s", study->key);

  return uid_from_name (name);
}

char *
phantom_frame_of_reference_dup_uid (const PhantomStudy *study)
{
  g_autofree char *name = g_strdup_printf ("frame/%s", study->key);

  return uid_from_name (name);
}

char *
phantom_series_dup_uid (const PhantomSeries *self)
{
  g_autofree char *name = g_strdup_printf ("series/%s/%d", self->study->key, self->number);

  return uid_from_name (name);
}

char *
phantom_series_dup_instance_uid (const PhantomSeries *self, int instance)
{
  g_autofree char *name =
      g_strdup_printf ("instance/%s/%d/%d", self->study->key, self->number, instance);

  return uid_from_name (name);
}

char *
phantom_patient_encode (const PhantomPatient *patient, const char *text)
{
  g_autoptr(GError) error = NULL;
  char *encoded = g_convert (text, -1, patient->encoding, "UTF-8", NULL, NULL, &error);

  g_assert_no_error (error);
  return encoded;
}

static void
print_instances (FILE *out, const PhantomSeries *self)
{
  fprintf (out, "\"sop_instance_uids\":[");
  for (int i = 1; i <= self->instances; i++)
    {
      g_autofree char *uid = phantom_series_dup_instance_uid (self, i);

      fprintf (out, "%s\"%s\"", i > 1 ? "," : "", uid);
    }
  fprintf (out, "]");
}

/* None of the texts needs escaping: they are ours. */
static void
print_series (FILE *out, const PhantomSeries *self)
{
  const PhantomStudy *study = self->study;
  const PhantomPatient *patient = study->patient;
  g_autofree char *study_uid = phantom_study_dup_uid (study);
  g_autofree char *series_uid = phantom_series_dup_uid (self);

  fprintf (out,
           "{\"patient_id\":\"%s\",\"patient_name\":\"%s\",\"birth_date\":\"%s\",\"sex\":\"%s\",",
           patient->id, patient->name, patient->birth_date, patient->sex);
  fprintf (out,
           "\"study_uid\":\"%s\",\"study_date\":\"%s\",\"accession\":\"%s\",\"description\":\"%"
           "s\",",
           study_uid, study->date, study->accession, study->description);
  fprintf (out,
           "\"series_uid\":\"%s\",\"series_number\":%d,\"modality\":\"%s\",\"series_description\":"
           "\"%s\",",
           series_uid, self->number, self->modality, self->description);
  fprintf (out, "\"sop_class_uid\":\"%s\",\"transfer_syntax_uid\":\"%s\",\"instance_count\":%d,",
           self->sop_class_uid, self->syntax_uid, self->instances);
  print_instances (out, self);
  fprintf (out, "}\n");
}

void
phantom_catalogue_print (FILE *out)
{
  for (gsize i = 0; i < G_N_ELEMENTS (series); i++)
    print_series (out, &series[i]);
}
