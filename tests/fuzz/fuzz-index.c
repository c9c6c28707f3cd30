/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a DICOM file, by the short cut and by DCMTK: where both find a header it is the
 * same.
 */
#include "dicom/shim/ic-shim-extent.h"
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim.h"
#include "fuzz-input.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return ic_shim_init (NULL) ? 0 : 1;
}

static void
assert_equal (IcHeader *walked, IcHeader *parsed)
{
  g_autoptr(GBytes) a = ic_header_pack (walked);
  g_autoptr(GBytes) b = ic_header_pack (parsed);

  if (g_bytes_equal (a, b))
    return;
  for (int i = 0; i < IC_HEADER_N_FIELDS; i++)
    if (!g_str_equal (ic_header_get (walked, i), ic_header_get (parsed, i)))
      g_printerr ("field %d: \"%s\" and \"%s\"\n", i, ic_header_get (walked, i),
                  ic_header_get (parsed, i));
  for (int i = 0; i < IC_N_LEVELS; i++)
    if (!g_bytes_equal (ic_header_get_keys (walked, i), ic_header_get_keys (parsed, i)))
      g_printerr ("the keys of level %d differ\n", i);
  fuzz_fail ("the short cut and DCMTK read different headers");
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = fuzz_input_fd (0, data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) error_long = NULL;
  g_autoptr(IcHeader) header = NULL;
  g_autoptr(IcHeader) header_long = NULL;

  ic_shim_check_extent (fd, NULL, NULL);
  header = ic_shim_index (fd, NULL, &error);
  g_assert_true ((header == NULL) == (error != NULL));
  header_long = ic_shim_index_by_dcmtk (fd, NULL, &error_long);
  g_assert_true ((header_long == NULL) == (error_long != NULL));
  if (header != NULL && header_long != NULL)
    assert_equal (header, header_long);
  return 0;
}
