/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words/ic-log-words.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const char *name;
  const char *sign;
} states[] = {
  [IC_TRANSFER_RUNNING] = { N_ ("Running"), "…" },
  [IC_TRANSFER_SUCCEEDED] = { N_ ("Proved"), "✓" },
  [IC_TRANSFER_INCOMPLETE] = { N_ ("Incomplete"), "⚠" },
  [IC_TRANSFER_UNPROVEN] = { N_ ("Unproven"), "?" },
  [IC_TRANSFER_FAILED] = { N_ ("Failed"), "✕" },
  [IC_TRANSFER_CANCELLED] = { N_ ("Stopped"), "■" },
  [IC_TRANSFER_REFUSED] = { N_ ("Refused"), "⊘" },
};

static const char *const routes[] = {
  [IC_ROUTE_DISC] = N_ ("Disc"),       [IC_ROUTE_FOLDER] = N_ ("Folder or USB"),
  [IC_ROUTE_ISO] = N_ ("Disc image"),  [IC_ROUTE_ZIP] = N_ ("ZIP file"),
  [IC_ROUTE_NODE] = N_ ("DICOM node"), [IC_ROUTE_DICOMWEB] = N_ ("DICOMweb"),
  [IC_ROUTE_SFTP] = N_ ("SFTP"),       [IC_ROUTE_FILM] = N_ ("Film"),
  [IC_ROUTE_PAPER] = N_ ("Paper"),     [IC_ROUTE_MANUAL] = N_ ("Another program"),
};

static const struct
{
  const char *action;
  const char *name;
} events[] = {
  { "transfer-begun", N_ ("Transfer begun") },
  { "transfer-ended", N_ ("Transfer ended") },
  { "file-set-written", N_ ("Files written") },
  { "disc-burning", N_ ("Writing the disc begun") },
  { "disc-proved", N_ ("Disc proved") },
  { "disc-spoilt", N_ ("Disc spoilt") },
  { "volume-proved", N_ ("One of several media proved") },
  { "medium-verified", N_ ("Medium checked") },
  { "personal-erased", N_ ("Personal values erased") },
};

const char *
ic_log_words_get_state (IcTransferState state)
{
  return _ (states[state].name);
}

const char *
ic_log_words_get_state_sign (IcTransferState state)
{
  return states[state].sign;
}

const char *
ic_log_words_get_direction (IcDirection direction)
{
  return direction == IC_DIRECTION_OUT ? _ ("Out") : _ ("In");
}

const char *
ic_log_words_get_route (IcRoute route)
{
  return _ (routes[route]);
}

const char *
ic_log_words_get_item_state (IcItemState state)
{
  static const char *const names[] = {
    [IC_ITEM_MISSING] = N_ ("missing"),     [IC_ITEM_EXTRA] = N_ ("extra"),
    [IC_ITEM_FAILED] = N_ ("damaged"),      [IC_ITEM_RETRIEVED] = N_ ("retrieved"),
    [IC_ITEM_WRITTEN] = N_ ("not checked"), [IC_ITEM_VERIFIED] = N_ ("proved"),
  };

  return _ (names[state]);
}

const char *
ic_log_words_get_event (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    if (g_str_equal (events[i].action, action))
      return _ (events[i].name);
  return action;
}

const char *
ic_log_words_get_value (const char *value)
{
  static const char *const own[] = { N_ ("store"), N_ ("this store"), N_ ("retrieval") };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_str_equal (own[i], value))
      return _ (own[i]);
  return value;
}

const char *
ic_log_words_get_other_end (const IcTransfer *transfer)
{
  if (transfer->direction == IC_DIRECTION_IN)
    return ic_log_words_get_value (transfer->source);
  return *transfer->recipient != '\0' ? transfer->recipient : transfer->output;
}

static void
append_part (GString *text, const char *part)
{
  g_string_append (text, text->len > 0 ? " · " : "");
  g_string_append (text, part);
}

static char *
dup_modalities (const IcTransfer *transfer, guint *n_studies)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) studies = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];

      g_hash_table_add (studies, series->study_uid);
      if (*series->modality == '\0' || !g_hash_table_add (seen, series->modality))
        continue;
      g_string_append (text, text->len > 0 ? ", " : "");
      g_string_append (text, series->modality);
    }
  *n_studies = g_hash_table_size (studies);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
ic_log_words_dup_contents (const IcTransfer *transfer)
{
  guint n_studies = 0;
  guint n = MAX (transfer->expected, transfer->retrieved);
  g_autofree char *modalities = dup_modalities (transfer, &n_studies);
  g_autofree char *count = ic_words_dup_count (n);
  g_autofree char *images = g_strdup_printf (ngettext ("%s image", "%s images", n), count);
  g_autoptr(GString) text = g_string_new (modalities);

  if (n_studies > 1)
    {
      g_autofree char *number = ic_words_dup_count (n_studies);
      g_autofree char *studies =
          g_strdup_printf (ngettext ("%s study", "%s studies", n_studies), number);

      append_part (text, studies);
    }
  append_part (text, images);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Spreadsheets take a cell for a formula by its first character; an apostrophe says text. */
static void
append_cell (GString *line, const char *value)
{
  g_autofree char *printable = ic_words_dup_printable (value);
  g_auto(GStrv) parts = g_strsplit (printable, "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);
  gboolean is_formula = *doubled != '\0' && strchr ("=+-@\t\r", *doubled) != NULL;

  g_string_append_printf (line, "%s\"%s%s\"", line->len > 0 ? "," : "", is_formula ? "'" : "",
                          doubled);
}

static char *
dup_csv_header (void)
{
  const char *const names[] = { _ ("Transfer"),   _ ("Begun"),   _ ("Ended"),  _ ("Direction"),
                                _ ("Patient ID"), _ ("Patient"), _ ("Born"),   _ ("Contents"),
                                _ ("To or from"), _ ("Way"),     _ ("State"),  _ ("Expected"),
                                _ ("Retrieved"),  _ ("Written"), _ ("Proved"), _ ("Reason"),
                                _ ("Operator"),   _ ("Log head") };
  g_autoptr(GString) line = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    append_cell (line, names[i]);
  g_string_append (line, "\r\n");
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static void
append_number (GString *line, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  append_cell (line, text);
}

char *
ic_log_words_dup_csv (const IcTransfer *transfer)
{
  g_autoptr(GString) line = g_string_new (NULL);
  g_autofree char *number = transfer != NULL ? ic_transfer_dup_number (transfer->id) : NULL;
  g_autofree char *begun = transfer != NULL ? ic_words_dup_iso_time (transfer->started_at) : NULL;
  g_autofree char *ended = transfer != NULL ? ic_words_dup_iso_time (transfer->ended_at) : NULL;
  g_autofree char *contents = transfer != NULL ? ic_log_words_dup_contents (transfer) : NULL;
  g_autofree char *name = transfer != NULL ? ic_patient_dup_display_name (transfer->patient) : NULL;

  if (transfer == NULL)
    return dup_csv_header ();
  append_cell (line, number);
  append_cell (line, begun != NULL ? begun : "");
  append_cell (line, ended != NULL ? ended : "");
  append_cell (line, ic_log_words_get_direction (transfer->direction));
  append_cell (line, transfer->patient->id);
  append_cell (line, name);
  append_cell (line, transfer->patient->birth_date);
  append_cell (line, contents);
  append_cell (line, ic_log_words_get_other_end (transfer));
  append_cell (line, ic_log_words_get_route (transfer->route));
  append_cell (line, ic_log_words_get_state (transfer->state));
  append_number (line, transfer->expected);
  append_number (line, transfer->retrieved);
  append_number (line, transfer->written);
  append_number (line, transfer->verified);
  append_cell (line, transfer->reason);
  append_cell (line, transfer->operator_name);
  append_cell (line, transfer->log_head);
  g_string_append (line, "\r\n");
  return g_string_free (g_steal_pointer (&line), FALSE);
}
