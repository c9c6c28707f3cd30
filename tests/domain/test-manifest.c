/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "domain/ic-manifest.h"

#include <string.h>

#define HASH_A "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HASH_B "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static IcManifest *
parse (const char *text, gssize size, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, size >= 0 ? (gsize) size : strlen (text));

  return ic_manifest_parse (bytes, error);
}

static void
test_a_manifest_is_found_again_by_path (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcManifest) manifest =
                 parse (HASH_A "  DICOMDIR\n" HASH_B "  DICOM/S0001/SE0001/I0000001\n", -1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ic_manifest_get_entries (manifest)->len, ==, 2);
  g_assert_cmpstr (ic_manifest_lookup (manifest, "DICOMDIR"), ==, HASH_A);
  g_assert_cmpstr (ic_manifest_lookup (manifest, "DICOM/S0001/SE0001/I0000001"), ==, HASH_B);
  g_assert_null (ic_manifest_lookup (manifest, "dicomdir"));
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manifest/parse", test_a_manifest_is_found_again_by_path);
  g_test_add_func ("/manifest/refused",
                   test_what_sha256sum_would_escape_or_we_never_write_is_refused);
  g_test_add_func ("/manifest/nul", test_a_nul_or_an_endless_path_is_refused);
  return g_test_run ();
}
