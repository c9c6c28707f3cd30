/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-study-criteria.h"

#include "core/ic-error.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

IcStudyCriteria *
ic_study_criteria_new (void)
{
  IcStudyCriteria *self = g_new0 (IcStudyCriteria, 1);

  self->name = g_strdup ("");
  self->patient_id = g_strdup ("");
  self->birth_date = g_strdup ("");
  self->accession = g_strdup ("");
  self->from = g_strdup ("");
  self->to = g_strdup ("");
  self->modalities = g_new0 (char *, 1);
  return self;
}

IcStudyCriteria *
ic_study_criteria_copy (const IcStudyCriteria *self)
{
  IcStudyCriteria *copy = g_new0 (IcStudyCriteria, 1);

  copy->name = g_strdup (self->name);
  copy->patient_id = g_strdup (self->patient_id);
  copy->birth_date = g_strdup (self->birth_date);
  copy->accession = g_strdup (self->accession);
  copy->from = g_strdup (self->from);
  copy->to = g_strdup (self->to);
  copy->modalities = g_strdupv (self->modalities);
  return copy;
}

void
ic_study_criteria_free (IcStudyCriteria *self)
{
  g_free (self->name);
  g_free (self->patient_id);
  g_free (self->birth_date);
  g_free (self->accession);
  g_free (self->from);
  g_free (self->to);
  g_strfreev (self->modalities);
  g_free (self);
}

void
ic_study_criteria_set (char **field, const char *text)
{
  char *stripped = g_strstrip (g_strdup (text));

  g_free (*field);
  *field = stripped;
}

static GDateTime *
go_back (GDateTime *today, IcPeriod period)
{
  switch (period)
    {
    case IC_PERIOD_WEEK:
      return g_date_time_add_days (today, -6);
    case IC_PERIOD_MONTH:
      return g_date_time_add_months (today, -1);
    case IC_PERIOD_YEAR:
      return g_date_time_add_years (today, -1);
    default:
      return g_date_time_ref (today);
    }
}

void
ic_study_criteria_set_period (IcStudyCriteria *self, IcPeriod period, GDateTime *today)
{
  g_autoptr(GDateTime) first = go_back (today, period);
  g_autofree char *from = g_date_time_format (first, "%Y%m%d");

  if (period == IC_PERIOD_RANGE)
    return;
  /* Clocks of scanners may be ahead: no end. */
  ic_study_criteria_set (&self->from, period == IC_PERIOD_ANY ? "" : from);
  ic_study_criteria_set (&self->to, "");
}

static gboolean
ends_a_word (char c)
{
  return c == ' ' || c == ',' || c == '^' || c == '\0';
}

char *
ic_study_criteria_dup_name_pattern (const char *typed)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autoptr(GString) pattern = g_string_new (NULL);
  char open = '\0';

  if (strpbrk (text, "*?") != NULL || *text == '\0')
    return g_steal_pointer (&text);
  for (const char *c = text;; c++)
    {
      if (!ends_a_word (*c))
        {
          if (open != '\0')
            g_string_append (pattern, open == '^' ? "*^" : "*");
          open = '\0';
          g_string_append_c (pattern, *c);
          continue;
        }
      if (*c == '\0')
        break;
      open = *c == ' ' ? (open == '^' ? '^' : ' ') : '^';
    }
  g_string_append (pattern, open == '^' ? "*^*" : "*");
  return g_string_free (g_steal_pointer (&pattern), FALSE);
}

static gboolean
fail_date (GError **error)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, _ ("not a date such as 1961-03-12"));
  return FALSE;
}

/* "mar", "March", "märz", as far as it is unmistakable. */
static guint
find_month (const char *typed)
{
  g_autofree char *wanted = g_utf8_casefold (typed, -1);

  for (guint month = 1; month <= 12; month++)
    {
      g_autoptr(GDateTime) day = g_date_time_new_utc (2000, (int) month, 1, 0, 0, 0);
      g_autofree char *name = g_date_time_format (day, "%B");
      g_autofree char *folded = g_utf8_casefold (name, -1);

      if (g_utf8_strlen (wanted, -1) >= 3 && g_str_has_prefix (folded, wanted))
        return month;
    }
  return 0;
}

/* "12/3/1961" is a day in March or in December: as the language of the locale has it. */
static gboolean
read_slashes (const char *text, guint *year, guint *month, guint *day)
{
  gboolean is_day_first = g_str_has_prefix (nl_langinfo (D_FMT), "%d/");
  int used = 0;

  return is_day_first && sscanf (text, "%2u/%2u/%4u%n", day, month, year, &used) == 3 &&
         used == (int) strlen (text);
}

static gboolean
read_parts (const char *text, guint *year, guint *month, guint *day)
{
  char word[32] = { 0 };
  int used = 0;
  int length = (int) strlen (text);

  if (length == 8 && sscanf (text, "%4u%2u%2u%n", year, month, day, &used) == 3 && used == length)
    return TRUE;
  if (sscanf (text, "%4u-%2u-%2u%n", year, month, day, &used) == 3 && used == length)
    return TRUE;
  if (sscanf (text, "%2u.%2u.%4u%n", day, month, year, &used) == 3 && used == length)
    return TRUE;
  if (read_slashes (text, year, month, day))
    return TRUE;
  if (sscanf (text, "%2u %31[^ 0-9.]%*[. ]%4u%n", day, word, year, &used) == 3 && used == length)
    {
      *month = find_month (word);
      return TRUE;
    }
  return FALSE;
}

char *
ic_study_criteria_parse_date (const char *typed, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  guint year = 0;
  guint month = 0;
  guint day = 0;

  if (*text == '\0')
    return g_steal_pointer (&text);
  if (!read_parts (text, &year, &month, &day) || year < 1800 || month < 1 || month > 12 ||
      !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    {
      fail_date (error);
      return NULL;
    }
  return g_strdup_printf ("%04u%02u%02u", year, month, day);
}

static char *
dup_capitalised (const char *pattern)
{
  g_autofree char *lower = g_utf8_strdown (pattern, -1);
  g_autoptr(GString) text = g_string_new (NULL);
  gboolean at_start = TRUE;

  for (const char *c = lower; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      g_string_append_unichar (text, at_start ? g_unichar_toupper (letter) : letter);
      at_start = !g_unichar_isalpha (letter);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Upper case first: most archives keep names so, or do not mind. */
static GPtrArray *
list_spellings (const char *pattern)
{
  GPtrArray *spellings = g_ptr_array_new_with_free_func (g_free);
  char *candidates[] = { g_utf8_strup (pattern, -1), dup_capitalised (pattern),
                         g_strdup (pattern) };

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    if (!g_ptr_array_find_with_equal_func (spellings, candidates[i], g_str_equal, NULL))
      g_ptr_array_add (spellings, candidates[i]);
    else
      g_free (candidates[i]);
  return spellings;
}

static void
restrict_to (IcQuery *query, IcQueryKey key, const char *value)
{
  if (*value != '\0')
    ic_query_set (query, key, value);
}

static IcQuery *
make_query (const IcStudyCriteria *self, const char *name, const char *modality)
{
  IcQuery *query = ic_query_new (IC_LEVEL_STUDY);
  g_autofree char *dates = NULL;

  restrict_to (query, IC_QUERY_PATIENT_NAME, name);
  restrict_to (query, IC_QUERY_PATIENT_ID, self->patient_id);
  restrict_to (query, IC_QUERY_PATIENT_BIRTH_DATE, self->birth_date);
  restrict_to (query, IC_QUERY_ACCESSION_NUMBER, self->accession);
  if (modality != NULL)
    restrict_to (query, IC_QUERY_MODALITIES_IN_STUDY, modality);
  if (*self->from != '\0' || *self->to != '\0')
    dates = g_str_equal (self->from, self->to) ? g_strdup (self->from)
                                               : g_strconcat (self->from, "-", self->to, NULL);
  if (dates != NULL)
    ic_query_set (query, IC_QUERY_STUDY_DATE, dates);
  return query;
}

GPtrArray *
ic_study_criteria_make_queries (const IcStudyCriteria *self)
{
  GPtrArray *queries = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_query_free);
  g_autoptr(GPtrArray) spellings = list_spellings (self->name);

  for (guint i = 0; i < spellings->len; i++)
    {
      guint k = 0;

      do
        g_ptr_array_add (queries, make_query (self, spellings->pdata[i], self->modalities[k]));
      while (self->modalities[k] != NULL && self->modalities[++k] != NULL);
    }
  return queries;
}

gboolean
ic_study_criteria_shows_case_ignored (const char *pattern, const char *name)
{
  gsize length = strcspn (pattern, "*?^");
  g_autofree char *literal = g_strndup (pattern, length);
  g_autofree char *folded = g_utf8_casefold (literal, -1);
  g_autofree char *folded_name = g_utf8_casefold (name, -1);

  return length > 0 && !g_str_has_prefix (name, literal) && g_str_has_prefix (folded_name, folded);
}
