/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people read about a disc that does not fit: what is wrong, and which one to put in. */
#include "words/ic-disc-words.h"
#include "core/ic-error.h"

#include <string.h>

#define NEEDED ((guint64) 900 * 1000 * 1000)

static IcDrive *
make_drive (IcDriveContent content, gboolean is_rewritable, const char *label)
{
  const guint speeds[] = { 8468, 1411 };
  GVariant *list = g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, speeds, 2, sizeof (guint));
  g_autoptr(GVariant) description = g_variant_ref_sink (
      g_variant_new ("(ssbusubttts@au)", "ACME", "BURNER", TRUE, 0x0a, "CD-RW", (guint) content,
                     is_rewritable, (guint64) 737 * 1000 * 1000, (guint64) 0,
                     (guint64) 51 * 1000 * 1000, label, list));

  return ic_drive_new ("/dev/sr0", description);
}

static const struct
{
  IcDiscFitness fitness;
  guint64 needed_bytes;
  const char *label;
  const char *sentence;
} cases[] = {
  { IC_DISC_FIT, 0, "", NULL },
  { IC_DISC_TO_BE_ERASED, 0, "", NULL },
  { IC_DISC_MISSING, 0, "", "There is no disc in /dev/sr0: insert an empty disc." },
  { IC_DISC_MISSING, NEEDED, "",
    "There is no disc in /dev/sr0: insert an empty disc with room for 900 MB." },
  { IC_DISC_FINAL, 0, "", "The CD-RW in /dev/sr0 is already written: insert an empty disc." },
  { IC_DISC_HOLDS_DATA, 0, "IC000012_1",
    "The CD-RW in /dev/sr0 holds data (IC000012_1, 51 MB): insert an empty disc, or say --blank to "
    "erase this one." },
  { IC_DISC_HOLDS_DATA, 0, "DOE_JANE",
    "The CD-RW in /dev/sr0 holds data (51 MB of something else): insert an empty disc, or say "
    "--blank to erase this one." },
  { IC_DISC_READ_ONLY, 0, "",
    "/dev/sr0 cannot write the disc that is in it (CD-RW): insert an empty disc." },
  { IC_DISC_TOO_SMALL, NEEDED, "",
    "The CD-RW in /dev/sr0 has room for 737 MB, but 900 MB are needed: insert a larger disc, or "
    "export fewer studies on each." },
  { IC_DISC_NOT_READY_YET, 0, "",
    "/dev/sr0 does not get ready: take the disc out, look whether it is clean, and try again." },
};

static void
test_each_fitness_has_its_sentence (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(IcDrive) drive = make_drive (IC_DRIVE_WRITTEN, TRUE, cases[i].label);
      g_autofree char *sentence =
          ic_disc_words_dup_sentence (drive, cases[i].fitness, cases[i].needed_bytes);

      g_assert_cmpstr (sentence, ==, cases[i].sentence);
    }
}

static void
assert_spoilt (gboolean is_rewritable, const GError *failure, const char *what, const char *advice)
{
  g_autoptr(IcDrive) drive = make_drive (IC_DRIVE_WRITTEN, is_rewritable, "");
  g_autoptr(IcTransfer) transfer = ic_transfer_new ();
  g_autofree char *sentence = NULL;

  transfer->id = 7;
  sentence = ic_disc_words_dup_spoilt (drive, transfer, failure);
  g_test_message ("%s", sentence);
  g_assert_nonnull (strstr (sentence, "IC000007"));
  g_assert_nonnull (strstr (sentence, what));
  g_assert_nonnull (strstr (sentence, advice));
}

static void
test_a_spoilt_disc_is_to_be_thrown_away (void)
{
  g_autoptr(GError) failed =
                 g_error_new (IC_ERROR, IC_ERROR_WRITE_FAILED, "the drive did not write well");
  g_autoptr(GError) stopped = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");

  assert_spoilt (FALSE, failed, "the drive did not write well", "throw it away");
  assert_spoilt (FALSE, stopped, "stopped as asked", "throw it away");
  assert_spoilt (FALSE, NULL, "does not read back", "throw it away");
  assert_spoilt (TRUE, failed, "failed", "--blank");
}

static void
test_a_drive_in_use_says_by_whom (void)
{
  g_autofree char *program = ic_disc_words_dup_busy ("/dev/sr0", NULL);
  g_autofree char *mounted = ic_disc_words_dup_busy ("/dev/sr0", "/media/disc");

  g_assert_nonnull (strstr (program, "Another program"));
  g_assert_nonnull (strstr (mounted, "umount /media/disc"));
}

static void
test_speeds_read_as_on_the_box (void)
{
  g_autoptr(IcDrive) drive = make_drive (IC_DRIVE_BLANK, TRUE, "");
  g_autofree char *speeds = ic_disc_words_dup_speeds (drive);

  g_assert_cmpstr (speeds, ==, "48x, 8x");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disc-sentences/fitness", test_each_fitness_has_its_sentence);
  g_test_add_func ("/disc-sentences/spoilt", test_a_spoilt_disc_is_to_be_thrown_away);
  g_test_add_func ("/disc-sentences/busy", test_a_drive_in_use_says_by_whom);
  g_test_add_func ("/disc-sentences/speeds", test_speeds_read_as_on_the_box);
  return g_test_run ();
}
