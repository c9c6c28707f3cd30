/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-charset.h"
#include "shim-fixture.h"

#include <string.h>

static IcTextKind
kind_of (const char *vr)
{
  if (strcmp (vr, "PN") == 0)
    return IC_TEXT_NAME;
  return strstr ("ST LT UT", vr) != NULL ? IC_TEXT_PLAIN : IC_TEXT_LIST;
}

static GBytes *
bytes_from_hex (const char *hex)
{
  gsize n = *hex == '-' ? 0 : strlen (hex) / 2;
  guint8 *bytes = g_malloc (n + 1);

  for (gsize i = 0; i < n; i++)
    bytes[i] = g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]);
  bytes[n] = '\0';
  return g_bytes_new_take (bytes, n);
}

static char *
decode (const char *charset, IcTextKind kind, const char *text)
{
  return ic_charset_decode (charset, kind, text, strlen (text));
}

static void
check_line (const char *line)
{
  g_auto(GStrv) columns = g_strsplit (line, "\t", -1);
  g_autoptr(GBytes) raw = NULL;
  g_autoptr(GBytes) expected = NULL;
  g_autofree char *decoded = NULL;

  g_assert_cmpuint (g_strv_length (columns), ==, 4);
  raw = bytes_from_hex (columns[2]);
  expected = bytes_from_hex (columns[3]);
  decoded = ic_charset_decode (columns[0], kind_of (columns[1]), g_bytes_get_data (raw, NULL),
                               g_bytes_get_size (raw));
  if (kind_of (columns[1]) == IC_TEXT_NAME && g_str_has_suffix (decoded, "="))
    decoded[strlen (decoded) - 1] = '\0'; /* pydicom drops an empty last group */
  if (strcmp (decoded, g_bytes_get_data (expected, NULL)) != 0)
    {
      g_test_message ("%s %s %s", columns[0], columns[1], columns[2]);
      g_assert_cmpstr (decoded, ==, g_bytes_get_data (expected, NULL));
    }
}

static void
test_every_text_of_the_charset_files_reads_as_in_pydicom (void)
{
  g_auto(GStrv) lines = fixture_ask_pydicom (CHARSET_TRUTH, FIXTURE_PYDICOM "/charset_files");

  if (lines == NULL)
    return;
  g_assert_cmpuint (g_strv_length (lines), >, 100);
  for (guint i = 0; lines[i] != NULL; i++)
    check_line (lines[i]);
}

/* PS3.5 H.3.1, H.3.2, I.2, J.1, K.2, and what the sets of one byte look like */
static const struct
{
  const char *charset;
  const char *bytes;
  const char *utf8;
} examples[] = {
  { "\\ISO 2022 IR 87",
    "Yamada^Tarou=\033$B;3ED\033(B^\033$BB@O:\033(B=\033$B$d$^$@\033(B^\033$B$?$m$&\033(B",
    "Yamada^Tarou=山田^太郎=やまだ^たろう" },
  { "ISO 2022 IR 13\\ISO 2022 IR 87",
    "\324\317\300\336^\300\333\263=\033$B;3ED\033(J^\033$BB@O:\033(J"
    "=\033$B$d$^$@\033(J^\033$B$?$m$&\033(J",
    "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう" },
  { "\\ISO 2022 IR 149",
    "Hong^Gildong=\033$)C\373\363^\033$)C\321\316\324\327=\033$)C\310\253^\033$)C\261\346\265\277",
    "Hong^Gildong=洪^吉洞=홍^길동" },
  { "\\ISO 2022 IR 58",
    "Wang^XiaoDong=\033$)A\315\365^\033$)A\320\241\266\253=", "Wang^XiaoDong=王^小东=" },
  { "GB18030", "Wang^XiaoDong=\315\365^\320\241\266\253=", "Wang^XiaoDong=王^小东=" },
  { "GBK", "Wang^XiaoDong=\315\365^\320\241\266\253=", "Wang^XiaoDong=王^小东=" },
  { "ISO_IR 192", "M\303\274ller^J\303\266rg", "Müller^Jörg" },
  { "ISO_IR 100", "M\374ller", "Müller" },
  { "ISO_IR 101", "\243ukasz", "Łukasz" },
  { "ISO_IR 109", "\241amrun", "Ħamrun" },
  { "ISO_IR 110", "\251i", "Ši" },
  { "ISO_IR 144", "\273\356\332", "Люк" },
  { "ISO_IR 127", "\342\310", "قب" },
  { "ISO_IR 126", "\304\351", "Δι" },
  { "ISO_IR 138", "\371\370", "שר" },
  { "ISO_IR 148", "\335stanbul", "İstanbul" },
  { "ISO_IR 166", "\271\322", "นา" },
  { "ISO_IR 203", "\244", "€" },
  { "ISO 2022 IR 100\\ISO 2022 IR 144", "M\374ller \033-L\273\356^\374", "Müller Лю^ü" },
};

static void
test_examples_of_the_standard_decode (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autofree char *text = decode (examples[i].charset, IC_TEXT_NAME, examples[i].bytes);

      g_assert_cmpstr (text, ==, examples[i].utf8);
    }
}

static void
test_what_was_encoded_decodes_to_itself (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autofree char *text = decode (examples[i].charset, IC_TEXT_NAME, examples[i].bytes);
      g_autoptr(GBytes) bytes = ic_charset_encode (examples[i].charset, text);
      g_autofree char *again = NULL;

      g_test_message ("%s", examples[i].charset);
      g_assert_nonnull (bytes);
      again = ic_charset_decode (examples[i].charset, IC_TEXT_NAME, g_bytes_get_data (bytes, NULL),
                                 g_bytes_get_size (bytes));
      g_assert_cmpstr (again, ==, text);
    }
}

static void
assert_encoded (const char *charset, const char *utf8, const char *expected)
{
  g_autoptr(GBytes) bytes = ic_charset_encode (charset, utf8);

  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
test_encoding_ends_each_component_in_the_first_set (void)
{
  assert_encoded ("\\ISO 2022 IR 87", "山田^太郎", "\033$B;3ED\033(B^\033$BB@O:\033(B");
  assert_encoded ("ISO_IR 100", "Müller*", "M\374ller*");
  assert_encoded ("", "DOE^JANE", "DOE^JANE");
  assert_encoded ("ISO_IR 192", "山田", "山田");
}

static void
test_letter_outside_the_set_is_not_encoded (void)
{
  g_assert_null (ic_charset_encode ("ISO_IR 100", "Łukasz"));
  g_assert_null (ic_charset_encode (NULL, "Müller"));
  g_assert_null (ic_charset_encode ("GBK", "\xf0\x9f\x98\x80"));
  g_assert_null (ic_charset_encode ("NO SUCH SET", "x"));
}

/* EUC-JP has both Japanese sets, which share their codes. */
static void
test_letter_of_the_first_japanese_set_is_not_in_the_second (void)
{
  g_autoptr(GBytes) first =
                 ic_charset_encode ("\\ISO 2022 IR 159\\ISO 2022 IR 87", "\345\240\206");
  g_autoptr(GBytes) neither = ic_charset_encode ("\\ISO 2022 IR 159", "\345\240\206");

  g_assert_cmpmem (g_bytes_get_data (first, NULL), g_bytes_get_size (first), "\033$BBO\033(B", 8);
  g_assert_null (neither);
}

static void
test_nonsense_becomes_replacement_characters (void)
{
  static const struct
  {
    const char *charset;
    const char *bytes;
    const char *utf8;
  } cases[] = {
    { NULL, "M\374ller", "M�ller" },
    { "ISO_IR 192", "M\374ller", "M�ller" },
    { "NO SUCH SET", "M\374ller", "M�ller" },
    { "\\ISO 2022 IR 149", "\033$)C\310", "�" },
    { "\\ISO 2022 IR 87", "\033$B;", "�" },
    { "\\ISO 2022 IR 87", "\033$Z;", "�$Z;" },
    { "ISO_IR 100", "A\x9b\x33J", "A�3J" },
    { "ISO_IR 192", "A\nB", "A�B" },
    { "ISO_IR 100", "\033", "�" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = decode (cases[i].charset, IC_TEXT_LIST, cases[i].bytes);

      g_assert_cmpstr (text, ==, cases[i].utf8);
    }
}

static void
test_padding_goes_and_line_ends_stay_in_plain_text (void)
{
  g_autofree char *plain = ic_charset_decode ("ISO_IR 100", IC_TEXT_PLAIN, " a\r\n\374 \0", 8);
  g_autofree char *list = ic_charset_decode (NULL, IC_TEXT_LIST, " a\\b \0\0", 7);
  g_autofree char *escaped =
      ic_charset_decode ("\\ISO 2022 IR 87", IC_TEXT_LIST, "\033$B;3\033(B \033(B", 12);
  g_autofree char *nothing = ic_charset_decode (NULL, IC_TEXT_LIST, NULL, 0);

  g_assert_cmpstr (plain, ==, " a\r\nü");
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (escaped, ==, "山");
  g_assert_cmpstr (list, ==, "a\\b");
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_true (ic_charset_init (&error));
  g_test_add_func ("/charset/pydicom", test_every_text_of_the_charset_files_reads_as_in_pydicom);
  g_test_add_func ("/charset/standard", test_examples_of_the_standard_decode);
  g_test_add_func ("/charset/round-trip", test_what_was_encoded_decodes_to_itself);
  g_test_add_func ("/charset/encode", test_encoding_ends_each_component_in_the_first_set);
  g_test_add_func ("/charset/not-encoded", test_letter_outside_the_set_is_not_encoded);
  g_test_add_func ("/charset/japanese", test_letter_of_the_first_japanese_set_is_not_in_the_second);
  g_test_add_func ("/charset/nonsense", test_nonsense_becomes_replacement_characters);
  g_test_add_func ("/charset/padding", test_padding_goes_and_line_ends_stay_in_plain_text);
  return g_test_run ();
}
