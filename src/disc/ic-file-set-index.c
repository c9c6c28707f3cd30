/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-page.h"
#include "disc/ic-file-set-pictures.h"
#include "disc/ic-file-set-text.h"
#include "disc/ic-file-set-volumes.h"

static void
append_fact (GString *out, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    ic_file_set_page_append (out, "<dt>%s</dt><dd>%s</dd>\n", name, value);
}

static const char *
get_verdict_class (IcTransferState state)
{
  if (state == IC_TRANSFER_SUCCEEDED)
    return "verdict complete";
  return state == IC_TRANSFER_UNPROVEN ? "verdict open" : "verdict";
}

/* Bad news is as large as good news. */
static void
append_headline (GString *out, const IcFileSetFacts *facts)
{
  g_autofree char *headline = ic_file_set_account_dup_headline (facts->account);
  g_autofree char *volume = ic_file_set_volumes_dup_headline (facts);

  if (volume != NULL)
    ic_file_set_page_append (out, "<p class=\"notice\"><strong>%s</strong></p>\n", volume);
  if (headline != NULL)
    ic_file_set_page_append (out, "<p class=\"%s\">%s</p>\n",
                             get_verdict_class (ic_file_set_account_get_state (facts->account)),
                             headline);
}

static void
append_origin (GString *out, const IcFileSetFacts *facts)
{
  const IcFileSetInfo *info = facts->info;
  g_autofree char *moment = ic_file_set_text_dup_moment (info->created);
  g_autofree char *profiles = ic_media_profiles_dup_names (facts->profiles);

  ic_file_set_page_append (out, "<h2>Where this comes from</h2>\n<dl>\n");
  append_fact (out, "Institution", info->institution);
  append_fact (out, "Contact", info->contact);
  append_fact (out, "Created", moment);
  append_fact (out, "Transfer", info->transfer_number);
  append_fact (out, "File-set ID", info->file_set_id);
  append_fact (out, "For", info->recipient);
  append_fact (out, "Standard profile", profiles);
  append_fact (out, "Made with", info->application);
  ic_file_set_page_append (out, "</dl>\n");
}

static void
append_count (GString *out, const char *count, const char *fault)
{
  ic_file_set_page_append (out, "<td class=\"number\">%s", count);
  if (*fault != '\0')
    ic_file_set_page_append (out, " <span class=\"fault\">%s</span>", fault);
  ic_file_set_page_append (out, "</td>");
}

/* What a series is, in the cell beside its picture. */
static void
append_description (GString *out,
                    const char *number,
                    const char *description,
                    const char *modality,
                    const char *body_part,
                    const char *folder)
{
  g_autofree char *name = ic_file_set_page_dup_series_name (number, description);
  g_autofree char *kind = ic_file_set_page_dup_kind (modality, body_part);

  ic_file_set_page_append (out, "<td><strong>%s</strong> <span class=\"detail\">%s</span> ", name,
                           kind);
  ic_file_set_page_append (out, "<span class=\"detail\">%s</span></td>", folder);
}

/* The numbers count as those of the File IDs do, which include what is empty. */
static void
append_series (GString *out,
               const IcFileSetFacts *facts,
               const IcSeries *series,
               guint study_number,
               guint series_number)
{
  g_autofree char *count = ic_file_set_account_dup_count (facts->account, series);
  g_autofree char *fault = ic_file_set_account_dup_fault (facts->account, series);
  g_autofree char *folder = ic_file_set_dup_series_folder (study_number, series_number);

  ic_file_set_page_append (out, "<tr>");
  if (facts->info->key_images != NULL)
    {
      ic_file_set_page_append (out, "<td class=\"key\">");
      ic_file_set_pictures_append_small (out, facts, series, study_number, series_number);
      ic_file_set_page_append (out, "</td>");
    }
  append_description (out, series->number, series->description, series->modality, series->body_part,
                      folder);
  append_count (out, count, fault);
  ic_file_set_page_append (out, "</tr>\n");
}

static void
append_table_head (GString *out, const IcFileSetFacts *facts)
{
  ic_file_set_page_append (out, "<thead><tr>");
  if (facts->info->key_images != NULL)
    ic_file_set_page_append (out, "<th scope=\"col\" class=\"key\">Picture</th>");
  ic_file_set_page_append (out, "<th scope=\"col\">Series</th>"
                                "<th scope=\"col\" class=\"number\">Images</th></tr></thead>\n"
                                "<tbody>\n");
}

static void
append_study (GString *out, const IcFileSetFacts *facts, guint number)
{
  IcStudy *study = facts->studies->pdata[number - 1];
  g_autofree char *date = ic_file_set_text_dup_date (study->date);
  g_autofree char *page = ic_file_set_pictures_dup_page_path (number);
  guint n = ic_study_count_instances (study);
  g_autofree char *count =
      g_strdup_printf (n == 1 ? "%u image or other object" : "%u images and other objects", n);

  ic_file_set_page_append (out, "<h2>%s, %s</h2>\n", ic_file_set_page_or_else (date, "no date"),
                           ic_file_set_page_or_else (study->description, "no description"));
  ic_file_set_page_append (out, "<table>\n<caption>Accession number %s; %s",
                           ic_file_set_page_or_else (study->accession, "none"), count);
  if (facts->info->key_images != NULL)
    ic_file_set_page_append (out, "; <a href=\"%s\">larger pictures</a>", page);
  ic_file_set_page_append (out, "</caption>\n");
  append_table_head (out, facts);
  for (guint i = 0; i < study->series->len; i++)
    append_series (out, facts, study->series->pdata[i], number, i + 1);
  ic_file_set_page_append (out, "</tbody>\n</table>\n");
}

/* A series of which nothing came has no study to stand under. */
static void
append_absent (GString *out, const IcFileSetFacts *facts)
{
  GPtrArray *absent = ic_file_set_account_get_absent (facts->account);

  if (absent->len == 0)
    return;
  ic_file_set_page_append (out, "<h2>Series that are not here</h2>\n<table>\n");
  append_table_head (out, facts);
  for (guint i = 0; i < absent->len; i++)
    {
      const IcTransferSeries *series = absent->pdata[i];
      g_autofree char *count = ic_file_set_account_dup_absent_count (series);
      g_autofree char *fault = ic_file_set_account_dup_absent_fault (series);

      ic_file_set_page_append (out, "<tr>");
      if (facts->info->key_images != NULL)
        ic_file_set_page_append (out, "<td class=\"key\"><span class=\"none\">none</span></td>");
      append_description (out, series->number, series->description, series->modality, "",
                          "no folder");
      append_count (out, count, fault);
      ic_file_set_page_append (out, "</tr>\n");
    }
  ic_file_set_page_append (out, "</tbody>\n</table>\n");
}

GBytes *
ic_file_set_index_new_bytes (const IcFileSetFacts *facts)
{
  g_autoptr(GString) out = ic_file_set_page_begin ("Medical images: contents", "Medical images",
                                                    facts->info->viewer != NULL);
  IcStudy *first = facts->studies->pdata[0];

  ic_file_set_page_append_patient (out, first->patient);
  append_headline (out, facts);
  ic_file_set_page_append (out, "<p class=\"notice\">%s</p>\n", IC_NOT_FOR_DIAGNOSIS);
  ic_file_set_page_append (
      out, "<p>To see the images, open this medium with a DICOM viewer or import it into a PACS; "
           "the directory is the file DICOMDIR. More is in <a href=\"README.TXT\">README.TXT</a>; "
           "<a href=\"MANIFEST.TXT\">MANIFEST.TXT</a> lists every file with its SHA-256.</p>\n");
  if (facts->info->viewer != NULL)
    ic_file_set_page_append (out, "<p>Where the browser allows scripts, a viewer that is on this "
                                  "medium opens in the place of this page.</p>\n");
  else
    ic_file_set_page_append (out, "<p>No viewer was put on this medium.</p>\n");
  append_absent (out, facts);
  for (guint i = 0; i < facts->studies->len; i++)
    append_study (out, facts, i + 1);
  ic_file_set_volumes_append_table (out, facts);
  append_origin (out, facts);
  if (facts->info->viewer != NULL)
    ic_file_set_page_append (out, "<script type=\"text/javascript\" src=\"VIEWER/VIEWER.JS\" "
                                  "charset=\"utf-8\"></script>\n");
  return ic_file_set_page_end (g_steal_pointer (&out));
}
