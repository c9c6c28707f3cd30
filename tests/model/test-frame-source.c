/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With a reader that dies over files that begin with "KILL" and gives one pixel for others. */
#include "core/ic-error.h"
#include "fixture.h"
#include "model/ic-frame-source.h"

#define CACHE_BYTES 1000000

typedef struct
{
  Fixture *store;
  IcFrameSource *source;
  GHashTable *told; /* paths of which "ready" came */
} Scene;

static void
ready_cb (Scene *scene, const char *path, guint frame, IcFrameSource *source)
{
  g_hash_table_add (scene->told, g_strdup (path));
}

static void
set_up (Scene *scene, gconstpointer data)
{
  scene->store = fixture_new ();
  scene->source = ic_frame_source_new (scene->store->data_dir, CACHE_BYTES);
  scene->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect_swapped (scene->source, "ready", G_CALLBACK (ready_cb), scene);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  g_object_unref (scene->source);
  g_hash_table_unref (scene->told);
  fixture_free (scene->store);
}

static void
put_file (Scene *scene, const char *name, const char *content)
{
  g_autofree char *path = ic_data_dir_dup_path (scene->store->data_dir, name);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

/* Wants them, the first one most, and waits until something is known of @name. */
static void
want (Scene *scene, const char *first, const char *second, const char *name)
{
  const IcFrameAddress addresses[] = { { .path = first }, { .path = second } };

  g_hash_table_remove_all (scene->told);
  ic_frame_source_want (scene->source, 0, addresses, second != NULL ? 2 : 1);
  while (!g_hash_table_contains (scene->told, name))
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_died (Scene *scene, const char *name)
{
  const IcFrameAddress address = { .path = name };
  g_autoptr(GError) error = NULL;

  g_assert_null (ic_frame_source_dup (scene->source, &address, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_WORKER_DIED);
}

static void
assert_shown (Scene *scene, const char *name)
{
  const IcFrameAddress address = { .path = name };
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFrame) frame = ic_frame_source_dup (scene->source, &address, &error);

  g_assert_no_error (error);
  g_assert_nonnull (frame);
  g_assert_cmpuint (ic_frame_source_count (scene->source, name), ==, 1);
}

static void
test_frame_whose_reader_died_is_read_when_asked_for_again (Scene *scene, gconstpointer data)
{
  put_file (scene, "a", "KILL");
  put_file (scene, "b", "good");
  want (scene, "a", NULL, "a");
  assert_died (scene, "a");
  want (scene, "b", "a", "b");
  assert_shown (scene, "b");
  /* wanted, but not most: it is not tried again and again */
  assert_died (scene, "a");
  put_file (scene, "a", "good");
  want (scene, "a", "b", "a");
  assert_shown (scene, "a");
}

static void
test_frame_that_died_ahead_is_tried_when_its_turn_comes (Scene *scene, gconstpointer data)
{
  put_file (scene, "a", "good");
  put_file (scene, "b", "KILL");
  want (scene, "a", "b", "b");
  assert_died (scene, "b");
  put_file (scene, "b", "good");
  want (scene, "b", "a", "b");
  assert_shown (scene, "b");
}

static void
test_retry_reads_what_stays_wanted (Scene *scene, gconstpointer data)
{
  put_file (scene, "a", "KILL");
  want (scene, "a", NULL, "a");
  assert_died (scene, "a");
  put_file (scene, "a", "good");
  g_hash_table_remove_all (scene->told);
  ic_frame_source_retry (scene->source, &(IcFrameAddress){ .path = "a" });
  while (!g_hash_table_contains (scene->told, "a"))
    g_main_context_iteration (NULL, TRUE);
  assert_shown (scene, "a");
}

#define ADD(path, function) g_test_add (path, Scene, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/frame-source/died", test_frame_whose_reader_died_is_read_when_asked_for_again);
  ADD ("/frame-source/died-ahead", test_frame_that_died_ahead_is_tried_when_its_turn_comes);
  ADD ("/frame-source/retry", test_retry_reads_what_stays_wanted);
  return g_test_run ();
}
