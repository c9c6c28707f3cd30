/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-transfer-search.h"

#include "store/ic-search.h"
#include "store/ic-transfer-private.h"
#include "store/ic-tx-private.h"

#include <string.h>

#define TRIGRAM 3    /* letters that the trigram index needs */
#define IN_STATE 600 /* rows of one state that are looked at one by one */

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

/* As it stands in the text of the log: short words after the mark of their beginning. */
static GPtrArray *
split (const char *text)
{
  g_autofree char *folded = ic_search_fold (text != NULL ? text : "");
  g_auto(GStrv) all = g_strsplit_set (folded, " \t\n", -1);
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (char **word = all; *word != NULL; word++)
    if (g_utf8_strlen (*word, -1) >= TRIGRAM)
      g_ptr_array_add (words, g_strdup (*word));
    else if (has_letters (*word))
      g_ptr_array_add (words, ic_search_dup_beginnings (*word));
  return words;
}

/* Inside quotes only the quote itself is special to FTS5. */
static void
append_phrase (GString *query, const char *word)
{
  g_auto(GStrv) parts = g_strsplit (word, "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);

  if (query->len > 0)
    g_string_append (query, " AND ");
  g_string_append_printf (query, "\"%s\"", doubled);
}

/* Its beginning tells it from the others, and is one entry of the index instead of many. */
static void
append_state (GString *query, IcTransferState state)
{
  g_autofree char *text = ic_transfer_index_dup_state (state);

  text[TRIGRAM] = '\0';
  append_phrase (query, text);
}

/* The index of text leads: read from its newest row downwards, LIMIT stops it early. */
static IcSearch *
new_search_of_text (const IcTransferFilter *filter, GPtrArray *words)
{
  IcSearch *search =
      ic_search_new ("SELECT " IC_TRANSFER_COLUMNS ", transfer_trigram.rowid AS position "
                     "FROM transfer_trigram CROSS JOIN transfer "
                     "ON transfer.id = transfer_trigram.rowid");
  g_autoptr(GString) query = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    append_phrase (query, words->pdata[i]);
  if (filter->has_state)
    append_state (query, filter->state);
  ic_search_add_text (search, "transfer_trigram MATCH ?", query->str);
  return search;
}

/* Those of a state lead, and their text is looked at: in the table that the index keeps it in,
 * which takes half as long as to ask the index for it. Only a row that has the words is read
 * itself: each lies on a page of its own.
 */
static IcSearch *
new_search_in_state (IcTransferState state, GPtrArray *words)
{
  IcSearch *search =
      ic_search_new ("SELECT " IC_TRANSFER_COLUMNS ", position "
                     "FROM (SELECT id AS position, state AS kept_state FROM transfer) "
                     "CROSS JOIN transfer_trigram_content AS content ON content.id = position "
                     "CROSS JOIN transfer ON transfer.id = position");

  ic_search_add_text (search, "kept_state = ?", ic_transfer_state_to_string (state));
  for (guint i = 0; i < words->len; i++)
    ic_search_add_text (search, "instr (content.c0, ?)", words->pdata[i]);
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

/* Rows to look at: below @before, and from @from on; 0 does not matter. */
typedef struct
{
  gint64 before;
  gint64 from;
} Place;

static void
add_place (IcSearch *search, Place place)
{
  ic_search_add_int64 (search, "position < ?", place.before > 0 ? place.before : G_MAXINT64);
  if (place.from > 0)
    ic_search_add_int64 (search, "position >= ?", place.from);
}

/* An index of text knows no days: it need not look below the oldest row of those asked for. */
static gboolean
find_first (IcReadTx *tx, gint64 started_at, gint64 *id, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT coalesce (min (first_transfer), 0) FROM transfer_day "
                                   "WHERE day >= ? / 86400",
                                   error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, started_at);
  if (ic_statement_step (statement))
    *id = ic_statement_get_int64 (statement);
  return ic_statement_check (statement, error);
}

/* Adds to @list until it has @limit. */
static gboolean
run (IcReadTx *tx,
     IcSearch *search,
     const IcTransferFilter *filter,
     const char *order,
     GPtrArray *list,
     guint limit,
     GError **error)
{
  g_autoptr(IcStatement) statement = NULL;

  add_people (search, filter);
  add_rest (search, filter);
  statement = ic_search_prepare (search, tx, order, error);
  if (statement == NULL)
    return FALSE;
  while (list->len < limit && ic_statement_step (statement))
    g_ptr_array_add (list, ic_transfer_read (statement));
  return ic_statement_check (statement, error);
}

#define BY_POSITION "ORDER BY position DESC"

static gboolean
search_by_day (IcReadTx *tx,
               const IcTransferFilter *filter,
               gint64 before_id,
               GPtrArray *list,
               guint limit,
               GError **error)
{
  g_autoptr(IcSearch) search = ic_search_new ("SELECT " IC_TRANSFER_COLUMNS
                                               ", transfer.id AS position FROM transfer");

  if (before_id > 0)
    ic_search_add_int64 (search,
                         "(started_at, transfer.id) < "
                         "(SELECT last.started_at, last.id FROM transfer AS last "
                         "WHERE last.id = ?)",
                         before_id);
  return run (tx, search, filter, "ORDER BY started_at DESC, transfer.id DESC", list, limit, error);
}

static gboolean
search_by_text (IcReadTx *tx,
                const IcTransferFilter *filter,
                GPtrArray *words,
                Place place,
                GPtrArray *list,
                guint limit,
                GError **error)
{
  g_autoptr(IcSearch) search = new_search_of_text (filter, words);

  add_place (search, place);
  return run (tx, search, filter, BY_POSITION, list, limit, error);
}

/* Where so many of a state end, below @before_id; *@id is 0 where there are not so many. */
static gboolean
find_end (IcReadTx *tx, IcTransferState state, gint64 before_id, gint64 *id, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx,
                                   "SELECT id FROM transfer WHERE state = ? AND id < ? "
                                   "ORDER BY id DESC LIMIT 1 OFFSET " G_STRINGIFY (IN_STATE),
                                   error);

  *id = 0;
  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, ic_transfer_state_to_string (state));
  ic_statement_bind_int64 (statement, before_id > 0 ? before_id : G_MAXINT64);
  if (ic_statement_step (statement))
    *id = ic_statement_get_int64 (statement);
  return ic_statement_check (statement, error);
}

/* Some hundred of the state one by one: those that are rare end there, and words that are not are
 * found among them. What is left of the others is up to the index.
 */
static gboolean
search_in_state (IcReadTx *tx,
                 const IcTransferFilter *filter,
                 GPtrArray *words,
                 Place place,
                 GPtrArray *list,
                 guint limit,
                 GError **error)
{
  g_autoptr(IcSearch) search = new_search_in_state (filter->state, words);
  gint64 end = 0;

  if (!find_end (tx, filter->state, place.before, &end, error))
    return FALSE;
  add_place (search, (Place){ place.before, MAX (place.from, end) });
  if (!run (tx, search, filter, BY_POSITION, list, limit, error))
    return FALSE;
  return end <= place.from || list->len == limit ||
         search_by_text (tx, filter, words, (Place){ end, place.from }, list, limit, error);
}

/* KiB, for a page of a long log. Who only carries images keeps the 2,000 that SQLite takes by
 * itself: what it reads of 200,000 images it reads once.
 */
static gboolean
enlarge_cache (IcReadTx *tx, GError **error)
{
  return ic_sqlite_exec (tx->db, "PRAGMA cache_size = -16384", error);
}

GPtrArray *
ic_transfer_search (IcReadTx *tx,
                    const IcTransferFilter *filter,
                    gint64 before_id,
                    guint limit,
                    GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_transfer_free);
  g_autoptr(GPtrArray) words = split (filter->text);
  Place place = { .before = before_id };
  gboolean ok = enlarge_cache (tx, error) &&
                (filter->from <= 0 || find_first (tx, filter->from, &place.from, error));

  if (!ok)
    return NULL;
  if (words->len == 0)
    ok = search_by_day (tx, filter, before_id, list, limit, error);
  else if (filter->has_state)
    ok = search_in_state (tx, filter, words, place, list, limit, error);
  else
    ok = search_by_text (tx, filter, words, place, list, limit, error);
  return ok ? g_steal_pointer (&list) : NULL;
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
