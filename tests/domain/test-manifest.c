/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "domain/ic-manifest.h"

#include <glib/gstdio.h>
#include <string.h>

#define HASH_A "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HASH_B "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static IcManifest *
parse (const char *text, gssize size, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, size >= 0 ? (gsize) size : strlen (text));

  return ic_manifest_parse (bytes, error);
}

static IcManifest *
make_manifest (const char *first_hash)
{
  IcManifest *self = ic_manifest_new ();

  g_assert_true (ic_manifest_add (self, "DICOMDIR", first_hash, NULL));
  g_assert_true (ic_manifest_add (self, "DICOM/S0001/SE0001/I0000001", HASH_B, NULL));
  return self;
}

static void
test_a_written_manifest_parses_to_the_same (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcManifest) manifest = make_manifest (HASH_A);
  g_autoptr(GBytes) bytes = ic_manifest_to_bytes (manifest);
  g_autoptr(IcManifest) again = ic_manifest_parse (bytes, &error);
  g_autoptr(GBytes) bytes_again = NULL;

  g_assert_no_error (error);
  bytes_again = ic_manifest_to_bytes (again);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
  g_assert_cmpuint (ic_manifest_get_entries (again)->len, ==, 2);
  g_assert_cmpstr (ic_manifest_lookup (again, "DICOMDIR"), ==, HASH_A);
  g_assert_null (ic_manifest_lookup (again, "dicomdir"));
}

static void
test_sha256sum_accepts_our_manifest (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("ic-manifest-XXXXXX", &error);
  g_autofree char *file = g_build_filename (folder, "README.TXT", NULL);
  g_autofree char *list = g_build_filename (folder, "MANIFEST.TXT", NULL);
  g_autofree char *hash = ic_digest_dup_hex ("text", 4);
  g_autoptr(IcManifest) manifest = ic_manifest_new ();
  g_autoptr(GBytes) bytes = NULL;
  char *argv[] = { "sha256sum", "--strict", "-c", "MANIFEST.TXT", NULL };
  int status = -1;

  g_assert_true (g_file_set_contents (file, "text", 4, &error));
  g_assert_true (ic_manifest_add (manifest, "README.TXT", hash, &error));
  bytes = ic_manifest_to_bytes (manifest);
  g_assert_true (g_file_set_contents (list, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), &error));
  g_spawn_sync (folder, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_unlink (file);
  g_unlink (list);
  g_rmdir (folder);
}

static void
test_what_sha256sum_would_escape_or_we_never_write_is_refused (void)
{
  static const char *const bad[] = {
    HASH_A "  A B\n",              /* space */
    "\\" HASH_A "  A\\nB\n",       /* escaped line feed */
    HASH_A "  A\\B\n",             /* backslash */
    HASH_A "  ../A\n",             /* out of the medium */
    HASH_A "  A/../B\n",           /* the same inside */
    HASH_A "  /A\n",               /* absolute */
    HASH_A "  A//B\n",             /* empty component */
    HASH_A "  A/\n",               /* a folder */
    HASH_A "  \n",                 /* no path */
    HASH_A " A\n",                 /* one space */
    HASH_A " *A\n",                /* binary mark */
    HASH_A "  A\r\n",              /* carriage return */
    HASH_A "  A",                  /* cut off */
    HASH_A "  A\n\n",              /* empty line */
    HASH_A "  A\n" HASH_B "  A\n", /* twice */
    "BA7816BF8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  A\n",
    "ba7816bf  A\n",
    "# comment\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(IcManifest) manifest = parse (bad[i], -1, &error);

      g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
      g_assert_null (manifest);
    }
}

static void
test_a_nul_or_an_endless_path_is_refused (void)
{
  static const char with_nul[] = HASH_A "  A\0B\n";
  g_autoptr(GError) nul_error = NULL;
  g_autoptr(GError) long_error = NULL;
  g_autofree char *name = g_strnfill (IC_MANIFEST_MAX_PATH + 1, 'A');
  g_autofree char *line = g_strconcat (HASH_A "  ", name, "\n", NULL);

  g_assert_null (parse (with_nul, sizeof with_nul - 1, &nul_error));
  g_assert_error (nul_error, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_null (parse (line, -1, &long_error));
  g_assert_error (long_error, IC_ERROR, IC_ERROR_BAD_DATA);
}

static void
test_comparison_names_missing_extra_and_different (void)
{
  static const char *const exempt[] = { "MANIFEST.TXT", NULL };
  g_autoptr(IcManifest) expected = make_manifest (HASH_A);
  g_autoptr(IcManifest) read_back = ic_manifest_new ();
  g_autoptr(IcManifestDifference) difference = NULL;

  ic_manifest_add (expected, "README.TXT", HASH_A, NULL);
  ic_manifest_add (read_back, "DICOMDIR", HASH_B, NULL);
  ic_manifest_add (read_back, "README.TXT", HASH_A, NULL);
  ic_manifest_add (read_back, "MANIFEST.TXT", HASH_A, NULL);
  ic_manifest_add (read_back, "AUTORUN.INF", HASH_A, NULL);
  difference = ic_manifest_compare (expected, read_back, exempt);
  g_assert_false (ic_manifest_difference_is_empty (difference));
  g_assert_cmpuint (difference->missing->len, ==, 1);
  g_assert_cmpstr (difference->missing->pdata[0], ==, "DICOM/S0001/SE0001/I0000001");
  g_assert_cmpuint (difference->different->len, ==, 1);
  g_assert_cmpstr (difference->different->pdata[0], ==, "DICOMDIR");
  g_assert_cmpuint (difference->extra->len, ==, 1);
  g_assert_cmpstr (difference->extra->pdata[0], ==, "AUTORUN.INF");
  g_assert_cmpuint (difference->n_equal, ==, 1);
}

static void
test_equal_manifests_have_no_difference (void)
{
  g_autoptr(IcManifest) a = make_manifest (HASH_A);
  g_autoptr(IcManifest) b = make_manifest (HASH_A);
  g_autoptr(IcManifestDifference) difference = ic_manifest_compare (a, b, NULL);

  g_assert_true (ic_manifest_difference_is_empty (difference));
  g_assert_cmpuint (difference->n_equal, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manifest/round-trip", test_a_written_manifest_parses_to_the_same);
  g_test_add_func ("/manifest/sha256sum", test_sha256sum_accepts_our_manifest);
  g_test_add_func ("/manifest/refused",
                   test_what_sha256sum_would_escape_or_we_never_write_is_refused);
  g_test_add_func ("/manifest/nul", test_a_nul_or_an_endless_path_is_refused);
  g_test_add_func ("/manifest/compare", test_comparison_names_missing_extra_and_different);
  g_test_add_func ("/manifest/equal", test_equal_manifests_have_no_difference);
  return g_test_run ();
}
