/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long the log takes to answer what people ask of it, with 1,000,000 transfers in it (or as
 * many as the first argument says), page by page as the history shows them. With a second argument
 * the log is made in that data directory, which is kept: to be looked at with the application.
 */
#include "fixture.h"
#include "store/ic-search.h"
#include "store/ic-transfer-search.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <time.h>

#define N 1000000
#define PAGE 100
#define ROUNDS 200
#define P99 (ROUNDS * 99 / 100 - 1)
#define BEGUN 1420070400   /* 2015-01-01 */
#define SPAN_S 374000000LL /* to November 2026 */
#define LIMIT_MS 20

static const char *const families[] = { "MILLER", "SMITH",  "JONES", "GARCIA",  "MÜLLER", "ROSSI",
                                        "NOVAK",  "SILVA",  "KOWAL", "JANSEN",  "DUBOIS", "LARSEN",
                                        "OKAFOR", "TANAKA", "SINGH", "PETROVA", "COHEN" };
static const char *const given[] = { "Anna", "Ben",  "Clara", "David", "Eva",  "Farid", "Greta",
                                     "Hugo", "Ines", "Jan",   "Karin", "Luis", "Mona" };
static const char *const recipients[] = { "Dr. Weber",     "City Hospital", "The patient",
                                          "St. Mary",      "Court of law",  "Tumour board",
                                          "Dr. Fernández", "Clinic North" };
static const char *const routes[] = { "disc", "iso", "node", "folder", "zip" };
static const char *const operators[] = { "anna.b", "carl", "root", "mira" };
static const char *const states[] = { "succeeded", "incomplete", "unproven",
                                      "failed",    "cancelled",  "refused" };

/* Most go well; the others are rare, and by no rule that an index could use. */
static const char *
choose_state (guint i)
{
  guint dice = i * 2654435761u >> 16;

  return dice % 50 != 0 ? states[0] : states[1 + dice / 50 % 5];
}

static void
run (sqlite3 *db, const char *sql)
{
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  return statement;
}

static void
step (sqlite3_stmt *statement)
{
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_reset (statement);
}

static void
bind (sqlite3_stmt *statement, int at, const char *text)
{
  sqlite3_bind_text (statement, at, text, -1, SQLITE_TRANSIENT);
}

typedef struct
{
  sqlite3 *db;
  sqlite3_stmt *transfer;
  sqlite3_stmt *series;
  sqlite3_stmt *trigram;
} Filler;

static void
add_text (Filler *self, guint i, const char *text)
{
  g_autofree char *folded = ic_search_fold (text);
  g_autofree char *beginnings = ic_search_dup_beginnings (folded);
  g_autofree char *indexed = g_strconcat (folded, "\n", beginnings, NULL);

  sqlite3_bind_int64 (self->trigram, 1, i);
  bind (self->trigram, 2, indexed);
  step (self->trigram);
}

static void
add_transfer (Filler *self, guint i, guint n)
{
  guint who = i * 40503u % 250000;
  g_autofree char *id = g_strdup_printf ("%06u", who);
  g_autofree char *name = g_strdup_printf ("%s^%s", families[who % G_N_ELEMENTS (families)],
                                           given[who / 17 % G_N_ELEMENTS (given)]);
  g_autofree char *folded = ic_search_fold_name (name);
  const char *recipient = recipients[i % G_N_ELEMENTS (recipients)];
  g_autofree char *recipient_folded = ic_search_fold (recipient);
  g_autofree char *number = ic_transfer_dup_number (i);
  g_autofree char *output = g_strdup_printf ("/srv/out/%s.iso", number);
  const char *who_did = operators[i % G_N_ELEMENTS (operators)];
  g_autofree char *state = g_strdup_printf ("=%s=", choose_state (i));
  g_autofree char *text = g_strjoin ("\n", number, id, name, recipient, "second opinion", "ARCHIVE",
                                     output, who_did, state, NULL);
  sqlite3_stmt *row = self->transfer;

  sqlite3_bind_int64 (row, 1, i);
  bind (row, 2, i % 5 == 0 ? "in" : "out");
  bind (row, 3, routes[i % G_N_ELEMENTS (routes)]);
  bind (row, 4, choose_state (i));
  bind (row, 5, who_did);
  bind (row, 6, recipient);
  bind (row, 7, recipient_folded);
  bind (row, 8, output);
  bind (row, 9, id);
  bind (row, 10, name);
  bind (row, 11, folded);
  sqlite3_bind_int64 (row, 12, BEGUN + (gint64) i * (SPAN_S / n));
  sqlite3_bind_int64 (row, 13, 40 + i % 900);
  step (row);
  sqlite3_bind_int64 (self->series, 1, i);
  bind (self->series, 2, i % 3 == 0 ? "CT" : i % 3 == 1 ? "MR" : "CR");
  step (self->series);
  add_text (self, i, text);
}

static void
fill (const char *path, guint n)
{
  g_autofree char *file = g_build_filename (path, "courier.sqlite", NULL);
  Filler self = { NULL };

  g_assert_cmpint (sqlite3_open (file, &self.db), ==, SQLITE_OK);
  run (self.db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN");
  self.transfer = prepare (
      self.db,
      "INSERT INTO transfer VALUES (?1, NULL, '', ?2, ?3, ?4, 'uid-list', 'medium', 'routine', ?5, "
      "?6, ?7, 'second opinion', 'ARCHIVE', ?8, '', ?9, '', ?10, ?11, '19610312', 'F', ?12, "
      "?12 + 90, ?13, ?13, ?13, ?13, '', '')");
  self.series = prepare (self.db, "INSERT INTO transfer_series VALUES (?1, 0, '1.2.' || ?1, "
                                  "'1.2.3.' || ?1, ?2, '1', '', 'uid-list', 0, 0, 0, 0, 0, 0)");
  self.trigram = prepare (self.db, "INSERT INTO transfer_trigram (rowid, text) VALUES (?, ?)");
  for (guint i = 1; i <= n; i++)
    add_transfer (&self, i, n);
  sqlite3_finalize (self.transfer);
  sqlite3_finalize (self.series);
  sqlite3_finalize (self.trigram);
  run (self.db, "COMMIT");
  sqlite3_close (self.db);
}

/* One page as the history asks for it. */
typedef struct
{
  IcTransferFilter filter;
  gint64 before_id;
  guint n;
} Page;

static gboolean
read_page (IcReadTx *tx, gpointer data, GError **error)
{
  Page *page = data;
  g_autoptr(GPtrArray) list = ic_transfer_search (tx, &page->filter, page->before_id, PAGE, error);

  if (list == NULL || !ic_transfer_search_load_series (tx, list, error))
    return FALSE;
  page->n = list->len;
  if (list->len > 0)
    page->before_id = ((IcTransfer *) list->pdata[list->len - 1])->id;
  return TRUE;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

/* Of all threads: another process that has the processor does not count. */
static gint64
get_cpu_us (void)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* From the top downwards, or from a place far below; FALSE when one page in a hundred takes too
 * long. */
static gboolean
time_pages (IcStore *store, const char *what, const IcTransferFilter *filter, gint64 from)
{
  Page page = { .filter = *filter, .before_id = from };
  gint64 times[ROUNDS];
  gint64 cpu_times[ROUNDS];
  guint n_rows = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      const gint64 begun = g_get_monotonic_time ();
      const gint64 cpu_begun = get_cpu_us ();
      g_autoptr(GError) error = NULL;

      g_assert_true (ic_store_read (store, read_page, &page, &error));
      times[i] = g_get_monotonic_time () - begun;
      cpu_times[i] = get_cpu_us () - cpu_begun;
      n_rows += page.n;
      if (page.n < PAGE)
        page.before_id = from;
    }
  qsort (times, ROUNDS, sizeof *times, compare_times);
  qsort (cpu_times, ROUNDS, sizeof *cpu_times, compare_times);
  g_print ("%-44s median %6.2f ms, p99 %6.2f ms, worst %6.2f ms (CPU %6.2f, %6.2f), %u rows\n",
           what, (double) times[ROUNDS / 2] / 1000, (double) times[P99] / 1000,
           (double) times[ROUNDS - 1] / 1000, (double) cpu_times[P99] / 1000,
           (double) cpu_times[ROUNDS - 1] / 1000, n_rows);
  return times[P99] <= LIMIT_MS * 1000;
}

static const struct
{
  const char *what;
  const char *text;
  const char *state; /* NULL: any */
  int days;          /* back from the newest, 0: any */
  gboolean is_deep;
} questions[] = {
  { "everything, from the top", NULL, NULL, 0, FALSE },
  { "everything, in the middle", NULL, NULL, 0, TRUE },
  { "one letter: m", "m", NULL, 0, FALSE },
  { "two letters: mu", "mu", NULL, 0, FALSE },
  { "a family: müller", "müller", NULL, 0, FALSE },
  { "in the middle: müller", "müller", NULL, 0, TRUE },
  { "family and initial: smith a", "smith a", NULL, 0, FALSE },
  { "family and given: okafor greta", "okafor greta", NULL, 0, FALSE },
  { "a patient: 123456", "123456", NULL, 0, FALSE },
  { "a number: IC000777", "ic000777", NULL, 0, FALSE },
  { "nothing: qqqqq", "qqqqq", NULL, 0, FALSE },
  { "what failed", NULL, "failed", 0, FALSE },
  { "what failed, of smith", "smith", "failed", 0, FALSE },
  { "what failed, second opinion", "second opinion", "failed", 0, FALSE },
  { "the last 7 days", NULL, NULL, 7, FALSE },
  { "the last year, failed", NULL, "failed", 365, FALSE },
  { "the last 7 days, of smith", "smith", NULL, 7, FALSE },
  { "the last 7 days, one letter: m", "m", NULL, 7, FALSE },
  { "the last year, of smith, failed", "smith", "failed", 365, FALSE },
  { "the last 9 years, of okafor, failed", "okafor", "failed", 3285, FALSE },
  { "what failed, nothing: qqqqq", "qqqqq", "failed", 0, FALSE },
  { "what failed, one letter: m", "m", "failed", 0, FALSE },
  { "what succeeded, okafor and one letter: g", "okafor g", "succeeded", 0, FALSE },
  { "second opinion and one letter: z", "second opinion z", NULL, 0, FALSE },
};

static guint
ask_all (IcStore *store, guint n)
{
  guint n_slow = 0;

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      IcTransferFilter filter = { .text = questions[i].text };

      if (questions[i].state != NULL)
        filter.has_state = ic_transfer_state_from_string (questions[i].state, &filter.state);
      if (questions[i].days > 0)
        filter.from = BEGUN + (gint64) n * (SPAN_S / n) - (gint64) questions[i].days * 86400;
      if (!time_pages (store, questions[i].what, &filter, questions[i].is_deep ? n / 2 : 0))
        n_slow++;
    }
  return n_slow;
}

int
main (int argc, char **argv)
{
  const guint n = argc > 1 ? (guint) atoi (argv[1]) : N;
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autofree char *path = g_strdup (argc > 2 ? argv[2] : fixture->path);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcDataDir) data_dir = ic_data_dir_open (path, &error);
  g_autoptr(IcStore) store = data_dir != NULL ? ic_store_open (data_dir, &error) : NULL;
  gint64 begun = g_get_monotonic_time ();
  guint n_slow = 0;

  g_assert_no_error (error);
  if (g_getenv ("IC_HISTORY_MADE") == NULL)
    fill (path, n);
  g_print ("%u transfers made in %.0f s\n", n,
           (double) (g_get_monotonic_time () - begun) / G_USEC_PER_SEC);
  n_slow = ask_all (store, n);
  g_print ("%u of %u questions took longer than %d ms\n", n_slow, (guint) G_N_ELEMENTS (questions),
           LIMIT_MS);
  return 0;
}
