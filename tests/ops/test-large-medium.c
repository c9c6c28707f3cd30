/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file-set of 200,000 images is laid out, written as a folder and verified. Slow: only with
 * IC_SLOW_TESTS.
 */
#include "core/ic-digest.h"
#include "disc/ic-file-set.h"
#include "fixture.h"
#include "ops/ic-verify-job.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define N_SERIES 40
#define N_IMAGES 5000

static glong
get_peak_mib (int who)
{
  struct rusage usage;

  getrusage (who, &usage);
  return usage.ru_maxrss / 1024;
}

/* Tells what has been needed since the last call. */
static void
tell (const char *what)
{
  static gint64 last;
  gint64 now = g_get_monotonic_time ();

  if (what != NULL)
    g_test_message ("%s: %.1f s, at most %ld MiB here and %ld MiB in a worker", what,
                    (double) (now - last) / G_USEC_PER_SEC, get_peak_mib (RUSAGE_SELF),
                    get_peak_mib (RUSAGE_CHILDREN));
  last = now;
}

/* The content of each file is its own UID. */
static GPtrArray *
make_studies (void)
{
  GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  IcStudy *study = fixture_study_new (1, N_SERIES, N_IMAGES);

  for (guint i = 0; i < study->series->len; i++)
    {
      GPtrArray *instances = ((IcSeries *) study->series->pdata[i])->instances;

      for (guint k = 0; k < instances->len; k++)
        {
          IcInstance *instance = instances->pdata[k];
          const char *uid = instance->sop_instance_uid;

          instance->size_bytes = strlen (uid);
          g_free (instance->sha256);
          instance->sha256 = ic_digest_dup_hex (uid, strlen (uid));
        }
    }
  g_ptr_array_add (studies, study);
  return studies;
}

static IcFileSet *
lay_out (GPtrArray *studies)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GError) error = NULL;
  const IcFileSetInfo info = {
    .id_secret = "secret", .file_set_id = "LARGE_1", .transfer_number = "LARGE", .created = now
  };
  IcFileSet *file_set = ic_file_set_new (studies, &info, &error);

  g_assert_no_error (error);
  return file_set;
}

static void
write_entry (const char *folder, const IcFileSetEntry *entry)
{
  g_autofree char *path = g_build_filename (folder, entry->path, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  gsize size = 0;
  const char *data = entry->instance != NULL ? entry->instance->sop_instance_uid
                                             : g_bytes_get_data (entry->bytes, &size);
  FILE *file = NULL;

  if (entry->instance != NULL)
    size = strlen (data);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  file = g_fopen (path, "wbe");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (data, 1, size, file), ==, size);
  fclose (file);
}

static void
write_folder (const char *folder, IcFileSet *file_set)
{
  GPtrArray *entries = ic_file_set_get_entries (file_set);

  for (guint i = 0; i < entries->len; i++)
    write_entry (folder, entries->pdata[i]);
}

static void
verify (const char *data, const char *folder)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcDesk) desk = ic_desk_open (data, &error);
  g_autoptr(IcJob) job = NULL;
  IcTransfer *transfer = NULL;

  g_assert_no_error (error);
  job = ic_verify_job_new (desk, folder);
  ic_job_start (job);
  while (!ic_job_is_finished (job))
    g_main_context_iteration (NULL, TRUE);
  transfer = ic_job_get_result (job);
  g_assert_no_error (ic_job_get_error (job));
  g_assert_cmpint (transfer->state, ==, IC_TRANSFER_UNPROVEN); /* the log does not know it */
  g_assert_cmpuint (transfer->verified, ==, N_SERIES * N_IMAGES);
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
test_every_image_of_a_large_medium_is_verified (void)
{
  g_autofree char *top = NULL;
  g_autofree char *data = NULL;
  g_autofree char *folder = NULL;
  g_autoptr(GPtrArray) studies = NULL;
  g_autoptr(IcFileSet) file_set = NULL;

  if (g_getenv ("IC_SLOW_TESTS") == NULL)
    return g_test_skip ("IC_SLOW_TESTS is not set");
  top = g_dir_make_tmp ("large-XXXXXX", NULL);
  data = g_build_filename (top, "data", NULL);
  folder = g_build_filename (top, "medium", NULL);
  tell (NULL);
  studies = make_studies ();
  tell ("studies");
  file_set = lay_out (studies);
  tell ("layout, DICOMDIR and manifest");
  write_folder (folder, file_set);
  tell ("writing");
  g_clear_pointer (&file_set, ic_file_set_unref);
  g_clear_pointer (&studies, g_ptr_array_unref);
  verify (data, folder);
  tell ("verifying");
  remove_tree (top);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/large-medium/verify", test_every_image_of_a_large_medium_is_verified);
  return g_test_run ();
}
