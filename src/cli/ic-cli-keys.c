/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-keys.h"

#include "cli/ic-cli-value.h"
#include "core/ic-error.h"
#include "domain/ic-text.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define MAX_KEYS_BYTES (64 * 1024)

static const struct
{
  const char *name;
  const char *help;
  const char *argument;
  IcTextLimit limit;
} infos[IC_N_KEYS] = {
  [IC_KEY_PATIENT_ID] = { "patient-id", N_ ("Patient ID"), N_ ("ID"), IC_TEXT_KEY },
  [IC_KEY_PATIENT_NAME] = { "patient-name", N_ ("Patient name, as DOE^JANE"), N_ ("NAME"),
                            IC_TEXT_PERSON_NAME },
  [IC_KEY_BIRTH_DATE] = { "birth-date", N_ ("Birth date, as 1961-03-12"), N_ ("DATE"),
                          IC_TEXT_KEY },
  [IC_KEY_ACCESSION] = { "accession", N_ ("Accession number"), N_ ("NUMBER"), IC_TEXT_KEY },
  [IC_KEY_RECIPIENT] = { "recipient", N_ ("Who gets the images"), N_ ("TEXT"), IC_TEXT_LINE },
  [IC_KEY_REASON] = { "reason", N_ ("Why they go out"), N_ ("TEXT"), IC_TEXT_REASON },
  [IC_KEY_LEGAL_BASIS] = { "legal-basis", N_ ("On what lawful ground, if it is to be kept"),
                           N_ ("TEXT"), IC_TEXT_LINE },
  [IC_KEY_TEXT] = { "text", N_ ("Words that occur anywhere in the entry"), N_ ("WORDS"),
                    IC_TEXT_LINE },
};

void
ic_cli_keys_add_entries (IcCliKeys *self, GOptionContext *context)
{
  GOptionEntry entries[IC_N_KEYS + 2] = { 0 };
  guint n = 0;

  for (guint key = 0; key < IC_N_KEYS; key++)
    if ((self->allowed & IC_KEY_BIT (key)) != 0)
      entries[n++] = (GOptionEntry){
        .long_name = infos[key].name,
        .arg = G_OPTION_ARG_FILENAME,
        .arg_data = &self->value[key],
        .description = _ (infos[key].help),
        .arg_description = _ (infos[key].argument),
      };
  entries[n] = (GOptionEntry){
    .long_name = "keys",
    .arg = G_OPTION_ARG_FILENAME,
    .arg_data = &self->from,
    .description = _ ("Read these from standard input, a line patient-id=123 each: recommended, "
                      "because others can see options in the list of processes"),
    .arg_description = "-",
  };
  g_option_context_add_main_entries (context, entries, NULL);
}

/* As it is kept and compared: a date may be written in two ways. An empty key would mean any, which
 * nobody means who names one.
 */
static char *
normalise (guint key, const char *value, GError **error)
{
  g_autofree char *what = g_strdup_printf (_ ("the key %s"), infos[key].name);

  if (!ic_cli_check_not_blank (value, what, error) ||
      !ic_text_check (value, what, infos[key].limit, error))
    return NULL;
  if (key == IC_KEY_BIRTH_DATE)
    return ic_cli_parse_date (value, _ ("the birth date"), error);
  return g_strdup (value);
}

static gboolean
set_value (IcCliKeys *self, guint key, const char *value, GError **error)
{
  g_autofree char *normal = normalise (key, value, error);

  if (normal == NULL)
    return FALSE;
  if (self->value[key] != NULL && !g_str_equal (self->value[key], normal))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE,
                   _ ("the key %s is given twice with different values"), infos[key].name);
      return FALSE;
    }
  g_free (self->value[key]);
  self->value[key] = g_steal_pointer (&normal);
  return TRUE;
}

/* The text of a line that names no key is not repeated: it may be a name. */
static gboolean
read_line (IcCliKeys *self, char *line, guint number, GError **error)
{
  char *equals = strchr (line, '=');

  if (*g_strstrip (line) == '\0')
    return TRUE;
  if (equals != NULL)
    {
      *equals = '\0';
      g_strchomp (line);
      for (guint key = 0; key < IC_N_KEYS; key++)
        if ((self->allowed & IC_KEY_BIT (key)) != 0 && g_str_equal (infos[key].name, line))
          return set_value (self, key, g_strchug (equals + 1), error);
    }
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE,
               _ ("line %u of the keys is not KEY=VALUE with a key that this verb takes"), number);
  return FALSE;
}

static char *
read_input (GError **error)
{
  g_autoptr(GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autofree char *text = g_malloc (MAX_KEYS_BYTES + 1);
  gsize length = 0;

  if (!g_input_stream_read_all (stream, text, MAX_KEYS_BYTES + 1, &length, NULL, NULL))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_READ_FAILED, "standard input");
      return NULL;
    }
  if (length > MAX_KEYS_BYTES || !g_utf8_validate_len (text, length, NULL))
    {
      ic_cli_refuse (error, _ ("the keys are not text in UTF-8, or too long"));
      return NULL;
    }
  text[length] = '\0';
  return g_steal_pointer (&text);
}

static gboolean
read_keys (IcCliKeys *self, GError **error)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_str_equal (self->from, "-"))
    return ic_cli_refuse (error, _ ("keys are read from standard input only: --keys -"));
  text = read_input (error);
  if (text == NULL)
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!read_line (self, lines[i], i + 1, error))
      return FALSE;
  return TRUE;
}

gboolean
ic_cli_keys_resolve (IcCliKeys *self, GError **error)
{
  for (guint key = 0; key < IC_N_KEYS; key++)
    {
      g_autofree char *given = g_steal_pointer (&self->value[key]);

      if (given != NULL && !set_value (self, key, given, error))
        return FALSE;
    }
  return self->from == NULL || read_keys (self, error);
}

gboolean
ic_cli_keys_has (IcCliKeys *self, guint bits)
{
  for (guint key = 0; key < IC_N_KEYS; key++)
    if ((bits & IC_KEY_BIT (key)) != 0 && self->value[key] != NULL && *self->value[key] != '\0')
      return TRUE;
  return FALSE;
}

gboolean
ic_cli_check_people (IcCliKeys *self, GError **error)
{
  if (!ic_cli_keys_has (self, IC_KEY_BIT (IC_KEY_PATIENT_ID)))
    return ic_cli_refuse (error, _ ("the key patient-id is missing: say whose images they are"));
  if (!ic_cli_keys_has (self, IC_KEY_BIT (IC_KEY_PATIENT_NAME) | IC_KEY_BIT (IC_KEY_BIRTH_DATE)))
    return ic_cli_refuse (error, _ ("the key patient-name or birth-date is missing: an ID alone is "
                                    "not enough"));
  if (!ic_cli_keys_has (self, IC_KEY_BIT (IC_KEY_RECIPIENT)))
    return ic_cli_refuse (error, _ ("the key recipient is missing: say who gets the images"));
  if (!ic_cli_keys_has (self, IC_KEY_BIT (IC_KEY_REASON)))
    return ic_cli_refuse (error, _ ("the key reason is missing: say why they go out"));
  return TRUE;
}

void
ic_cli_keys_clear (IcCliKeys *self)
{
  for (guint key = 0; key < IC_N_KEYS; key++)
    g_free (self->value[key]);
  g_free (self->from);
}
