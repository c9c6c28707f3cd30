/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define N_FILES 300

/* A file that is no DICOM, under a name so long that the lines of all do not fit into a pipe. */
static char *
make_file (const char *folder)
{
  g_autoptr(GString) path = g_string_new (folder);

  for (guint i = 0; i < 300; i++)
    g_string_append (path, "/.");
  g_string_append (path, "/file");
  g_assert_true (g_file_set_contents (path->str, "no image", -1, NULL));
  return g_string_free (g_steal_pointer (&path), FALSE);
}

/* @level: what IC_SANDBOX asks for, NULL for nothing. */
static GSubprocess *
start (const char *path, const char *level)
{
  g_autoptr(GSubprocessLauncher) launcher =
                 g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autoptr(GError) error = NULL;
  GSubprocess *process = NULL;

  g_ptr_array_add (argv, (gpointer) g_getenv ("IC_COURIER_DICOM"));
  g_ptr_array_add (argv, (gpointer) "--parse");
  g_ptr_array_add (argv, (gpointer) "--once");
  for (guint i = 0; i < N_FILES; i++)
    g_ptr_array_add (argv, (gpointer) path);
  g_ptr_array_add (argv, NULL);
  if (level != NULL)
    g_subprocess_launcher_setenv (launcher, "IC_SANDBOX", level, TRUE);
  else
    g_subprocess_launcher_unsetenv (launcher, "IC_SANDBOX");
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}

/* Once it has printed something it has read something; then it waits for the pipe to be emptied. */
static void
await_output (GSubprocess *process)
{
  GPollableInputStream *output = G_POLLABLE_INPUT_STREAM (g_subprocess_get_stdout_pipe (process));

  for (guint i = 0; i < 3000 && !g_pollable_input_stream_is_readable (output); i++)
    g_usleep (10 * 1000);
  g_assert_true (g_pollable_input_stream_is_readable (output));
}

/* Whether it has a system call filter (proc(5)) while it reads. */
static void
assert_sandboxed (const char *level)
{
  g_autofree char *folder = g_dir_make_tmp ("once-XXXXXX", NULL);
  g_autofree char *path = make_file (folder);
  g_autoptr(GSubprocess) process = start (path, level);
  g_autofree char *status_path =
      g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (process));
  g_autofree char *status = NULL;
  g_autoptr(GBytes) output = NULL;
  g_autoptr(GError) error = NULL;

  await_output (process);
  g_assert_true (g_file_get_contents (status_path, &status, NULL, NULL));
  g_assert_nonnull (strstr (status, "Seccomp:\t2"));
  g_subprocess_communicate (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  g_assert_cmpuint (g_bytes_get_size (output), >, N_FILES * strlen (path));
  g_remove (path);
  g_rmdir (folder);
}

static void
test_files_named_on_the_command_line_are_read_in_the_sandbox (void)
{
  assert_sandboxed (NULL);
}

static void
test_nobody_can_ask_for_a_weaker_sandbox (void)
{
#ifdef IC_SANDBOX_MAY_BE_WEAKENED
  g_test_skip ("this build is for developers");
#else
  assert_sandboxed ("none");
  assert_sandboxed ("nolimits");
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/once/sandbox", test_files_named_on_the_command_line_are_read_in_the_sandbox);
  g_test_add_func ("/once/no-weaker-sandbox", test_nobody_can_ask_for_a_weaker_sandbox);
  return g_test_run ();
}
