/* SPDX-License-Identifier: GPL-3.0-or-later */
/* File-sets of very many images are laid out, written as a folder and verified: what that takes
 * of memory for each image, and with IC_SLOW_TESTS whether 200,000 go well.
 */
#include "core/ic-digest.h"
#include "disc/ic-file-set.h"
#include "fixture.h"
#include "ops/ic-verify-job.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define N_SERIES 40
#define N_IMAGES 5000     /* a series */
#define N_IMAGES_FEW 50   /* a series */
#define N_IMAGES_SOME 400 /* a series */
#define FOLDER "IC_TEST_FOLDER"

/* It takes about 400; one more copy of the texts of each of them takes 150. AddressSanitizer
 * surrounds and keeps what is freed: there the peak says nothing.
 */
#ifdef __SANITIZE_ADDRESS__
#define BYTES_PER_IMAGE_MAX G_MAXUINT64
#else
#define BYTES_PER_IMAGE_MAX 520
#endif

static guint64
read_number (const char *text, const char *before)
{
  const char *found = strstr (text, before);

  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen (before), NULL, 10); /* after blanks */
}

/* Of this program alone: what getrusage() tells begins with that of whoever started it. */
static guint64
get_peak_kib (void)
{
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  return read_number (status, "VmHWM:");
}

/* The content of each file is its own UID. */
static GPtrArray *
make_studies (guint n_images)
{
  GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  IcStudy *study = fixture_study_new (1, N_SERIES, n_images);

  for (guint i = 0; i < study->series->len; i++)
    {
      GPtrArray *instances = ((IcSeries *) study->series->pdata[i])->instances;

      for (guint k = 0; k < instances->len; k++)
        {
          IcInstance *instance = instances->pdata[k];
          const char *uid = instance->sop_instance_uid;
          g_autofree char *sha256 = ic_digest_dup_hex (uid, strlen (uid));

          instance->size_bytes = strlen (uid);
          instance->sha256 = ic_texts_keep (study->texts, sha256);
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

/* Runs as a process of its own, so that the peak is that of verifying. */
static void
test_subprocess (void)
{
  const char *top = g_getenv (FOLDER);
  g_autofree char *data = g_build_filename (top, "data", NULL);
  g_autofree char *folder = g_build_filename (top, "medium", NULL);
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
  g_print ("verified %u, at most %" G_GUINT64_FORMAT " KiB\n", transfer->verified, get_peak_kib ());
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

/* The least of three: what the allocator keeps differs. */
static guint64
verify (const char *top, guint n_images, guint n_runs)
{
  g_autofree char *argv0 = g_file_read_link ("/proc/self/exe", NULL);
  char *argv[] = { argv0, (char *) "-p", (char *) "/large-medium/subprocess", NULL };
  guint64 least_kib = G_MAXUINT64;

  g_setenv (FOLDER, top, TRUE);
  for (guint i = 0; i < n_runs; i++)
    {
      g_autofree char *output = NULL;
      g_autoptr(GError) error = NULL;
      int status = -1;

      g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status, &error);
      g_assert_no_error (error);
      g_assert_true (g_spawn_check_wait_status (status, NULL));
      g_assert_cmpuint (read_number (output, "verified "), ==, N_SERIES * n_images);
      g_test_message ("%s", strstr (output, "verified "));
      least_kib = MIN (least_kib, read_number (output, "at most "));
    }
  return least_kib;
}

/* The peak, in KiB. */
static guint64
measure (guint n_images, guint n_runs)
{
  g_autofree char *top = g_dir_make_tmp ("large-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (top, "medium", NULL);
  g_autoptr(GPtrArray) studies = make_studies (n_images);
  g_autoptr(IcFileSet) file_set = lay_out (studies);
  guint64 kib = 0;

  write_folder (folder, file_set);
  kib = verify (top, n_images, n_runs);
  remove_tree (top);
  return kib;
}

static void
test_memory_for_an_image_is_bounded (void)
{
  const guint64 few_kib = measure (N_IMAGES_FEW, 3);
  const guint64 some_kib = measure (N_IMAGES_SOME, 3);
  const guint64 bytes =
      (MAX (some_kib, few_kib) - few_kib) * 1024 / (N_SERIES * (N_IMAGES_SOME - N_IMAGES_FEW));

  g_test_message ("%" G_GUINT64_FORMAT " bytes for each image", bytes);
  g_assert_cmpuint (bytes, <=, BYTES_PER_IMAGE_MAX);
}

static void
test_every_image_of_a_large_medium_is_verified (void)
{
  if (g_getenv ("IC_SLOW_TESTS") == NULL)
    return g_test_skip ("IC_SLOW_TESTS is not set");
  measure (N_IMAGES, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv (FOLDER) != NULL)
    g_test_add_func ("/large-medium/subprocess", test_subprocess);
  g_test_add_func ("/large-medium/memory", test_memory_for_an_image_is_bounded);
  g_test_add_func ("/large-medium/verify", test_every_image_of_a_large_medium_is_verified);
  return g_test_run ();
}
