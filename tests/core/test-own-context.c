/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-own-context.h"

static gboolean
count_cb (gpointer data)
{
  (*(guint *) data)++;
  return G_SOURCE_REMOVE;
}

static void
add_idle (GMainContext *context, guint *count)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_callback (source, count_cb, count, NULL);
  g_source_attach (source, context);
}

static void
test_is_default_until_left (void)
{
  GMainContext *before = g_main_context_get_thread_default ();
  IcOwnContext *context = ic_own_context_enter ();

  g_assert_true (g_main_context_get_thread_default () == context);
  ic_own_context_leave (context);
  g_assert_true (g_main_context_get_thread_default () == before);
}

static void
test_runs_what_waits_when_left (void)
{
  guint count = 0;
  IcOwnContext *context = ic_own_context_enter ();

  add_idle (context, &count);
  add_idle (context, &count);
  g_assert_cmpuint (count, ==, 0);
  ic_own_context_leave (context);
  g_assert_cmpuint (count, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/own-context/default", test_is_default_until_left);
  g_test_add_func ("/own-context/waiting", test_runs_what_waits_when_left);
  return g_test_run ();
}
