/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log as a list: page by page, with no more in memory than somebody looks at. */
#include "model/ic-transfer-list.h"
#include "store/ic-transfer-repo.h"
#include "words/ic-log-words.h"

#define N 5000 /* more than are held */

typedef struct
{
  char *path;
  IcDesk *desk;
  IcWorkspace *workspace;
  IcTransferList *list;
  guint first; /* number of the next transfer */
  guint n;
} Scene;

static gboolean
add_transfers (IcWriteTx *tx, gpointer data, GError **error)
{
  Scene *scene = data;

  for (guint i = scene->first; i < scene->first + scene->n; i++)
    {
      g_autoptr(IcTransfer) transfer = ic_transfer_new ();
      g_autofree char *name = g_strdup_printf ("%s^%u", i % 100 == 0 ? "RARE" : "COMMON", i);
      g_autoptr(IcPatient) patient = ic_patient_new ("1", NULL, name, NULL, NULL);

      transfer->started_at = 1000000 + i;
      ic_transfer_set_patient (&transfer->patient, patient);
      if (!ic_transfer_repo_begin (tx, transfer, ic_desk_get_session (scene->desk), error))
        return FALSE;
    }
  scene->first += scene->n;
  return TRUE;
}

static void
add (Scene *scene, guint n)
{
  g_autoptr(GError) error = NULL;

  scene->n = n;
  ic_store_write (ic_desk_get_store (scene->desk), add_transfers, scene, &error);
  g_assert_no_error (error);
}

static void
set_up (Scene *scene, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  scene->path = g_dir_make_tmp ("courier-list-XXXXXX", &error);
  scene->desk = ic_desk_open (scene->path, &error);
  g_assert_no_error (error);
  scene->workspace = ic_workspace_new (scene->desk);
  scene->list = ic_transfer_list_new (scene->workspace);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", scene->path);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&scene->list);
  g_clear_object (&scene->workspace);
  ic_desk_unref (scene->desk);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_free (scene->path);
}

static void
search (Scene *scene, const char *text)
{
  const IcTransferFilter filter = { .text = text };

  ic_transfer_list_search (scene->list, &filter);
  while (ic_transfer_list_is_loading (scene->list))
    g_main_context_iteration (NULL, TRUE);
}

/* The transfer in row @position, waited for. */
static gint64
look (Scene *scene, guint position)
{
  g_autoptr(IcTransferItem) item = g_list_model_get_item (G_LIST_MODEL (scene->list), position);

  g_assert_nonnull (item);
  while (ic_transfer_item_get (item) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return ic_transfer_item_get (item)->id;
}

/* Looks at ever lower rows until there are no more, as somebody who scrolls. */
static guint
scroll_down (Scene *scene)
{
  guint position = 0;
  guint n = 0;

  do
    {
      n = g_list_model_get_n_items (G_LIST_MODEL (scene->list));
      look (scene, n - 1);
      for (guint i = 0; i < 200 && g_list_model_get_n_items (G_LIST_MODEL (scene->list)) == n; i++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (1000);
        }
      position = g_list_model_get_n_items (G_LIST_MODEL (scene->list));
    }
  while (position > n);
  return n;
}

static void
test_scrolling_reaches_every_row_and_holds_few (Scene *scene, gconstpointer data)
{
  add (scene, N);
  search (scene, NULL);
  g_assert_cmpuint (scroll_down (scene), ==, N);
  g_assert_cmpuint (ic_transfer_list_count_pages (scene->list), <=, IC_TRANSFER_LIST_PAGES);
  for (guint i = 0; i < N; i += 37)
    g_assert_cmpint (look (scene, i), ==, N - i);
  g_assert_cmpuint (ic_transfer_list_count_pages (scene->list), <=, IC_TRANSFER_LIST_PAGES);
}

static void
test_search_finds_all_that_fit (Scene *scene, gconstpointer data)
{
  add (scene, N);
  search (scene, "rare");
  g_assert_cmpuint (scroll_down (scene), ==, N / 100);
  search (scene, "rare 100");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (scene->list)), >, 0);
  search (scene, "nobody");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (scene->list)), ==, 0);
}

static void
test_only_the_last_question_is_answered (Scene *scene, gconstpointer data)
{
  const IcTransferFilter first = { .text = "common" };

  add (scene, N);
  ic_transfer_list_search (scene->list, &first);
  search (scene, "rare");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (scroll_down (scene), ==, N / 100);
}

static void
changed_cb (GListModel *list, guint position, guint removed, guint added, guint *n_added)
{
  g_assert_cmpuint (position, ==, 0);
  g_assert_cmpuint (removed, ==, 0);
  *n_added += added;
}

static void
test_new_transfers_come_in_on_top (Scene *scene, gconstpointer data)
{
  guint n_added = 0;

  add (scene, 10);
  search (scene, NULL);
  g_signal_connect (scene->list, "items-changed", G_CALLBACK (changed_cb), &n_added);
  add (scene, 3);
  ic_transfer_list_refresh (scene->list);
  while (n_added < 3)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 13; i++)
    g_assert_cmpint (look (scene, i), ==, 13 - i);
}

static void
test_no_cell_is_taken_for_a_formula (void)
{
  g_autoptr(IcTransfer) transfer = ic_transfer_new ();
  g_autoptr(IcPatient) patient = ic_patient_new ("+1", NULL, "=HYPERLINK(\"x\")", NULL, NULL);
  g_autofree char *line = NULL;

  ic_transfer_set_patient (&transfer->patient, patient);
  ic_transfer_set_text (&transfer->recipient, "Weber, \"Max\"\r\n-1");
  ic_transfer_set_text (&transfer->reason, "@SUM(A1)");
  line = ic_log_words_dup_csv (transfer);
  g_assert_nonnull (strstr (line, ",\"'+1\","));
  g_assert_nonnull (strstr (line, ",\"'@SUM(A1)\","));
  g_assert_nonnull (strstr (line, ",\"Weber, \"\"Max\"\"  -1\","));
  g_assert_null (strstr (line, ",\"="));
  g_assert_true (g_str_has_suffix (line, "\"\r\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add ("/transfer-list/" #name, Scene, NULL, set_up, test_##name, tear_down)
  ADD (scrolling_reaches_every_row_and_holds_few);
  ADD (search_finds_all_that_fit);
  ADD (only_the_last_question_is_answered);
  ADD (new_transfers_come_in_on_top);
  g_test_add_func ("/transfer-list/no_cell_is_taken_for_a_formula",
                   test_no_cell_is_taken_for_a_formula);
  return g_test_run ();
}
