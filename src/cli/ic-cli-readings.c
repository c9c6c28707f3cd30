/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-readings.h"

#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "domain/ic-expectation.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <string.h>

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Adds what @reading names and @other does not name in the same series. */
static void
add_only (GPtrArray *only, IcExpectation *reading, IcExpectation *other)
{
  for (guint i = 0; i < reading->series->len; i++)
    {
      const IcExpectedSeries *series = reading->series->pdata[i];
      const IcExpectedSeries *there = ic_expectation_find_series (other, series->series_uid);
      GHashTableIter iter;
      gpointer uid;

      g_hash_table_iter_init (&iter, series->instances);
      while (g_hash_table_iter_next (&iter, &uid, NULL))
        if (there == NULL || !g_hash_table_contains (there->instances, uid))
          g_ptr_array_add (only, g_strdup (uid));
    }
}

static IcExpectation *
find_last (GPtrArray *expectations, const char *study_uid)
{
  for (guint i = expectations->len; i > 0; i--)
    {
      IcExpectation *expectation = expectations->pdata[i - 1];

      if (g_str_equal (expectation->study_uid, study_uid))
        return expectation;
    }
  return NULL;
}

static void
take_study (IcCliReadings *self, IcExpectation *first, IcExpectation *last)
{
  self->before = MAX (self->before, 0) + ic_expectation_count (first);
  if (last == first)
    return;
  self->after = MAX (self->after, 0) + ic_expectation_count (last);
  add_only (self->only_before, first, last);
  add_only (self->only_after, last, first);
}

void
ic_cli_readings_init (IcCliReadings *self, GPtrArray *expectations)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  *self = (IcCliReadings){ .before = -1, .after = -1 };
  self->only_before = g_ptr_array_new_with_free_func (g_free);
  self->only_after = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < expectations->len; i++)
    {
      IcExpectation *first = expectations->pdata[i];

      if (g_hash_table_add (seen, first->study_uid))
        take_study (self, first, find_last (expectations, first->study_uid));
    }
  g_ptr_array_sort (self->only_before, compare_uids);
  g_ptr_array_sort (self->only_after, compare_uids);
}

void
ic_cli_readings_clear (IcCliReadings *self)
{
  g_clear_pointer (&self->only_before, g_ptr_array_unref);
  g_clear_pointer (&self->only_after, g_ptr_array_unref);
}

static void
add_count (JsonBuilder *builder, const char *name, gint64 count)
{
  json_builder_set_member_name (builder, name);
  if (count < 0)
    json_builder_add_null_value (builder);
  else
    json_builder_add_int_value (builder, count);
}

static void
add_uids (JsonBuilder *builder, const char *name, GPtrArray *uids)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < uids->len; i++)
    json_builder_add_string_value (builder, uids->pdata[i]);
  json_builder_end_array (builder);
}

void
ic_cli_readings_add_member (const IcCliReadings *self, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "readings");
  json_builder_begin_object (builder);
  add_count (builder, "before", self->before);
  add_count (builder, "after", self->after);
  add_uids (builder, "only_before", self->only_before);
  add_uids (builder, "only_after", self->only_after);
  json_builder_end_object (builder);
}

static void
print_uids (const char *label, GPtrArray *uids)
{
  for (guint i = 0; i < uids->len; i++)
    ic_cli_print_field (label, uids->pdata[i]);
}

void
ic_cli_readings_print (const IcCliReadings *self)
{
  g_autofree char *before = ic_words_dup_count (MAX (self->before, 0));
  g_autofree char *after = ic_words_dup_count (MAX (self->after, 0));

  if (self->after < 0 ||
      (self->before == self->after && self->only_before->len == 0 && self->only_after->len == 0))
    return;
  ic_cli_print (_ ("The source named %s images before they were fetched and %s after.\n"), before,
                after);
  print_uids (_ ("Only before"), self->only_before);
  print_uids (_ ("Only after"), self->only_after);
  ic_cli_print ("\n");
}
