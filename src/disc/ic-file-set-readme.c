/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-text.h"
#include "disc/ic-file-set-volumes.h"

#include <string.h>

/* Ten thousand images without a number would otherwise bury the rest. */
#define MAX_SUBJECTS 20

static void
append_line (GString *out, const char *line)
{
  g_string_append (out, line);
  g_string_append (out, "\r\n");
}

static void
append_heading (GString *out, const char *heading)
{
  append_line (out, "");
  append_line (out, heading);
  for (gsize i = 0; i < strlen (heading); i++)
    g_string_append_c (out, '-');
  append_line (out, "");
}

/* "Institution:    St Elsewhere"; nothing when there is no value. */
static void
append_fact (GString *out, const char *name, const char *value)
{
  g_autofree char *line = ic_file_set_text_dup_line (value);

  if (*line != '\0')
    g_string_append_printf (out, "%-19s%s\r\n", name, line);
}

/* At the top, in one line, whether it is good or not. */
static void
append_headline (GString *out, const IcFileSetFacts *facts)
{
  g_autofree char *headline = ic_file_set_account_dup_headline (facts->account);
  g_autofree char *line = ic_file_set_text_dup_line (headline);
  g_autofree char *volume = ic_file_set_volumes_dup_headline (facts);

  if (headline != NULL || volume != NULL)
    append_line (out, "");
  if (volume != NULL)
    append_line (out, volume);
  if (headline != NULL)
    append_line (out, line);
}

static void
append_origin (GString *out, const IcFileSetFacts *facts)
{
  const IcFileSetInfo *info = facts->info;
  g_autofree char *moment = ic_file_set_text_dup_moment (info->created);

  append_heading (out, "Where this comes from");
  append_fact (out, "Institution:", info->institution);
  append_fact (out, "Contact:", info->contact);
  append_fact (out, "Created:", moment);
  append_fact (out, "Transfer:", info->transfer_number);
  append_fact (out, "File-set ID:", info->file_set_id);
  append_fact (out, "For:", info->recipient);
  append_fact (out, "Made with:", info->application);
  append_fact (out, "Log head:", info->log_head);
}

static void
append_viewer (GString *out, const IcFileSetFacts *facts)
{
  append_line (out, "VIEWER            a viewer that opens with INDEX.HTM in a web browser, and "
                    "what it");
  append_line (out, "                  reads; tested in Chromium and Firefox ESR on Linux");
  if (facts->info->viewer->quality == IC_VIEWER_PREVIEW)
    append_line (out, "                  It has previews of 8 bits only; the images are in DICOM.");
}

static void
append_contents (GString *out, const IcFileSetFacts *facts)
{
  g_autofree char *images = g_strdup_printf ("%u, in the folder DICOM", facts->n_instances);
  g_autofree char *studies = g_strdup_printf ("%u, of one patient", facts->studies->len);
  g_autofree char *profiles = ic_media_profiles_dup_names (facts->profiles);

  append_heading (out, "What is here");
  append_fact (out, "Studies:", studies);
  append_fact (out, "Images and others:", images);
  append_fact (out, "Written:", facts->info->profile);
  append_fact (out, "Standard profile:", profiles);
  append_fact (out, "", facts->profile_reason);
  append_line (out, "");
  append_line (out, "INDEX.HTM         list of contents; open it with any web browser");
  append_line (out,
               "DICOMDIR          directory for DICOM programs; point your viewer or PACS at it");
  append_line (out, "DICOM             the images, one folder a study (S), then one a series (SE)");
  if (facts->info->key_images != NULL)
    append_line (out, "IHE_PDI           web pages with one picture of each series, for INDEX.HTM");
  if (facts->info->viewer != NULL)
    append_viewer (out, facts);
  append_line (out,
               "MANIFEST.TXT      SHA-256 of every file; check with: sha256sum -c MANIFEST.TXT");
  append_line (out, "README.TXT        this text");
  append_line (out, "");
  append_line (out, "Nothing here starts by itself and nothing needs to be installed.");
}

/* "DICOM/S0001/SE0001  CT  series 2: 34 of 36, 2 images are missing". Descriptions are left out:
 * people write names into them.
 */
static void
append_series_count (GString *out,
                     const char *place,
                     const char *modality,
                     const char *number,
                     const char *count,
                     const char *fault)
{
  g_autofree char *kind = ic_file_set_text_dup_line (modality);
  g_autofree char *which = ic_file_set_text_dup_line (number);

  g_string_append_printf (out, "%-19s %-4s series %s: %s%s%s\r\n", place, kind,
                          *which != '\0' ? which : "-", count, *fault != '\0' ? ": " : "", fault);
}

static void
append_study_counts (GString *out, const IcFileSetFacts *facts, guint number)
{
  const IcStudy *study = facts->studies->pdata[number - 1];

  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];
      g_autofree char *place = ic_file_set_dup_series_folder (number, i + 1);
      g_autofree char *count = ic_file_set_account_dup_count (facts->account, series);
      g_autofree char *fault = ic_file_set_account_dup_fault (facts->account, series);

      append_series_count (out, place, series->modality, series->number, count, fault);
    }
}

static void
append_counts (GString *out, const IcFileSetFacts *facts)
{
  GPtrArray *absent = ic_file_set_account_get_absent (facts->account);

  append_heading (out, "How many images of each series are here");
  for (guint i = 0; i < facts->studies->len; i++)
    append_study_counts (out, facts, i + 1);
  for (guint i = 0; i < absent->len; i++)
    {
      const IcTransferSeries *series = absent->pdata[i];
      g_autofree char *count = ic_file_set_account_dup_absent_count (series);
      g_autofree char *fault = ic_file_set_account_dup_absent_fault (series);

      append_series_count (out, "not here", series->modality, series->number, count, fault);
      append_fact (out, "", series->series_uid);
    }
}

static char *
dup_kind (const IcGeneratedKey *key)
{
  return g_strdup_printf ("  %s (%04X,%04X) %s", ic_directory_record_type_name (key->record),
                          key->tag >> 16, key->tag & 0xffff, key->keyword);
}

/* How many keys of this kind were seen, with this one. */
static guint
count_kind (GHashTable *counts, const char *kind)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, kind)) + 1;

  g_hash_table_insert (counts, g_strdup (kind), GUINT_TO_POINTER (n));
  return n;
}

static void
append_rest (GString *out, GHashTable *counts)
{
  g_autoptr(GList) kinds = g_list_sort (g_hash_table_get_keys (counts), (GCompareFunc) strcmp);

  for (GList *link = kinds; link != NULL; link = link->next)
    {
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, link->data));

      if (n > MAX_SUBJECTS)
        g_string_append_printf (out, "%s in %u more\r\n", (const char *) link->data,
                                n - MAX_SUBJECTS);
    }
}

static void
append_generated (GString *out, GPtrArray *generated)
{
  g_autoptr(GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (generated->len == 0)
    return;
  append_heading (out, "Values that were made up");
  append_line (out, "The standard wants these values in the directory, and the files do not have");
  append_line (out, "them. They stand in DICOMDIR only; the files are as they were received.");
  append_line (out, "");
  for (guint i = 0; i < generated->len; i++)
    {
      const IcGeneratedKey *key = generated->pdata[i];
      g_autofree char *kind = dup_kind (key);

      if (count_kind (counts, kind) <= MAX_SUBJECTS)
        g_string_append_printf (out, "%s = %s%s%s\r\n", kind, key->value,
                                *key->subject != '\0' ? "  in " : "", key->subject);
    }
  append_rest (out, counts);
}

GBytes *
ic_file_set_readme_new_bytes (const IcFileSetFacts *facts)
{
  g_autoptr(GString) out = g_string_new (NULL);

  append_line (out, "MEDICAL IMAGES - CONFIDENTIAL PATIENT DATA");
  append_line (out,
               "If this reached you by mistake, please tell the contact below and do not copy it.");
  append_headline (out, facts);
  append_origin (out, facts);
  append_contents (out, facts);
  append_counts (out, facts);
  ic_file_set_volumes_append_text (out, facts);
  append_generated (out, facts->generated);
  append_heading (out, "Not for diagnosis");
  append_line (out, "Imaging Courier is not a medical device. What INDEX.HTM shows is not for");
  append_line (out, "diagnosis:");
  append_line (out, "read the images with a program and a screen that are made for it.");
  return g_string_free_to_bytes (g_steal_pointer (&out));
}
