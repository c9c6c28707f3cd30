/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-page.h"

#include "disc/ic-file-set-text.h"

#include <stdarg.h>

static const char head[] =
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\"\n"
    "  \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\n"
    "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n"
    "<head>\n"
    "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\" />\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n";

/* What there is to load is beside the page; a rule for scripts would keep browsers from that. */
static const char policy[] =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'none'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-src 'none'\" />\n";

static const char title_and_style[] =
    "<title>%s</title>\n"
    "<style type=\"text/css\">\n"
    "body { font-family: sans-serif; line-height: 1.4; margin: 0 auto; max-width: 60em;\n"
    "  padding: 1em; color: #1a1a1a; background: #ffffff; }\n"
    "h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; }\n"
    ".patient { border: 2px solid #1a1a1a; padding: 0.6em 1em; }\n"
    ".patient p { margin: 0.2em 0; }\n"
    ".patient strong { font-size: 1.3em; }\n"
    ".verdict { border-left: 0.4em solid #b42318; background: #fdecea; padding: 0.6em 1em;\n"
    "  font-weight: bold; } .complete { border-color: #1a6b2f; background: #e9f5ec; }\n"
    ".open { border-color: #9a6700; background: #fff4d6; }\n"
    ".fault { display: block; font-weight: bold; color: #8f1c13; white-space: normal; }\n"
    ".notice { border-left: 0.4em solid #767676; padding: 0.2em 1em; }\n"
    "table { border-collapse: collapse; width: 100%%; table-layout: fixed; }\n"
    "caption { text-align: left; padding: 0.4em 0; }\n"
    "th, td { border: 1px solid #767676; padding: 0.3em 0.6em; text-align: left;\n"
    "  vertical-align: top; overflow-wrap: anywhere; }\n"
    "th { background: #eeeeee; } .number { text-align: right; width: 7em; }\n"
    "th.key { width: 8em; } td.key { text-align: center; vertical-align: middle; }\n"
    "td.key img { max-width: 100%%; } .detail { display: block; color: #4a4a4a; }\n"
    "img { background: #000000; border: 0; height: auto; vertical-align: top; }\n"
    ".none { color: #4a4a4a; font-style: italic; }\n"
    ".series { display: inline-block; vertical-align: top; width: 27em; max-width: 100%%;\n"
    "  margin: 0 2em 1em 0; } .series h2 { margin: 1em 0 0.2em 0; }\n"
    ".series p { margin: 0.2em 0 0.5em 0; overflow-wrap: anywhere; }\n"
    ".series img { max-width: 100%%; }\n"
    ".series .none { border: 1px dashed #767676; padding: 2em 1em; text-align: center; }\n"
    "dl { margin: 0; } dt { font-weight: bold; } dd { margin: 0 0 0.4em 0; }\n"
    "a { color: #0b4f9e; }\n"
    "@media (max-width: 30em) { th.key { width: 5.5em; } .number { width: 4.5em; }\n"
    "  th, td { padding: 0.3em 0.4em; } .detail { font-size: 0.8em; }\n"
    "  .series { margin-right: 0; } }\n"
    "@media print { body { max-width: none; padding: 0; font-size: 10pt; }\n"
    "  h2 { page-break-after: avoid; } tr, .patient, .series { page-break-inside: avoid; }\n"
    "  thead { display: table-header-group; } a { color: inherit; text-decoration: none; } }\n"
    "</style>\n"
    "</head>\n"
    "<body>\n"
    "<h1>%s</h1>\n";

static void
append_valist (GString *out, const char *format, va_list arguments)
{
  for (const char *c = format; *c != '\0'; c++)
    if (c[0] == '%' && c[1] == 's')
      {
        g_autofree char *safe = ic_file_set_text_dup_markup (va_arg (arguments, const char *));

        g_string_append (out, safe);
        c++;
      }
    else if (c[0] == '%' && c[1] == '%')
      g_string_append_c (out, *c++);
    else
      g_string_append_c (out, *c);
}

void
ic_file_set_page_append (GString *out, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  append_valist (out, format, arguments);
  va_end (arguments);
}

GString *
ic_file_set_page_begin (const char *title, const char *heading, gboolean has_script)
{
  GString *out = g_string_new (NULL);

  ic_file_set_page_append (out, head);
  if (has_script)
    ic_file_set_page_append (out, policy);
  ic_file_set_page_append (out, title_and_style, title, heading);
  return out;
}

GBytes *
ic_file_set_page_end (GString *out)
{
  ic_file_set_page_append (out, "</body>\n</html>\n");
  return g_string_free_to_bytes (out);
}

const char *
ic_file_set_page_or_else (const char *text, const char *otherwise)
{
  return text != NULL && *text != '\0' ? text : otherwise;
}

void
ic_file_set_page_append_patient (GString *out, IcPatient *patient)
{
  g_autofree char *name = ic_patient_dup_display_name (patient);
  g_autofree char *born = ic_file_set_text_dup_date (patient->birth_date);

  ic_file_set_page_append (out, "<div class=\"patient\">\n<p><strong>%s</strong></p>\n",
                           ic_file_set_page_or_else (name, "no name"));
  ic_file_set_page_append (out, "<p>Patient ID: %s; born: %s; sex: %s</p>\n</div>\n",
                           ic_file_set_page_or_else (patient->id, "none"),
                           ic_file_set_page_or_else (born, "unknown"),
                           ic_file_set_page_or_else (patient->sex, "unknown"));
}

char *
ic_file_set_page_dup_series_name (const char *number, const char *description)
{
  return g_strdup_printf ("Series %s: %s", ic_file_set_page_or_else (number, "without number"),
                          ic_file_set_page_or_else (description, "no description"));
}

char *
ic_file_set_page_dup_kind (const char *modality, const char *body_part)
{
  if (modality == NULL || body_part == NULL || *modality == '\0' || *body_part == '\0')
    return g_strconcat (modality != NULL ? modality : "", body_part, NULL);
  return g_strconcat (modality, ", ", body_part, NULL);
}
