/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-report.h"

#include <string.h>

enum
{
  CONTENT = 0x0040a730, /* ContentSequence */
  CONCEPT = 0x0040a043, /* ConceptNameCodeSequence */
};

typedef struct
{
  const char *value;
  const char *scheme;
  const char *meaning;
} Code;

static void
open_content (IcShimObject *object, const char *relationship, const char *type)
{
  ic_shim_object_open_item (object, CONTENT);
  ic_shim_object_put (object, 0x0040a010, relationship);
  ic_shim_object_put (object, 0x0040a040, type);
}

static void
put_code_item (IcShimObject *object,
               const char *relationship,
               const Code *concept,
               const Code *value)
{
  open_content (object, relationship, "CODE");
  phantom_put_code (object, CONCEPT, concept->value, concept->scheme, concept->meaning);
  phantom_put_code (object, 0x0040a168, value->value, value->scheme, value->meaning);
  ic_shim_object_close_item (object);
}

static void
put_observer (IcShimObject *object)
{
  static const Code language = { "121049", "DCM", "Language of Content Item and Descendants" };
  static const Code english = { "en", "RFC5646", "English" };
  static const Code observer = { "121005", "DCM", "Observer Type" };
  static const Code person = { "121006", "DCM", "Person" };

  put_code_item (object, "HAS CONCEPT MOD", &language, &english);
  put_code_item (object, "HAS OBS CONTEXT", &observer, &person);
  open_content (object, "HAS OBS CONTEXT", "PNAME");
  phantom_put_code (object, CONCEPT, "121008", "DCM", "Person Observer Name");
  ic_shim_object_put (object, 0x0040a123, "Practice^Radiologist^^Dr.");
  ic_shim_object_close_item (object);
}

static void
open_section (IcShimObject *object, const char *code, const char *meaning)
{
  open_content (object, "CONTAINS", "CONTAINER");
  phantom_put_code (object, CONCEPT, code, "DCM", meaning);
  ic_shim_object_put (object, 0x0040a050, "SEPARATE");
}

static void
put_text (IcShimObject *object, const char *code, const char *meaning, const char *text)
{
  open_content (object, "CONTAINS", "TEXT");
  phantom_put_code (object, CONCEPT, code, "DCM", meaning);
  ic_shim_object_put (object, 0x0040a160, text);
  ic_shim_object_close_item (object);
}

static void
put_reference (IcShimObject *object, const PhantomSeries *evidence)
{
  g_autofree char *uid = phantom_series_dup_instance_uid (evidence, 1);

  ic_shim_object_put (object, 0x00081150, evidence->sop_class_uid);
  ic_shim_object_put (object, 0x00081155, uid);
}

/* PS3.3 C.17.2.3: what the report rests on, by study and series. */
static void
put_evidence (IcShimObject *object, const PhantomSeries *evidence)
{
  g_autofree char *study_uid = phantom_study_dup_uid (evidence->study);
  g_autofree char *series_uid = phantom_series_dup_uid (evidence);

  ic_shim_object_open_item (object, 0x0040a375);
  ic_shim_object_put (object, 0x0020000d, study_uid);
  ic_shim_object_open_item (object, 0x00081115);
  ic_shim_object_put (object, 0x0020000e, series_uid);
  ic_shim_object_open_item (object, 0x00081199);
  put_reference (object, evidence);
  ic_shim_object_close_item (object);
  ic_shim_object_close_item (object);
  ic_shim_object_close_item (object);
}

static void
put_findings (IcShimObject *object, const PhantomSeries *evidence)
{
  open_section (object, "121070", "Findings");
  put_text (object, "121071", "Finding", "Lungs clear. No effusion. Heart of normal size.");
  put_text (object, "121071", "Finding", "Aorta and pulmonary arteries opacify well.");
  open_content (object, "CONTAINS", "IMAGE");
  phantom_put_code (object, CONCEPT, "121080", "DCM", "Best illustration of finding");
  ic_shim_object_open_item (object, 0x00081199);
  put_reference (object, evidence);
  ic_shim_object_close_item (object);
  ic_shim_object_close_item (object);
  ic_shim_object_close_item (object);
}

void
phantom_put_report (IcShimObject *object, const PhantomSeries *evidence)
{
  ic_shim_object_put (object, 0x00081111, ""); /* ReferencedPerformedProcedureStepSequence */
  ic_shim_object_put (object, 0x0040a372, ""); /* PerformedProcedureCodeSequence */
  ic_shim_object_put (object, 0x0040a491, "COMPLETE");
  ic_shim_object_put (object, 0x0040a493, "UNVERIFIED");
  ic_shim_object_put (object, 0x0040a040, "CONTAINER");
  ic_shim_object_put (object, 0x0040a050, "SEPARATE");
  phantom_put_code (object, CONCEPT, "18748-4", "LN", "Diagnostic Imaging Report");
  ic_shim_object_open_item (object, 0x0040a504); /* ContentTemplateSequence */
  ic_shim_object_put (object, 0x00080105, "DCMR");
  ic_shim_object_put (object, 0x0040db00, "2000");
  ic_shim_object_close_item (object);
  put_evidence (object, evidence);
  put_observer (object);
  open_section (object, "121060", "History");
  put_text (object, "121060", "History", "Practice case. The person is invented.");
  ic_shim_object_close_item (object);
  put_findings (object, evidence);
  open_section (object, "121076", "Conclusions");
  put_text (object, "121077", "Conclusion", "Normal practice chest. Not for diagnosis.");
  ic_shim_object_close_item (object);
}

static void
append_pdf_object (GString *pdf, GArray *offsets, const char *body)
{
  gsize at = pdf->len;

  g_array_append_val (offsets, at);
  g_string_append_printf (pdf, "%u 0 obj\n%s\nendobj\n", offsets->len, body);
}

/* Cross-reference table and trailer, PDF 1.4 (7.5.4): every line is 20 bytes long. */
static void
append_pdf_trailer (GString *pdf, GArray *offsets)
{
  gsize start = pdf->len;

  g_string_append_printf (pdf, "xref\n0 %u\n0000000000 65535 f \n", offsets->len + 1);
  for (guint i = 0; i < offsets->len; i++)
    g_string_append_printf (pdf, "%010" G_GSIZE_FORMAT " 00000 n \n",
                            g_array_index (offsets, gsize, i));
  g_string_append_printf (pdf,
                          "trailer\n<< /Size %u /Root 1 0 R /Info 6 0 R "
                          ">>\nstartxref\n%" G_GSIZE_FORMAT "\n%%%%EOF\n",
                          offsets->len + 1, start);
}

static char *
pdf_page (const PhantomStudy *study)
{
  return g_strdup_printf (
      "0.12 0.30 0.55 rg 56 770 483 3 re f 0 g\n"
      "BT /F1 22 Tf 56 790 Td (Practice Hospital) Tj ET\n"
      "BT /F1 11 Tf 15 TL 56 740 Td\n"
      "(Radiology, Invented Street 1) Tj T* T*\n"
      "(Patient ID: %s) Tj T* (Accession number: %s) Tj T* (Study: %s, %s) Tj T* T*\n"
      "(Dear colleague,) Tj T* T*\n"
      "(the lungs are clear and the heart is of normal size. This letter and the person) Tj T*\n"
      "(in it are invented. They exist to practise with Imaging Courier.) Tj T* T*\n"
      "(Not for diagnosis.) Tj ET",
      study->patient->id, study->accession, study->description, study->date);
}

static GBytes *
pdf_new (const PhantomStudy *study)
{
  g_autofree char *page = pdf_page (study);
  g_autofree char *stream =
      g_strdup_printf ("<< /Length %" G_GSIZE_FORMAT " >>\nstream\n%s\nendstream", strlen (page),
                       page);
  g_autoptr(GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  GString *pdf = g_string_new ("%PDF-1.4\n");

  append_pdf_object (pdf, offsets, "<< /Type /Catalog /Pages 2 0 R >>");
  append_pdf_object (pdf, offsets, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  append_pdf_object (pdf, offsets,
                     "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
                     " /Resources << /Font << /F1 4 0 R >> >> >>");
  append_pdf_object (pdf, offsets, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  append_pdf_object (pdf, offsets, stream);
  append_pdf_object (pdf, offsets, "<< /Title (Practice letter) /Producer (Imaging Courier) >>");
  append_pdf_trailer (pdf, offsets);
  if (pdf->len % 2 != 0)
    g_string_append_c (pdf, '\n');
  return g_string_free_to_bytes (pdf);
}

void
phantom_put_letter (IcShimObject *object, const PhantomSeries *series)
{
  const PhantomStudy *study = series->study;
  g_autoptr(GBytes) pdf = pdf_new (study);

  phantom_put_format (object, 0x0008002a, "%s%s", study->date,
                      study->time);                           /* AcquisitionDateTime */
  ic_shim_object_put (object, 0x00080064, "WSD");             /* ConversionType */
  ic_shim_object_put (object, 0x00280301, "YES");             /* BurnedInAnnotation */
  ic_shim_object_put (object, 0x00420010, "Practice letter"); /* DocumentTitle */
  ic_shim_object_put (object, CONCEPT, "");
  ic_shim_object_put (object, 0x00420012, "application/pdf");
  ic_shim_object_put_bytes (object, 0x00420011, pdf);
}
