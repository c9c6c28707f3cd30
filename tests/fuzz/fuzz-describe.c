/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a DICOM file that is described to people: the facts beside an image, the header and
 * the report as lines, the document inside. Options are those of the target picture.
 */
#include "dicom/shim/ic-shim-describe.h"
#include "dicom/shim/ic-shim.h"
#include "fuzz-input.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define VALUE_MAX (256 * 1024) /* a text of 64 KiB, in whatever it becomes in UTF-8 */

static int output_fd = -1;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  output_fd = memfd_create ("document", MFD_CLOEXEC);
  return ic_shim_init (NULL) ? 0 : 1;
}

/* D-Bus takes no other text. */
static void
assert_text (const char *text)
{
  g_assert_nonnull (text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), <=, VALUE_MAX);
}

static void
describe (int fd)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcImageFacts) facts = ic_shim_describe (fd, NULL, &error);
  g_autoptr(GVariant) packed = NULL;
  g_autoptr(IcImageFacts) unpacked = NULL;

  g_assert_true ((facts == NULL) == (error != NULL));
  if (facts == NULL)
    return;
  for (guint i = 0; i < IC_FACT_N; i++)
    assert_text (facts->strings[i]);
  for (guint i = 0; i < facts->n_planes; i++)
    {
      const IcPlane *plane = ic_image_facts_get_plane (facts, i);
      g_autofree char *side = plane != NULL ? ic_plane_dup_side (plane->orientation) : NULL;

      g_assert_true (plane == NULL || ic_plane_is_parallel (plane, plane));
    }
  /* What we send must be what we take. */
  packed = g_variant_ref_sink (ic_image_facts_pack (facts));
  unpacked = ic_image_facts_unpack (packed);
  g_assert_nonnull (unpacked);
}

static void
dump (int fd, IcDumpKind kind)
{
  gboolean complete = FALSE;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows = ic_shim_dump (fd, kind, &complete, NULL, &error);

  g_assert_true ((rows == NULL) == (error != NULL));
  g_assert_true (rows == NULL || rows->len <= IC_DUMP_ROWS_MAX);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const IcDumpRow *row = rows->pdata[i];

      assert_text (row->tag);
      assert_text (row->vr);
      assert_text (row->name);
      assert_text (row->value);
    }
}

static void
extract (int fd)
{
  g_autoptr(GError) error = NULL;
  gboolean done = FALSE;

  if (ftruncate (output_fd, 0) != 0 || lseek (output_fd, 0, SEEK_SET) != 0)
    fuzz_fail ("no memory for the document");
  done = ic_shim_extract_document (fd, output_fd, NULL, &error);
  g_assert_true (done == (error == NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = fuzz_input_fd (0, data, size);

  describe (fd);
  dump (fd, IC_DUMP_HEADER);
  dump (fd, IC_DUMP_REPORT);
  extract (fd);
  return 0;
}
