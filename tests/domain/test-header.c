/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-header.h"

#include <string.h>

static IcHeader *
make_header (void)
{
  const char *values[IC_HEADER_N_FIELDS + 1] = { NULL };
  g_autoptr(GBytes) some = g_bytes_new_static ("\x08\0\x05\0CS\0\0", 8);
  g_autoptr(GBytes) none = g_bytes_new (NULL, 0);
  GBytes *const keys[IC_N_LEVELS] = { some, none, some, none };

  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    values[field] = field % 2 == 0 ? "Größe" : "";
  return ic_header_new (values, keys);
}

static IcHeader *
unpack (GBytes *packed, gsize size)
{
  return ic_header_unpack (g_bytes_get_data (packed, NULL), size);
}

static void
test_header_survives_the_wire (void)
{
  g_autoptr(IcHeader) header = make_header ();
  g_autoptr(GBytes) packed = ic_header_pack (header);
  g_autoptr(IcHeader) again = unpack (packed, g_bytes_get_size (packed));

  g_assert_nonnull (again);
  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    g_assert_cmpstr (ic_header_get (again, field), ==, ic_header_get (header, field));
  for (int level = 0; level < IC_N_LEVELS; level++)
    g_assert_true (
        g_bytes_equal (ic_header_get_keys (again, level), ic_header_get_keys (header, level)));
}

/* What a worker says that was taken over by a file must not be believed. */
static void
test_header_that_is_cut_off_or_longer_is_refused (void)
{
  g_autoptr(IcHeader) header = make_header ();
  g_autoptr(GBytes) packed = ic_header_pack (header);
  gsize size = g_bytes_get_size (packed);
  g_autofree char *longer = g_malloc0 (size + 1);

  for (gsize cut = 0; cut < size; cut++)
    {
      /* a copy of just that size, so that valgrind and ASan see what is read behind it */
      g_autofree char *part = g_memdup2 (g_bytes_get_data (packed, NULL), MAX (cut, 1));

      g_assert_null (ic_header_unpack (part, cut));
    }
  memcpy (longer, g_bytes_get_data (packed, NULL), size);
  g_assert_null (ic_header_unpack (longer, size + 1));
}

static void
test_header_that_is_not_utf8_is_refused (void)
{
  g_autoptr(IcHeader) header = make_header ();
  g_autoptr(GBytes) packed = ic_header_pack (header);
  gsize size = g_bytes_get_size (packed);
  g_autofree char *spoilt = g_memdup2 (g_bytes_get_data (packed, NULL), size);

  spoilt[2] = '\xff';
  g_assert_null (ic_header_unpack (spoilt, size));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/header/wire", test_header_survives_the_wire);
  g_test_add_func ("/header/cut-off", test_header_that_is_cut_off_or_longer_is_refused);
  g_test_add_func ("/header/not-utf8", test_header_that_is_not_utf8_is_refused);
  return g_test_run ();
}
