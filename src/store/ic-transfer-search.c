/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-transfer-search.h"

#include "store/ic-search.h"
#include "store/ic-transfer-private.h"

#include <string.h>

#define TRIGRAM 3 /* letters that the trigram index needs */

static gboolean
is_given (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
has_letters (const char *word)
{
  for (const char *c = word; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_isalnum (g_utf8_get_char (c)))
      return TRUE;
  return FALSE;
}

/* Inside quotes only the quote itself is special to FTS5. */
static void
append_phrase (GString *query, const char *word, const char *suffix)
{
  g_auto(GStrv) parts = g_strsplit (word, "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);

  if (query->len > 0)
    g_string_append (query, " AND ");
  g_string_append_printf (query, "\"%s\"%s", doubled, suffix);
}

/* Long words go to the trigram index, short ones to the index of beginnings. */
static void
build_queries (const char *text, GString *trigram, GString *prefix)
{
  g_autofree char *folded = ic_search_fold (text);
  g_auto(GStrv) words = g_strsplit_set (folded, " \t\n", -1);

  for (char **word = words; *word != NULL; word++)
    if (g_utf8_strlen (*word, -1) >= TRIGRAM)
      append_phrase (trigram, *word, "");
    else if (has_letters (*word))
      append_phrase (prefix, *word, "*");
}

/* An index of text that leads: read from its newest row downwards, LIMIT stops it early. */
#define FROM_INDEX(index)                                                                          \
  "SELECT " IC_TRANSFER_COLUMNS ", " index ".rowid AS position FROM " index                        \
  " CROSS JOIN transfer ON transfer.id = " index ".rowid"

/* Its beginning tells it from the others, and is one entry of the index instead of many. */
static void
append_state (GString *query, IcTransferState state)
{
  g_autofree char *text = ic_transfer_index_dup_state (state);

  text[TRIGRAM] = '\0';
  append_phrase (query, text, "");
}

/* The one of the indexes leads that has the rarer words; without text the days do. */
static IcSearch *
build_text_search (const IcTransferFilter *filter, gboolean *has_text)
{
  g_autoptr(GString) trigram = g_string_new (NULL);
  g_autoptr(GString) prefix = g_string_new (NULL);
  IcSearch *search = NULL;

  if (is_given (filter->text))
    build_queries (filter->text, trigram, prefix);
  *has_text = trigram->len > 0 || prefix->len > 0;
  if (*has_text && filter->has_state)
    append_state (trigram, filter->state);
  if (!*has_text)
    return ic_search_new ("SELECT " IC_TRANSFER_COLUMNS ", transfer.id AS position FROM transfer");
  if (trigram->len == 0)
    {
      search = ic_search_new (FROM_INDEX ("transfer_prefix"));
      ic_search_add_text (search, "transfer_prefix MATCH ?", prefix->str);
      return search;
    }
  search = ic_search_new (FROM_INDEX ("transfer_trigram"));
  ic_search_add_text (search, "transfer_trigram MATCH ?", trigram->str);
  if (prefix->len > 0)
    ic_search_add_text (search,
                        "EXISTS (SELECT 1 FROM transfer_prefix WHERE transfer_prefix MATCH ? "
                        "AND transfer_prefix.rowid = transfer.id)",
                        prefix->str);
  return search;
}

static void
add_people (IcSearch *search, const IcTransferFilter *filter)
{
  ic_search_add_wildcards (search, "patient_id", filter->patient_id);
  if (is_given (filter->patient_name))
    {
      g_autofree char *pattern = ic_search_dup_name_pattern (filter->patient_name);

      ic_search_add_text (search, "patient_name_folded GLOB ?", pattern);
    }
  if (is_given (filter->recipient))
    {
      g_autofree char *folded = ic_search_fold (filter->recipient);

      ic_search_add_wildcards (search, "recipient_folded", folded);
    }
}

static void
add_rest (IcSearch *search, const IcTransferFilter *filter)
{
  if (filter->has_state)
    ic_search_add_text (search, "state = ?", ic_transfer_state_to_string (filter->state));
  if (filter->from > 0)
    ic_search_add_int64 (search, "started_at >= ?", filter->from);
  if (filter->before > 0)
    ic_search_add_int64 (search, "started_at < ?", filter->before);
  if (is_given (filter->study_uid))
    ic_search_add_text (search,
                        "transfer.id IN (SELECT transfer FROM transfer_series "
                        "WHERE study_uid = ?)",
                        filter->study_uid);
}

/* An index of text knows no days: it need not look below the oldest row of those asked for. */
static void
add_place_in_text (IcSearch *search, const IcTransferFilter *filter, gint64 before_id)
{
  ic_search_add_int64 (search, "position < ?", before_id > 0 ? before_id : G_MAXINT64);
  if (filter->from > 0)
    ic_search_add_int64 (search,
                         "position >= (SELECT coalesce (min (id), 0) FROM transfer "
                         "INDEXED BY transfer_by_start WHERE started_at >= ?)",
                         filter->from);
}

GPtrArray *
ic_transfer_search (IcReadTx *tx,
                    const IcTransferFilter *filter,
                    gint64 before_id,
                    guint limit,
                    GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_transfer_free);
  gboolean has_text = FALSE;
  g_autoptr(IcSearch) search = build_text_search (filter, &has_text);
  g_autoptr(IcStatement) statement = NULL;

  add_people (search, filter);
  add_rest (search, filter);
  if (has_text)
    add_place_in_text (search, filter, before_id);
  else if (before_id > 0)
    ic_search_add_int64 (search,
                         "(started_at, transfer.id) < "
                         "(SELECT last.started_at, last.id FROM transfer AS last "
                         "WHERE last.id = ?)",
                         before_id);
  statement = ic_search_prepare (search, tx,
                                 has_text ? "ORDER BY position DESC"
                                          : "ORDER BY started_at DESC, transfer.id DESC",
                                 error);
  if (statement == NULL)
    return NULL;
  while (list->len < limit && ic_statement_step (statement))
    g_ptr_array_add (list, ic_transfer_read (statement));
  return ic_statement_check (statement, error) ? g_steal_pointer (&list) : NULL;
}

gboolean
ic_transfer_search_last_sent (IcReadTx *tx,
                              const char *study_uid,
                              gint64 *sent_at,
                              char **recipient,
                              GError **error)
{
  g_autoptr(IcStatement) statement =
          ic_statement_new (tx,
                            "SELECT started_at, recipient FROM transfer WHERE direction = 'out' "
                            "AND state IN ('succeeded', 'incomplete', 'unproven') "
                            "AND id IN (SELECT transfer FROM transfer_series WHERE study_uid = ?) "
                            "ORDER BY id DESC LIMIT 1",
                            error);

  *sent_at = 0;
  *recipient = NULL;
  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, study_uid);
  if (ic_statement_step (statement))
    {
      *sent_at = ic_statement_get_int64 (statement);
      *recipient = ic_statement_dup_text (statement);
    }
  return ic_statement_check (statement, error);
}

gboolean
ic_transfer_search_load_series (IcReadTx *tx, GPtrArray *transfers, GError **error)
{
  for (guint i = 0; i < transfers->len; i++)
    if (!ic_transfer_load_series (tx, transfers->pdata[i], error))
      return FALSE;
  return TRUE;
}
