/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First byte: explicit or implicit VR; the rest as a command set or identifier. Ends, and hands
 * out nothing that is not in it.
 */
#include "dicom/shim/ic-shim-identifier.hh"
#include "fuzz-input.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size == 0)
    return -1;

  const std::string_view bytes (reinterpret_cast<const char *> (data) + 1, size - 1);
  ElementReader reader (bytes, data[0] % 2 != 0);
  Element element = {};
  size_t n_bytes = 0;

  while (reader.next (element))
    {
      n_bytes += 8 + element.value.size ();
      if (!element.value.empty ())
        g_assert_true (element.value.data () >= bytes.data () &&
                       element.value.data () + element.value.size () <=
                           bytes.data () + bytes.size ());
      element_us (element.value);
      g_assert_cmpuint (element_trim (element.value).size (), <=, element.value.size ());
    }
  g_assert_cmpuint (n_bytes, <=, bytes.size ());
  return 0;
}
