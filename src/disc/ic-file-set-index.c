/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-text.h"

#include <stdarg.h>

static const char head[] =
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\"\n"
    "  \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\n"
    "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n"
    "<head>\n"
    "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\" />\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
    "<title>Medical images: contents</title>\n"
    "<style type=\"text/css\">\n"
    "body { font-family: sans-serif; line-height: 1.4; margin: 0 auto; max-width: 60em;\n"
    "  padding: 1em; color: #1a1a1a; background: #ffffff; }\n"
    "h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; }\n"
    ".patient { border: 2px solid #1a1a1a; padding: 0.6em 1em; }\n"
    ".patient strong { font-size: 1.3em; }\n"
    ".verdict { border-left: 0.4em solid #b42318; background: #fdecea; padding: 0.6em 1em;\n"
    "  font-weight: bold; } .complete { border-color: #1a6b2f; background: #e9f5ec; }\n"
    ".fault { display: block; font-weight: bold; color: #8f1c13; white-space: normal; }\n"
    ".notice { border-left: 0.4em solid #9a3412; padding: 0.2em 1em; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "caption { text-align: left; padding: 0.4em 0; }\n"
    "th, td { border: 1px solid #767676; padding: 0.3em 0.6em; text-align: left;\n"
    "  vertical-align: top; overflow-wrap: anywhere; }\n"
    "th { background: #eeeeee; } .number { text-align: right; white-space: nowrap; }\n"
    "dl { margin: 0; } dt { font-weight: bold; } dd { margin: 0 0 0.4em 0; }\n"
    "a { color: #0b4f9e; }\n"
    "@media print { body { max-width: none; padding: 0; font-size: 10pt; }\n"
    "  h2 { page-break-after: avoid; } tr, .patient { page-break-inside: avoid; }\n"
    "  thead { display: table-header-group; } a { color: inherit; text-decoration: none; } }\n"
    "</style>\n"
    "</head>\n"
    "<body>\n"
    "<h1>Medical images</h1>\n";

static const char table_head[] =
    "<thead><tr><th scope=\"col\" class=\"number\">Series</th><th scope=\"col\">Modality</th>"
    "<th scope=\"col\">Description</th><th scope=\"col\">Body part</th>"
    "<th scope=\"col\" class=\"number\">Images</th><th scope=\"col\">Folder</th></tr></thead>\n"
    "<tbody>\n";

/* printf with %s only, each of which is made safe; @format itself is markup. */
static void G_GNUC_PRINTF (2, 3) append (GString *out, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  for (const char *c = format; *c != '\0'; c++)
    if (c[0] == '%' && c[1] == 's')
      {
        g_autofree char *safe = ic_file_set_text_dup_markup (va_arg (arguments, const char *));

        g_string_append (out, safe);
        c++;
      }
    else
      g_string_append_c (out, *c);
  va_end (arguments);
}

static const char *
or_else (const char *text, const char *otherwise)
{
  return text != NULL && *text != '\0' ? text : otherwise;
}

static void
append_fact (GString *out, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    append (out, "<dt>%s</dt><dd>%s</dd>\n", name, value);
}

static void
append_patient (GString *out, IcPatient *patient)
{
  g_autofree char *name = ic_patient_dup_display_name (patient);
  g_autofree char *born = ic_file_set_text_dup_date (patient->birth_date);

  append (out, "<div class=\"patient\">\n<p><strong>%s</strong></p>\n", or_else (name, "no name"));
  append (out, "<p>Patient ID: %s; born: %s; sex: %s</p>\n</div>\n", or_else (patient->id, "none"),
          or_else (born, "unknown"), or_else (patient->sex, "unknown"));
}

/* Bad news is as large as good news. */
static void
append_headline (GString *out, const IcFileSetFacts *facts)
{
  g_autofree char *headline = ic_file_set_account_dup_headline (facts->account);

  if (headline != NULL)
    append (out, "<p class=\"%s\">%s</p>\n",
            ic_file_set_account_is_complete (facts->account) ? "verdict complete" : "verdict",
            headline);
}

static void
append_origin (GString *out, const IcFileSetFacts *facts)
{
  const IcFileSetInfo *info = facts->info;
  g_autofree char *moment = ic_file_set_text_dup_moment (info->created);
  g_autofree char *profiles = ic_media_profiles_dup_names (facts->profiles);

  append (out, "<h2>Where this comes from</h2>\n<dl>\n");
  append_fact (out, "Institution", info->institution);
  append_fact (out, "Contact", info->contact);
  append_fact (out, "Created", moment);
  append_fact (out, "Transfer", info->transfer_number);
  append_fact (out, "File-set ID", info->file_set_id);
  append_fact (out, "For", info->recipient);
  append_fact (out, "Standard profile", profiles);
  append_fact (out, "Made with", info->application);
  append (out, "</dl>\n");
}

static void
append_count (GString *out, const char *count, const char *fault)
{
  append (out, "<td class=\"number\">%s", count);
  if (*fault != '\0')
    append (out, " <span class=\"fault\">%s</span>", fault);
  append (out, "</td>");
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
  g_autofree char *folder = g_strdup_printf ("DICOM/S%04u/SE%04u", study_number, series_number);

  append (out, "<tr><td class=\"number\">%s</td><td>%s</td><td>%s</td><td>%s</td>", series->number,
          series->modality, series->description, series->body_part);
  append_count (out, count, fault);
  append (out, "<td>%s</td></tr>\n", folder);
}

static void
append_study (GString *out, const IcFileSetFacts *facts, guint number)
{
  IcStudy *study = facts->studies->pdata[number - 1];
  g_autofree char *date = ic_file_set_text_dup_date (study->date);
  g_autofree char *count = g_strdup_printf ("%u", ic_study_count_instances (study));

  append (out, "<h2>%s, %s</h2>\n", or_else (date, "no date"),
          or_else (study->description, "no description"));
  append (out, "<table>\n<caption>Accession number %s; %s images and other objects</caption>\n",
          or_else (study->accession, "none"), count);
  g_string_append (out, table_head);
  for (guint i = 0; i < study->series->len; i++)
    append_series (out, facts, study->series->pdata[i], number, i + 1);
  append (out, "</tbody>\n</table>\n");
}

/* A series of which nothing came has no study to stand under. */
static void
append_absent (GString *out, const IcFileSetFacts *facts)
{
  GPtrArray *absent = ic_file_set_account_get_absent (facts->account);

  if (absent->len == 0)
    return;
  append (out, "<h2>Series that are not here</h2>\n<table>\n");
  g_string_append (out, table_head);
  for (guint i = 0; i < absent->len; i++)
    {
      const IcTransferSeries *series = absent->pdata[i];
      g_autofree char *count = ic_file_set_account_dup_absent_count (series);
      g_autofree char *fault = ic_file_set_account_dup_absent_fault (series);

      append (out, "<tr><td class=\"number\">%s</td><td>%s</td><td>%s</td><td></td>",
              series->number, series->modality, series->description);
      append_count (out, count, fault);
      append (out, "<td>none</td></tr>\n");
    }
  append (out, "</tbody>\n</table>\n");
}

GBytes *
ic_file_set_index_new_bytes (const IcFileSetFacts *facts)
{
  g_autoptr(GString) out = g_string_new (head);
  IcStudy *first = facts->studies->pdata[0];

  append_patient (out, first->patient);
  append_headline (out, facts);
  append (out, "<p class=\"notice\">%s</p>\n", IC_NOT_FOR_DIAGNOSIS);
  append (out,
          "<p>To see the images, open this medium with a DICOM viewer or import it into a PACS; "
          "the directory is the file DICOMDIR. More is in <a href=\"README.TXT\">README.TXT</a>; "
          "<a href=\"MANIFEST.TXT\">MANIFEST.TXT</a> lists every file with its SHA-256.</p>\n");
  for (guint i = 0; i < facts->studies->len; i++)
    append_study (out, facts, i + 1);
  append_absent (out, facts);
  append_origin (out, facts);
  append (out, "</body>\n</html>\n");
  return g_string_free_to_bytes (g_steal_pointer (&out));
}
