/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "sidecar/ic-script-file.h"
#include "sidecar/ic-script-text.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static void
check_text (const char *text, const char *expected)
{
  g_autoptr(GString) out = g_string_new (NULL);

  ic_script_text_append (out, text);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_text_is_ascii_and_cannot_end_the_script (void)
{
  check_text ("Chest 5.0", "\"Chest 5.0\"");
  check_text (NULL, "\"\"");
  check_text ("Müller", "\"M\\u00fcller\"");
  check_text ("\xf0\xa0\xae\xb7", "\"\\ud842\\udfb7\"");
  check_text ("\");alert(1)//", "\"\\u0022);alert(1)//\"");
  check_text ("\\ </script><!-- &", "\"\\u005c \\u003c/script\\u003e\\u003c!-- \\u0026\"");
  check_text ("a\r\n\x7f\xe2\x80\xa8", "\"a\\u000d\\u000a\\u007f\\u2028\"");
  check_text ("\xff", "\"\\ufffd\"");
}

static void
test_members_are_set_apart (void)
{
  g_autoptr(GString) out = g_string_new ("{");

  ic_script_text_append_string (out, "a", "1");
  ic_script_text_append_number (out, "b", 2);
  ic_script_text_append_name (out, "c");
  g_assert_cmpstr (out->str, ==, "{\"a\":\"1\",\"b\":2,\"c\":");
}

static int
make_file (void)
{
  int fd = memfd_create ("script", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static char *
read_file (int fd, gsize *size)
{
  char *content = NULL;

  *size = (gsize) lseek (fd, 0, SEEK_END);
  content = g_malloc0 (*size + 1);
  g_assert_cmpint (pread (fd, content, *size, 0), ==, (gssize) *size);
  return content;
}

/* In pieces of all sizes, over the ends of buffers. */
static void
check_bytes (gsize n, gsize piece)
{
  int fd = make_file ();
  g_autoptr(IcScriptFile) file = ic_script_file_new (dup (fd));
  g_autofree guint8 *data = g_malloc (n + 1);
  g_autofree char *sha256 = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *content = NULL;
  g_autofree char *base64 = NULL;
  guint64 size_bytes = 0;
  guint32 crc = 0;
  gsize size = 0;

  for (gsize i = 0; i < n; i++)
    data[i] = (guint8) g_test_rand_int ();
  ic_script_file_print (file, "f(\"");
  for (gsize at = 0; at < n; at += piece)
    ic_script_file_add (file, data + at, MIN (piece, n - at));
  ic_script_file_print (file, "\");\n");
  g_assert_true (ic_script_file_finish (file, &sha256, &size_bytes, NULL));
  content = read_file (fd, &size);
  base64 = g_base64_encode (data, n);
  expected = g_strdup_printf ("f(\"%s\");\n", base64);
  g_assert_cmpstr (content, ==, expected);
  g_assert_cmpuint (size_bytes, ==, size);
  digest = ic_digest_dup_hex (content, size);
  g_assert_cmpstr (sha256, ==, digest);
  g_assert_cmpuint (ic_script_file_get_payload (file, &crc), ==, n);
  g_assert_cmpuint (crc, ==, crc32 (0, data, (uInt) n));
  close (fd);
}

static void
test_bytes_become_base64_with_size_crc_and_digest (void)
{
  check_bytes (0, 1);
  check_bytes (1, 1);
  check_bytes (2, 1);
  check_bytes (1000, 7);
  check_bytes (300000, 100001);
  check_bytes (1000000, 1000000);
}

static void
test_a_full_disk_is_told_at_the_end (void)
{
  int fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  g_autoptr(IcScriptFile) file = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *sha256 = NULL;
  guint64 size_bytes = 0;

  if (fd < 0)
    {
      g_test_skip ("/dev/full is not here");
      return;
    }
  file = ic_script_file_new (fd);
  ic_script_file_print (file, "x");
  g_assert_false (ic_script_file_finish (file, &sha256, &size_bytes, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NO_SPACE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/script/text", test_text_is_ascii_and_cannot_end_the_script);
  g_test_add_func ("/script/members", test_members_are_set_apart);
  g_test_add_func ("/script/bytes", test_bytes_become_base64_with_size_crc_and_digest);
  g_test_add_func ("/script/full-disk", test_a_full_disk_is_told_at_the_end);
  return g_test_run ();
}
