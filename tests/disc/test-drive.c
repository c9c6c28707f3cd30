/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which disc takes what, whatever state it is in. */
#include "core/ic-error.h"
#include "disc/ic-drive.h"

#define MB (1000 * 1000)

static IcDrive *
make_drive (guint profile,
            const char *medium,
            IcDriveContent content,
            gboolean is_rewritable,
            guint64 free_bytes,
            guint64 capacity_bytes)
{
  const guint speeds[] = { 8468, 1411 };
  GVariant *list = g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, speeds, 2, sizeof (guint));
  g_autoptr(GVariant) description = g_variant_ref_sink (
      g_variant_new ("(ssbusubttts@au)", "ACME", "BURNER", TRUE, profile, medium, (guint) content,
                     is_rewritable, free_bytes, capacity_bytes, (guint64) 5 * MB, "DOE_JANE",
                     list));

  return ic_drive_new ("/dev/sr0", description);
}

static const struct
{
  IcDriveContent content;
  gboolean is_rewritable;
  guint64 free_bytes;
  guint64 capacity_bytes;
  gboolean may_erase;
  IcDiscFitness expected;
  int code; /* of the refusal, or -1 */
} cases[] = {
  { IC_DRIVE_EMPTY, FALSE, 0, 0, FALSE, IC_DISC_MISSING, IC_ERROR_MEDIUM_UNSUITABLE },
  { IC_DRIVE_EMPTY, FALSE, 0, 0, TRUE, IC_DISC_MISSING, IC_ERROR_MEDIUM_UNSUITABLE },
  { IC_DRIVE_BLANK, FALSE, 700 * MB, 700 * MB, FALSE, IC_DISC_FIT, -1 },
  { IC_DRIVE_BLANK, FALSE, 100 * MB, 100 * MB, FALSE, IC_DISC_FIT, -1 },
  { IC_DRIVE_BLANK, FALSE, 100 * MB - 1, 100 * MB, FALSE, IC_DISC_TOO_SMALL, IC_ERROR_NO_SPACE },
  { IC_DRIVE_BLANK, TRUE, 99 * MB, 99 * MB, TRUE, IC_DISC_TOO_SMALL, IC_ERROR_NO_SPACE },
  { IC_DRIVE_WRITTEN, FALSE, 0, 0, FALSE, IC_DISC_FINAL, IC_ERROR_MEDIUM_UNSUITABLE },
  { IC_DRIVE_WRITTEN, FALSE, 500 * MB, 700 * MB, TRUE, IC_DISC_FINAL, IC_ERROR_MEDIUM_UNSUITABLE },
  { IC_DRIVE_WRITTEN, TRUE, 0, 700 * MB, FALSE, IC_DISC_HOLDS_DATA, IC_ERROR_REFUSED },
  { IC_DRIVE_WRITTEN, TRUE, 0, 700 * MB, TRUE, IC_DISC_TO_BE_ERASED, -1 },
  { IC_DRIVE_WRITTEN, TRUE, 0, 0, TRUE, IC_DISC_TO_BE_ERASED, -1 },
  { IC_DRIVE_WRITTEN, TRUE, 0, 99 * MB, TRUE, IC_DISC_TOO_SMALL, IC_ERROR_NO_SPACE },
  { IC_DRIVE_UNSUITABLE, FALSE, 0, 0, TRUE, IC_DISC_READ_ONLY, IC_ERROR_MEDIUM_UNSUITABLE },
  { IC_DRIVE_NOT_READY, FALSE, 0, 0, TRUE, IC_DISC_NOT_READY_YET, IC_ERROR_TIMED_OUT },
};

static void
test_each_disc_is_judged_by_what_it_can_take (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(IcDrive) drive =
                     make_drive (0x0a, "CD-RW", cases[i].content, cases[i].is_rewritable,
                                 cases[i].free_bytes, cases[i].capacity_bytes);
      g_autoptr(GError) error = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (ic_drive_judge (drive, 100 * MB, cases[i].may_erase), ==, cases[i].expected);
      g_assert_cmpint (ic_disc_is_fit (cases[i].expected), ==, cases[i].code == -1);
      g_assert_cmpint (ic_drive_check (drive, 100 * MB, cases[i].may_erase, &error), ==,
                       cases[i].code == -1);
      if (cases[i].code != -1)
        g_assert_error (error, IC_ERROR, cases[i].code);
      if (error != NULL)
        g_assert_null (g_strrstr (error->message, "DOE"));
    }
}

static void
test_too_small_names_both_sizes (void)
{
  g_autoptr(IcDrive) drive = make_drive (0x09, "CD-R", IC_DRIVE_BLANK, FALSE, 2 * MB, 2 * MB);
  g_autoptr(GError) error = NULL;

  g_assert_false (ic_drive_check (drive, 100 * MB, FALSE, &error));
  g_assert_nonnull (g_strrstr (error->message, "100"));
  g_assert_nonnull (g_strrstr (error->message, "2"));
}

static void
test_kinds_and_speeds_are_those_on_the_box (void)
{
  g_autoptr(IcDrive) cd = make_drive (0x09, "CD-R", IC_DRIVE_BLANK, FALSE, 0, 0);
  g_autoptr(IcDrive) dvd =
                 make_drive (0x11, "DVD-R sequential recording", IC_DRIVE_BLANK, FALSE, 0, 0);
  g_autoptr(IcDrive) ram = make_drive (0x12, "DVD-RAM", IC_DRIVE_BLANK, FALSE, 0, 0);
  g_autoptr(IcDrive) bd = make_drive (0x41, "BD-R", IC_DRIVE_BLANK, FALSE, 0, 0);
  g_autoptr(IcDrive) none = make_drive (0, "", IC_DRIVE_EMPTY, FALSE, 0, 0);

  g_assert_cmpint (ic_drive_get_kind (cd), ==, IC_DISC_KIND_CD);
  g_assert_cmpint (ic_drive_get_kind (dvd), ==, IC_DISC_KIND_DVD);
  g_assert_cmpint (ic_drive_get_kind (ram), ==, IC_DISC_KIND_DVD_RAM);
  g_assert_cmpuint (ic_drive_speed_from_factor (ram, 4), ==, 5540);
  g_assert_cmpint (ic_drive_get_kind (bd), ==, IC_DISC_KIND_BD);
  g_assert_cmpint (ic_drive_get_kind (none), ==, IC_DISC_KIND_NONE);
  g_assert_cmpstr (dvd->medium, ==, "DVD-R");
  g_assert_cmpuint (ic_drive_speed_from_factor (cd, 8), ==, 1411);
  g_assert_cmpuint (ic_drive_speed_from_factor (dvd, 4), ==, 5540);
  g_assert_cmpuint (ic_drive_speed_from_factor (bd, 2), ==, 8991);
  g_assert_cmpuint (ic_drive_speed_from_factor (cd, 0), ==, 0);
  g_assert_cmpfloat_with_epsilon (ic_drive_speed_to_factor (cd, 8468), 48, 0.01);
}

static void
test_a_number_nobody_knows_is_not_ready (void)
{
  g_autoptr(IcDrive) drive = make_drive (0x09, "CD-R", (IcDriveContent) 99, FALSE, 0, 0);

  g_assert_cmpint (ic_drive_judge (drive, 0, TRUE), ==, IC_DISC_NOT_READY_YET);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drive/judged", test_each_disc_is_judged_by_what_it_can_take);
  g_test_add_func ("/drive/sizes", test_too_small_names_both_sizes);
  g_test_add_func ("/drive/kinds", test_kinds_and_speeds_are_those_on_the_box);
  g_test_add_func ("/drive/unknown", test_a_number_nobody_knows_is_not_ready);
  return g_test_run ();
}
