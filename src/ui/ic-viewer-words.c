/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-viewer-words.h"

#include "domain/ic-identity.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <math.h>

static const char *
get (const IcImageFacts *facts, IcFact fact)
{
  return facts->strings[fact];
}

/* A line of its own, unless there is nothing to say. */
static void
add_line (GString *text, const char *line)
{
  g_autofree char *printable = ic_words_dup_printable (line);

  if (*printable == '\0')
    return;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, printable);
}

G_GNUC_PRINTF (2, 3)
static void
add_format (GString *text, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_line (text, line);
}

char *
ic_viewer_words_dup_patient (const IcImageFacts *facts)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *name = ic_words_dup_name (get (facts, IC_FACT_PATIENT_NAME));
  g_autofree char *born = ic_words_dup_date (get (facts, IC_FACT_PATIENT_BIRTH_DATE));
  const char *id = get (facts, IC_FACT_PATIENT_ID);
  const char *issuer = get (facts, IC_FACT_ISSUER_OF_PATIENT_ID);

  add_line (text, *name != '\0' ? name : _ ("No name"));
  if (*issuer != '\0')
    add_format (text, "%s (%s)", id, issuer);
  else
    add_line (text, *id != '\0' ? id : _ ("No patient ID"));
  if (*born != '\0')
    add_format (text, _ ("born %s"), born);
  add_line (text, get (facts, IC_FACT_PATIENT_SEX));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
ic_viewer_words_dup_study (const IcImageFacts *facts)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *date = ic_words_dup_date (get (facts, IC_FACT_STUDY_DATE));

  add_line (text, get (facts, IC_FACT_INSTITUTION));
  add_line (text, date);
  add_line (text, get (facts, IC_FACT_STUDY_DESCRIPTION));
  if (*get (facts, IC_FACT_ACCESSION_NUMBER) != '\0')
    add_format (text, _ ("Accession %s"), get (facts, IC_FACT_ACCESSION_NUMBER));
  add_format (text, "%s %s", get (facts, IC_FACT_MODALITY),
              get (facts, IC_FACT_SERIES_DESCRIPTION));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_position (GString *text, const IcImageFacts *facts, guint frame)
{
  const IcPlane *plane = ic_image_facts_get_plane (facts, frame);
  const char *thickness = get (facts, IC_FACT_SLICE_THICKNESS);
  const double mm = g_ascii_strtod (thickness, NULL);

  if (plane != NULL)
    add_format (text, _ ("Position %.1f mm"), ic_plane_get_depth (plane));
  if (mm > 0 && isfinite (mm))
    add_format (text, _ ("Thickness %.1f mm"), mm);
}

char *
ic_viewer_words_dup_place (const IcImageFacts *facts,
                           guint slot,
                           guint n_slots,
                           guint frame,
                           gboolean is_key)
{
  g_autoptr(GString) text = g_string_new (NULL);
  const char *number = get (facts, IC_FACT_INSTANCE_NUMBER);

  if (is_key)
    add_line (text, _ ("★ Key image"));
  add_line (text, get (facts, IC_FACT_LATERALITY));
  add_line (text, get (facts, IC_FACT_VIEW_POSITION));
  add_position (text, facts, frame);
  if (facts->n_frames > 1)
    add_format (text, _ ("Frame %u of %u"), frame + 1, facts->n_frames);
  if (*number != '\0')
    add_format (text, _ ("Number %s"), number);
  add_format (text, _ ("%u of %u"), slot + 1, n_slots);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_window (GString *text, const IcViewport *viewport, IcFrame *frame)
{
  const IcGrey grey = ic_viewport_get_grey (viewport, frame);
  const int digits = frame->high - frame->low > 16 ? 0 : 3;

  if (frame->format == IC_FRAME_RGB)
    return;
  if (grey.lut != NULL)
    add_line (text, _ ("Table of the file"));
  else
    add_format (text, _ ("W %.*f L %.*f"), digits, grey.window.width, digits, grey.window.centre);
}

char *
ic_viewer_words_dup_look (const IcViewport *viewport, const IcScene *scene, IcFrame *frame)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (viewport->negative)
    add_line (text, _ ("Inverted"));
  if (viewport->flipped)
    add_line (text, _ ("Flipped"));
  if (viewport->turns % 4 != 0)
    add_format (text, _ ("Turned by %u°"), viewport->turns % 4 * 90);
  add_window (text, viewport, frame);
  add_format (text, _ ("Zoom %.0f %%"), ic_viewport_get_scale (viewport, scene) * 100);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
ic_viewer_words_dup_mismatch (const IcImageFacts *facts, IcPatient *of_study)
{
  g_autoptr(IcPatient) patient = ic_image_facts_dup_patient (facts);
  const IcIdentityMatch match = ic_identity_match (of_study, patient);
  g_autoptr(GString) what = g_string_new (NULL);

  if (match.id == IC_AGREE_DIFFERENT || match.issuer == IC_AGREE_DIFFERENT)
    g_string_append_printf (what, ", %s", _ ("patient ID"));
  if (match.name == IC_AGREE_DIFFERENT)
    g_string_append_printf (what, ", %s", _ ("name"));
  if (match.birth_date == IC_AGREE_DIFFERENT)
    g_string_append_printf (what, ", %s", _ ("birth date"));
  if (what->len == 0)
    return NULL;
  return g_strdup_printf (_ ("This image names another patient than its study: %s differs."),
                          what->str + 2);
}
