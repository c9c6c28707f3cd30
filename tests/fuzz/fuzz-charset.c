/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First byte: kind; then the character set up to a line end; then the value. What could be encoded
 * again is decoded to the same text.
 */
#include "dicom/shim/ic-shim-charset.h"
#include "fuzz-input.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return ic_charset_init (NULL) ? 0 : 1;
}

static char *
decode (const char *charset, IcTextKind kind, GBytes *bytes)
{
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return ic_charset_decode (charset, kind, data, size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *end = size > 1 ? memchr (data + 1, '\n', size - 1) : NULL;
  const IcTextKind kind = size > 0 ? data[0] % 3 : 0;
  g_autofree char *charset = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (end == NULL)
    return -1;
  charset = g_strndup ((const char *) data + 1, end - data - 1);
  text = ic_charset_decode (charset, kind, end + 1, data + size - end - 1);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  bytes = ic_charset_encode (charset, text);
  if (bytes == NULL)
    return 0;
  again = decode (charset, kind, bytes);
  if (!g_str_equal (text, again))
    fuzz_fail ("\"%s\" became \"%s\" in %s", text, again, charset);
  return 0;
}
