/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A DICOMDIR of 200,000 images, as we write it and read it back. Slow: only with IC_SLOW_TESTS. */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-directory.h"
#include "dicom/shim/ic-shim.h"
#include "disc/ic-dicomdir.h"
#include "shim-fixture.h"
#include "fixture.h"

#include <sys/resource.h>
#include <unistd.h>

#define N_SERIES 40
#define N_IMAGES 5000

static glong
get_peak_mib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

static GBytes *
make_directory (void)
{
  g_autoptr(GPtrArray) studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) file_ids = NULL;
  GBytes *bytes = NULL;

  for (guint i = 0; i < N_SERIES * N_IMAGES; i++)
    {
      g_autofree char *id =
          g_strdup_printf ("DICOM/S0001/SE%04u/I%07u", i / N_IMAGES + 1, i % N_IMAGES + 1);

      g_strv_builder_add (builder, id);
    }
  file_ids = g_strv_builder_end (builder);
  g_ptr_array_add (studies, fixture_study_new (1, N_SERIES, N_IMAGES));
  bytes = ic_dicomdir_new_bytes (studies, (const char *const *) file_ids, "LARGE", "1.2.3",
                                 "secret", NULL, &error);
  g_assert_no_error (error);
  return bytes;
}

static void
test_every_image_of_a_large_directory_is_read (void)
{
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimDirectory) directory = NULL;
  gint64 start = 0;
  glong before = 0;
  int fd = -1;

  if (g_getenv ("IC_SLOW_TESTS") == NULL)
    return g_test_skip ("IC_SLOW_TESTS is not set");
  bytes = make_directory ();
  fd = fixture_open (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  before = get_peak_mib ();
  start = g_get_monotonic_time ();
  directory = ic_shim_directory_read (fd, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%zu bytes, %.1f s, %ld MiB more than %ld", g_bytes_get_size (bytes),
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC,
                  get_peak_mib () - before, before);
  g_assert_cmpuint (directory->entries->len, ==, N_SERIES * N_IMAGES);
  g_assert_cmpuint (directory->n_unreachable, ==, 0);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  ic_shim_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/large-directory/read", test_every_image_of_a_large_directory_is_read);
  return g_test_run ();
}
