/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that announce what no file has, or go down without end: every reader must come back, with
 * little memory. A reader may call such a file good where what it wants stands before the trouble.
 */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-directory.h"
#include "dicom/shim/ic-shim-extent.h"
#include "dicom/shim/ic-shim-index.h"
#include "dicom/shim/ic-shim.h"
#include "domain/ic-transfer-syntax.h"
#include "shim-fixture.h"

#include <string.h>
#include <unistd.h>

#define DIRECTORY_CLASS "1.2.840.10008.1.3.10"
#define N_LEVELS 10000

/* AddressSanitizer surrounds and keeps what is freed: there the peak says nothing. */
#ifdef __SANITIZE_ADDRESS__
#define PEAK_KIB_MAX (G_MAXSIZE / 2)
#else
#define PEAK_KIB_MAX (64 * 1024)
#endif

#define TAG_ITEM 0xfffee000
#define TAG_ITEM_END 0xfffee00d
#define TAG_SEQUENCE_END 0xfffee0dd
#define TAG_RECORDS 0x00041220
#define TAG_PIXELS 0x7fe00010
#define UNDEFINED 0xffffffff

static const guint32 gigabytes[] = { 0xfffffffe, 0xfffffff0, 0x80000000, 0x7ffffffe };

typedef struct
{
  const char *path;
  void (*add) (GByteArray *file, guint32 n); /* after the meta header */
  const char *sop_class;
  const char *syntax;
} Extreme;

static void
add_image (GByteArray *file)
{
  fixture_add_identity (file, FIXTURE_CT_CLASS);
}

static void
announce_in_meta_header (GByteArray *file, guint32 length)
{
  fixture_add_long_head (file, 0x00020102, "OB", length);
}

static void
announce_before_identity (GByteArray *file, guint32 length)
{
  fixture_add_long_head (file, 0x00080001, "UT", length);
}

static void
announce_sequence (GByteArray *file, guint32 length)
{
  add_image (file);
  fixture_add_long_head (file, 0x00081140, "SQ", length);
}

static void
announce_item (GByteArray *file, guint32 length)
{
  add_image (file);
  fixture_add_long_head (file, 0x00081140, "SQ", UNDEFINED);
  fixture_add_tag (file, TAG_ITEM, length);
}

static void
announce_in_item (GByteArray *file, guint32 length)
{
  add_image (file);
  fixture_add_long_head (file, 0x00081140, "SQ", UNDEFINED);
  fixture_add_tag (file, TAG_ITEM, UNDEFINED);
  fixture_add_long_head (file, 0x00091010, "UN", length);
}

static void
announce_pixels (GByteArray *file, guint32 length)
{
  add_image (file);
  fixture_add_long_head (file, TAG_PIXELS, "OW", length);
}

static void
announce_offset_table (GByteArray *file, guint32 length)
{
  add_image (file);
  fixture_add_long_head (file, TAG_PIXELS, "OB", UNDEFINED);
  fixture_add_tag (file, TAG_ITEM, length);
}

static void
announce_fragment (GByteArray *file, guint32 length)
{
  announce_offset_table (file, 0);
  fixture_add_tag (file, TAG_ITEM, length);
}

static void
announce_records (GByteArray *file, guint32 length)
{
  fixture_add_long_head (file, TAG_RECORDS, "SQ", length);
}

static void
announce_record (GByteArray *file, guint32 length)
{
  fixture_add_long_head (file, TAG_RECORDS, "SQ", UNDEFINED);
  fixture_add_tag (file, TAG_ITEM, length);
}

static void
announce_in_record (GByteArray *file, guint32 length)
{
  announce_record (file, UNDEFINED);
  fixture_add_long_head (file, 0x00091010, "OB", length);
}

static const Extreme announcements[] = {
  { "meta-header", announce_in_meta_header, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "data-set", announce_before_identity, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "sequence", announce_sequence, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "item", announce_item, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "in-item", announce_in_item, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "pixels", announce_pixels, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "offset-table", announce_offset_table, FIXTURE_CT_CLASS, "1.2.840.10008.1.2.4.70" },
  { "fragment", announce_fragment, FIXTURE_CT_CLASS, "1.2.840.10008.1.2.4.90" },
  { "records", announce_records, DIRECTORY_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "record", announce_record, DIRECTORY_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "in-record", announce_in_record, DIRECTORY_CLASS, IC_TS_EXPLICIT_VR_LE },
};

static void
nest_undefined (GByteArray *file, guint32 n_levels)
{
  for (guint32 i = 0; i < n_levels; i++)
    {
      fixture_add_long_head (file, 0x00081140, "SQ", UNDEFINED);
      fixture_add_tag (file, TAG_ITEM, UNDEFINED);
    }
  for (guint32 i = 0; i < n_levels; i++)
    {
      fixture_add_tag (file, TAG_ITEM_END, 0);
      fixture_add_tag (file, TAG_SEQUENCE_END, 0);
    }
}

/* Each level has 12 bytes of the sequence and 8 of the item above the next. */
static void
nest_defined (GByteArray *file, guint32 n_levels)
{
  for (guint32 i = n_levels; i > 0; i--)
    {
      fixture_add_long_head (file, 0x00081140, "SQ", (i - 1) * 20 + 8);
      fixture_add_tag (file, TAG_ITEM, (i - 1) * 20);
    }
}

/* Implicit VR inside (PS3.5 6.2.2). */
static void
nest_unknown (GByteArray *file, guint32 n_levels)
{
  fixture_add_long_head (file, 0x00091010, "UN", UNDEFINED);
  fixture_add_tag (file, TAG_ITEM, UNDEFINED);
  for (guint32 i = 0; i < n_levels; i++)
    {
      fixture_add_tag (file, 0x00091010, UNDEFINED);
      fixture_add_tag (file, TAG_ITEM, UNDEFINED);
    }
}

static void
nest_in_image (GByteArray *file, guint32 n_levels)
{
  add_image (file);
  nest_undefined (file, n_levels);
}

static void
nest_lengths_in_image (GByteArray *file, guint32 n_levels)
{
  add_image (file);
  nest_defined (file, n_levels);
}

static void
nest_unknown_in_image (GByteArray *file, guint32 n_levels)
{
  add_image (file);
  nest_unknown (file, n_levels);
}

/* Items within items, which nothing allows. */
static void
nest_fragments (GByteArray *file, guint32 n_levels)
{
  add_image (file);
  fixture_add_long_head (file, TAG_PIXELS, "OB", UNDEFINED);
  for (guint32 i = 0; i < n_levels; i++)
    fixture_add_tag (file, TAG_ITEM, UNDEFINED);
}

static void
nest_in_record (GByteArray *file, guint32 n_levels)
{
  fixture_add_long_head (file, TAG_RECORDS, "SQ", UNDEFINED);
  fixture_add_tag (file, TAG_ITEM, UNDEFINED);
  nest_undefined (file, n_levels);
  fixture_add_tag (file, TAG_ITEM_END, 0);
  fixture_add_tag (file, TAG_SEQUENCE_END, 0);
}

static void
nest_records (GByteArray *file, guint32 n_levels)
{
  for (guint32 i = 0; i < n_levels; i++)
    {
      fixture_add_long_head (file, TAG_RECORDS, "SQ", UNDEFINED);
      fixture_add_tag (file, TAG_ITEM, UNDEFINED);
    }
}

static const Extreme nestings[] = {
  { "undefined", nest_in_image, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "defined", nest_lengths_in_image, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "unknown", nest_unknown_in_image, FIXTURE_CT_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "fragments", nest_fragments, FIXTURE_CT_CLASS, "1.2.840.10008.1.2.4.70" },
  { "in-record", nest_in_record, DIRECTORY_CLASS, IC_TS_EXPLICIT_VR_LE },
  { "records", nest_records, DIRECTORY_CLASS, IC_TS_EXPLICIT_VR_LE },
};

static gsize
get_peak_kib (void)
{
  g_autofree char *status = NULL;
  const char *peak = NULL;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  peak = strstr (status, "VmHWM:");
  return peak != NULL ? g_ascii_strtoull (peak + strlen ("VmHWM:"), NULL, 10) : 0;
}

/* Every reader, and all of them with a reason when they find nothing. Returns the extent. */
static gboolean
read_by_all (int fd)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) error_long = NULL;
  g_autoptr(GError) error_directory = NULL;
  g_autoptr(GError) error_extent = NULL;
  g_autoptr(IcHeader) header = ic_shim_index (fd, NULL, &error);
  g_autoptr(IcHeader) header_long = ic_shim_index_by_dcmtk (fd, NULL, &error_long);
  g_autoptr(IcShimDirectory) directory = ic_shim_directory_read (fd, NULL, &error_directory);
  gboolean whole = ic_shim_check_extent (fd, NULL, &error_extent);

  g_assert_true ((header == NULL) == (error != NULL));
  g_assert_true ((header_long == NULL) == (error_long != NULL));
  g_assert_true ((directory == NULL) == (error_directory != NULL));
  g_assert_true (whole == (error_extent == NULL));
  return whole;
}

static GByteArray *
make (const Extreme *extreme, guint32 n)
{
  GByteArray *file = fixture_file_new (extreme->syntax, extreme->sop_class);

  extreme->add (file, n);
  return file;
}

static void
test_gigabytes_that_are_not_there (gconstpointer data)
{
  const Extreme *extreme = data;
  gsize before = get_peak_kib ();

  for (gsize i = 0; i < G_N_ELEMENTS (gigabytes); i++)
    {
      g_autoptr(GByteArray) file = make (extreme, gigabytes[i]);
      int fd = fixture_open (file->data, file->len);
      gboolean whole = read_by_all (fd);

      close (fd);
      g_assert_false (whole);
      g_assert_cmpuint (get_peak_kib (), <, before + PEAK_KIB_MAX);
    }
}

/* The same with a file that has them all, as zeros that take no room. Where DCMTK takes them for
 * elements it stops at IC_SHIM_READS_MAX.
 */
static void
test_gigabytes_that_are_there (gconstpointer data)
{
  const Extreme *extreme = data;
  g_autoptr(GByteArray) file = make (extreme, gigabytes[0]);
  gsize before = get_peak_kib ();
  int fd = fixture_open (file->data, file->len);

  g_assert_cmpint (ftruncate (fd, (off_t) file->len + gigabytes[0]), ==, 0);
  read_by_all (fd);
  close (fd);
  g_test_message ("%zu KiB, %zu before", get_peak_kib (), before);
  g_assert_cmpuint (get_peak_kib (), <, before + PEAK_KIB_MAX);
}

static void
test_ten_thousand_levels (gconstpointer data)
{
  const Extreme *extreme = data;
  g_autoptr(GByteArray) file = make (extreme, N_LEVELS);
  gsize before = get_peak_kib ();
  int fd = fixture_open (file->data, file->len);

  read_by_all (fd);
  close (fd);
  g_assert_cmpuint (get_peak_kib (), <, before + PEAK_KIB_MAX);
}

static void
add_tests (const char *prefix,
           const Extreme *extremes,
           gsize n_extremes,
           void (*test) (gconstpointer data))
{
  for (gsize i = 0; i < n_extremes; i++)
    {
      g_autofree char *path = g_strdup_printf ("/extremes/%s/%s", prefix, extremes[i].path);

      g_test_add_data_func (path, &extremes[i], test);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  ic_shim_init (&error);
  g_assert_no_error (error);
  add_tests ("announced", announcements, G_N_ELEMENTS (announcements),
             test_gigabytes_that_are_not_there);
  add_tests ("sparse", announcements, G_N_ELEMENTS (announcements), test_gigabytes_that_are_there);
  add_tests ("nested", nestings, G_N_ELEMENTS (nestings), test_ten_thousand_levels);
  return g_test_run ();
}
