/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-volumes.h"

#include "disc/ic-file-set-page.h"

static gboolean
has_others (const IcFileSetFacts *facts)
{
  return facts->info->volumes != NULL && facts->info->volumes->len > 1;
}

static guint
count_instances (GPtrArray *studies)
{
  guint n = 0;

  for (guint i = 0; i < studies->len; i++)
    n += ic_study_count_instances (studies->pdata[i]);
  return n;
}

static guint
count_all (const IcFileSetFacts *facts)
{
  guint n = 0;

  for (guint i = 0; i < facts->info->volumes->len; i++)
    n += count_instances (facts->info->volumes->pdata[i]);
  return n;
}

char *
ic_file_set_volumes_dup_headline (const IcFileSetFacts *facts)
{
  if (!has_others (facts))
    return NULL;
  return g_strdup_printf ("Disc %u of %u: %u of %u images and other objects are here.",
                          facts->info->volume, facts->info->volumes->len, facts->n_instances,
                          count_all (facts));
}

/* "Disc 2 of 3, IC000123_2: 40 images and other objects" */
static char *
dup_volume (const IcFileSetFacts *facts, guint volume)
{
  return g_strdup_printf ("Disc %u of %u, %s_%u: %u images and other objects", volume,
                          facts->info->volumes->len, facts->info->transfer_number, volume,
                          count_instances (facts->info->volumes->pdata[volume - 1]));
}

static void
append_series_text (GString *out, const IcSeries *series)
{
  g_autofree char *kind = ic_file_set_text_dup_line (series->modality);
  g_autofree char *which = ic_file_set_text_dup_line (series->number);

  g_string_append_printf (out, "  %-4s series %s: %u\r\n", kind, *which != '\0' ? which : "-",
                          series->instances->len);
}

static void
append_volume_text (GString *out, const IcFileSetFacts *facts, guint volume)
{
  GPtrArray *studies = facts->info->volumes->pdata[volume - 1];
  g_autofree char *name = dup_volume (facts, volume);

  g_string_append_printf (out, "%s\r\n", name);
  for (guint i = 0; i < studies->len; i++)
    {
      const IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        append_series_text (out, study->series->pdata[k]);
    }
}

void
ic_file_set_volumes_append_text (GString *out, const IcFileSetFacts *facts)
{
  if (!has_others (facts))
    return;
  g_string_append (out, "\r\nThe other discs\r\n---------------\r\n");
  for (guint i = 1; i <= facts->info->volumes->len; i++)
    if (i != facts->info->volume)
      append_volume_text (out, facts, i);
}

static void
append_row (GString *out, const IcStudy *study, const IcSeries *series)
{
  g_autofree char *date = ic_file_set_text_dup_date (study->date);
  g_autofree char *name = ic_file_set_page_dup_series_name (series->number, series->description);
  g_autofree char *kind = ic_file_set_page_dup_kind (series->modality, series->body_part);
  g_autofree char *count = g_strdup_printf ("%u", series->instances->len);

  ic_file_set_page_append (out,
                           "<tr><td><strong>%s</strong> <span class=\"detail\">%s</span> "
                           "<span class=\"detail\">%s, %s</span></td>"
                           "<td class=\"number\">%s</td></tr>\n",
                           name, kind, ic_file_set_page_or_else (date, "no date"),
                           ic_file_set_page_or_else (study->description, "no description"), count);
}

static void
append_volume_table (GString *out, const IcFileSetFacts *facts, guint volume)
{
  GPtrArray *studies = facts->info->volumes->pdata[volume - 1];
  g_autofree char *name = dup_volume (facts, volume);

  ic_file_set_page_append (out,
                           "<table>\n<caption>%s</caption>\n<thead><tr><th scope=\"col\">Series"
                           "</th><th scope=\"col\" class=\"number\">Images</th></tr></thead>\n"
                           "<tbody>\n",
                           name);
  for (guint i = 0; i < studies->len; i++)
    {
      const IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        append_row (out, study, study->series->pdata[k]);
    }
  ic_file_set_page_append (out, "</tbody>\n</table>\n");
}

void
ic_file_set_volumes_append_table (GString *out, const IcFileSetFacts *facts)
{
  if (!has_others (facts))
    return;
  ic_file_set_page_append (out, "<h2>On the other discs</h2>\n");
  for (guint i = 1; i <= facts->info->volumes->len; i++)
    if (i != facts->info->volume)
      append_volume_table (out, facts, i);
}
