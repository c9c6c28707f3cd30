/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-pictures.h"

#include "disc/ic-file-set-page.h"

#define SMALL_EDGE 112

char *
ic_file_set_pictures_dup_page_path (guint study_number)
{
  return g_strdup_printf ("IHE_PDI/S%04u/INDEX.HTM", study_number);
}

char *
ic_file_set_pictures_dup_path (guint study_number, guint series_number)
{
  return g_strdup_printf ("IHE_PDI/S%04u/SE%04u.JPG", study_number, series_number);
}

static const IcKeyImage *
find_key_image (const IcFileSetFacts *facts, const IcSeries *series)
{
  return g_hash_table_lookup (facts->info->key_images, series->series_uid);
}

static char *
dup_reason (const IcKeyImage *key_image)
{
  return g_strdup_printf ("No picture: %s", key_image != NULL ? key_image->reason : "not made");
}

/* What somebody hears who cannot see it. */
static char *
dup_alternative (const IcSeries *series)
{
  g_autofree char *name = ic_file_set_page_dup_series_name (series->number, series->description);

  return g_strdup_printf ("One image of %s (%s)", name,
                          ic_file_set_page_or_else (series->modality, "no modality"));
}

static void
append_image (GString *out, const char *path, const char *alternative, guint columns, guint rows)
{
  g_autofree char *width = g_strdup_printf ("%u", columns);
  g_autofree char *height = g_strdup_printf ("%u", rows);

  ic_file_set_page_append (out, "<img src=\"%s\" alt=\"%s\" width=\"%s\" height=\"%s\" />", path,
                           alternative, width, height);
}

void
ic_file_set_pictures_append_small (GString *out,
                                   const IcFileSetFacts *facts,
                                   const IcSeries *series,
                                   guint study_number,
                                   guint series_number)
{
  const IcKeyImage *key_image = find_key_image (facts, series);
  g_autofree char *path = ic_file_set_pictures_dup_path (study_number, series_number);
  g_autofree char *page = ic_file_set_pictures_dup_page_path (study_number);
  g_autofree char *target = g_strdup_printf ("%s#SE%04u", page, series_number);
  g_autofree char *alternative = dup_alternative (series);
  g_autofree char *reason = dup_reason (key_image);
  double shrink = 1;

  if (key_image == NULL || key_image->jpeg == NULL)
    {
      ic_file_set_page_append (out, "<span class=\"none\">%s</span>", reason);
      return;
    }
  shrink = MIN (1.0, (double) SMALL_EDGE / MAX (key_image->columns, key_image->rows));
  ic_file_set_page_append (out, "<a href=\"%s\">", target);
  append_image (out, path, alternative, MAX (1, (guint) (key_image->columns * shrink)),
                MAX (1, (guint) (key_image->rows * shrink)));
  ic_file_set_page_append (out, "</a>");
}

static void
append_picture (GString *out,
                const IcSeries *series,
                const IcKeyImage *key_image,
                guint study_number,
                guint series_number)
{
  g_autofree char *file = g_strdup_printf ("SE%04u.JPG", series_number);
  g_autofree char *alternative = dup_alternative (series);
  g_autofree char *place =
      g_strdup_printf ("image %u of %u, file DICOM/S%04u/SE%04u/I%07u", key_image->position,
                       series->instances->len, study_number, series_number, key_image->position);

  ic_file_set_page_append (out, "<p>%s</p>\n<p>", place);
  append_image (out, file, alternative, key_image->columns, key_image->rows);
  ic_file_set_page_append (out, "</p>\n");
}

static void
append_series (GString *out,
               const IcFileSetFacts *facts,
               const IcSeries *series,
               guint study_number,
               guint series_number)
{
  const IcKeyImage *key_image = find_key_image (facts, series);
  g_autofree char *id = g_strdup_printf ("SE%04u", series_number);
  g_autofree char *name = ic_file_set_page_dup_series_name (series->number, series->description);
  g_autofree char *kind = ic_file_set_page_dup_kind (series->modality, series->body_part);
  g_autofree char *reason = dup_reason (key_image);

  ic_file_set_page_append (out, "<div class=\"series\" id=\"%s\">\n<h2>%s</h2>\n<p>%s</p>\n", id,
                           name, kind);
  if (key_image != NULL && key_image->jpeg != NULL)
    append_picture (out, series, key_image, study_number, series_number);
  else
    ic_file_set_page_append (out, "<p class=\"none\">%s</p>\n", reason);
  ic_file_set_page_append (out, "</div>\n");
}

GBytes *
ic_file_set_pictures_new_page (const IcFileSetFacts *facts, guint study_number)
{
  const IcStudy *study = facts->studies->pdata[study_number - 1];
  g_autofree char *date = ic_file_set_text_dup_date (study->date);
  g_autofree char *heading =
      g_strdup_printf ("%s, %s", ic_file_set_page_or_else (date, "no date"),
                       ic_file_set_page_or_else (study->description, "no description"));
  g_autoptr(GString) out = ic_file_set_page_begin ("Medical images: pictures", heading, FALSE);

  ic_file_set_page_append_patient (out, study->patient);
  ic_file_set_page_append (out,
                           "<p class=\"notice\">One picture of each series, to see what is here: "
                           "reduced, in 8 bits, at one window. %s</p>\n",
                           IC_NOT_FOR_DIAGNOSIS);
  ic_file_set_page_append (out, "<p><a href=\"../../INDEX.HTM\">All contents</a></p>\n<div>\n");
  for (guint i = 0; i < study->series->len; i++)
    append_series (out, facts, study->series->pdata[i], study_number, i + 1);
  ic_file_set_page_append (out, "</div>\n");
  return ic_file_set_page_end (g_steal_pointer (&out));
}
