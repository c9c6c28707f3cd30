/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First byte: kind; then the character set up to a line end; then the value. */
#include "dicom/shim/ic-shim-charset.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *end = size > 1 ? memchr (data + 1, '\n', size - 1) : NULL;
  g_autofree char *charset = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GBytes) bytes = NULL;

  if (end == NULL)
    return -1;
  charset = g_strndup ((const char *) data + 1, end - data - 1);
  text = ic_charset_decode (charset, data[0] % 3, end + 1, data + size - end - 1);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  bytes = ic_charset_encode (charset, text);
  return 0;
}
