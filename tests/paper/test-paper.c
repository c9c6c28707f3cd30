/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people read on paper, as pdftotext finds it there. */
#include "paper-fixture.h"
#include "paper/ic-paper.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  IcPaperKind kind;
  const char *name;
} Kind;

static const Kind kinds[] = {
  { IC_PAPER_PROOF, "proof" },
  { IC_PAPER_LABEL, "label" },
  { IC_PAPER_INSERT, "insert" },
  { IC_PAPER_LETTER, "letter" },
};

static IcPaper *
new_paper (IcPaperKind kind, IcTransfer *transfer)
{
  const IcPaperFacts facts = { .transfer = transfer,
                               .institution = "St Elsewhere",
                               .contact = "Imaging desk, 555-0100",
                               .organisation = "Mercy Hospital",
                               .address = "1 Main Street" };

  return ic_paper_new (kind, &facts);
}

/* Where IC_PAPER_OUTPUT names a folder, the papers stay there to be looked at. */
static char *
dup_text (IcPaper *paper, const char *name)
{
  const char *keep = g_getenv ("IC_PAPER_OUTPUT");
  g_autofree char *folder = keep != NULL ? g_strdup (keep) : g_dir_make_tmp ("paper-XXXXXX", NULL);
  g_autofree char *file = g_strconcat (name, ".pdf", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  const char *const argv[] = { "pdftotext", "-layout", path, "-", NULL };
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (ic_paper_write_pdf (paper, path, &error));
  g_assert_no_error (error);
  text = paper_fixture_ask (argv);
  if (keep == NULL)
    {
      g_unlink (path);
      g_rmdir (folder);
    }
  return g_steal_pointer (&text);
}

static void
test_every_paper_says_whose_images_and_whether_they_are_proved (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr(IcTransfer) transfer = paper_fixture_new_transfer ();
  g_autoptr(IcPaper) paper = new_paper (kind->kind, transfer);
  g_autofree char *text = dup_text (paper, kind->name);

  paper_fixture_assert_says (text, "DOE, Jane");
  paper_fixture_assert_says (text, "4711");
  paper_fixture_assert_says (text, "12 Mar 1961");
  paper_fixture_assert_says (text, "IC000123");
  paper_fixture_assert_says (text, "1,212 of 1,212 images proved.");
  paper_fixture_assert_says (text, "604");
  paper_fixture_assert_says (text, "42");
  paper_fixture_assert_says (text, "3fa94b1c");
  paper_fixture_assert_says (text, "Not for diagnosis");
  paper_fixture_assert_says (text, "St Elsewhere");
  paper_fixture_assert_says (text, "Dr Adams");
}

static void
test_every_paper_says_that_images_are_missing (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr(IcTransfer) transfer = paper_fixture_new_transfer ();
  g_autoptr(IcPaper) paper = NULL;
  g_autofree char *name = g_strconcat (kind->name, "-incomplete", NULL);
  g_autofree char *text = NULL;

  transfer->state = IC_TRANSFER_INCOMPLETE;
  ic_transfer_set_text (&transfer->remark, "3 missing; selected: 1215 of 1300 images");
  paper_fixture_add_series (transfer, 4, 3, 0);
  for (guint i = 0; i < 3; i++)
    {
      IcTransferInstance *instance = ic_transfer_add_instance (transfer);

      instance->sop_instance_uid = "1.2.3.4";
      instance->state = IC_ITEM_MISSING;
    }
  paper = new_paper (kind->kind, transfer);
  text = dup_text (paper, name);
  paper_fixture_assert_says (text, "Incomplete: 3 images are missing.");
  paper_fixture_assert_says (text, "selected: 1215 of 1300 images");
  g_assert_null (strstr (text, "proved."));
}

static void
test_long_proof_says_on_every_page_what_it_is_about (void)
{
  g_autoptr(IcTransfer) transfer = paper_fixture_new_transfer ();
  g_autoptr(IcPaper) paper = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) pages = NULL;

  for (guint i = 0; i < 120; i++)
    paper_fixture_add_series (transfer, 100 + i, 10, 10);
  paper = new_paper (IC_PAPER_PROOF, transfer);
  g_assert_cmpuint (ic_paper_count_pages (paper), >=, 3);
  text = dup_text (paper, "proof-long");
  pages = g_strsplit (text, "\f", -1);
  g_assert_cmpuint (g_strv_length (pages), ==, ic_paper_count_pages (paper) + 1);
  for (guint i = 0; i < ic_paper_count_pages (paper); i++)
    {
      paper_fixture_assert_says (pages[i], "IC000123");
      paper_fixture_assert_says (pages[i], "DOE, Jane");
      paper_fixture_assert_says (pages[i], "Not for diagnosis");
      paper_fixture_assert_says (pages[i], "3fa94b1c");
      paper_fixture_assert_says (pages[i], "Read back");
    }
  paper_fixture_assert_says (text, " 219 ");
}

/* Images of series @uid; on disc @volume, or on none when that is 0. */
static void
add_images (IcTransfer *transfer, const char *uid, guint n, IcItemState state, guint volume)
{
  for (guint i = 0; i < n; i++)
    {
      IcTransferInstance *instance = ic_transfer_add_instance (transfer);

      instance->series_uid = ic_transfer_keep_text (transfer, uid);
      instance->sop_instance_uid = "1.2.3.4";
      instance->state = state;
      instance->volume = volume;
    }
}

static void
set_series_uid (IcTransfer *transfer, guint index, const char *uid)
{
  ic_transfer_set_text (&((IcTransferSeries *) transfer->series->pdata[index])->series_uid, uid);
}

/* Two discs, and nothing of it is short. */
static IcTransfer *
new_long_transfer (void)
{
  IcTransfer *transfer = paper_fixture_new_transfer ();
  g_autoptr(IcPatient) patient =
                 ic_patient_new ("KIS-2026-0000471100815", "Gießen und Marburg",
                                 "Hohenlohe-Schillingsfürst^Maximiliane-Alexandra Friederike^^"
                                 "Prinzessin von und zu",
                                 "19610312", "F");

  ic_transfer_set_patient (&transfer->patient, patient);
  ic_transfer_set_text (&transfer->recipient,
                        "Gemeinschaftspraxis für Radiologie und Nuklearmedizin am Stadtgarten, "
                        "z. Hd. Frau Privatdozentin Dr. Wolkenstein-Achenbach");
  ic_transfer_set_text (&transfer->reason, "Zweitmeinung vor der geplanten Operation am 30. 11.");
  for (guint i = 0; i < 14; i++)
    {
      g_autofree char *uid = g_strdup_printf ("1.2.%u", i);

      paper_fixture_add_series (transfer, 10 + i, 1, 1);
      set_series_uid (transfer, i + 2, uid);
      add_images (transfer, uid, 1, IC_ITEM_VERIFIED, i < 9 ? 1 : 2);
    }
  return transfer;
}

static void
test_long_names_and_two_discs_have_room (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr(IcTransfer) transfer = new_long_transfer ();
  const IcPaperFacts facts = {
    .transfer = transfer,
    .institution = "Universitätsklinikum Gießen und Marburg, Klinik für Diagnostische und "
                   "Interventionelle Radiologie",
    .contact = "Bildversand, Baldingerstraße, 35043 Marburg, Telefon 06421 000 000",
    .organisation = "Medizinisches Versorgungszentrum Stadtgarten Schwäbisch Gmünd GmbH",
    .address = "Rektor-Klaus-Straße 1, 73525 Schwäbisch Gmünd",
  };
  g_autoptr(IcPaper) paper = ic_paper_new (kind->kind, &facts);
  g_autofree char *name = g_strconcat (kind->name, "-names", NULL);
  g_autofree char *text = dup_text (paper, name);

  paper_fixture_assert_says (text, "Hohenlohe-Schillingsfürst");
  paper_fixture_assert_says (text, "1,226 of 1,226 images proved.");
  paper_fixture_assert_says (text, "disc 1 of 2");
  paper_fixture_assert_says (text, "disc 2 of 2");
  g_assert_cmpuint (ic_paper_count_pages (paper), <=, 2);
}

/* Four series on two discs: one short by two images, one whole, one with an image too many, one
 * that never came.
 */
static IcTransfer *
new_short_transfer (void)
{
  IcTransfer *transfer = paper_fixture_new_transfer ();

  transfer->state = IC_TRANSFER_INCOMPLETE;
  g_ptr_array_set_size (transfer->series, 0);
  paper_fixture_add_series (transfer, 2, 42, 40);
  paper_fixture_add_series (transfer, 3, 5, 5);
  paper_fixture_add_series (transfer, 4, 7, 7);
  paper_fixture_add_series (transfer, 5, 2, 0);
  set_series_uid (transfer, 0, "1.2.2");
  set_series_uid (transfer, 1, "1.2.3");
  set_series_uid (transfer, 2, "1.2.4");
  set_series_uid (transfer, 3, "1.2.5");
  add_images (transfer, "1.2.2", 30, IC_ITEM_VERIFIED, 1);
  add_images (transfer, "1.2.2", 10, IC_ITEM_VERIFIED, 2);
  add_images (transfer, "1.2.2", 2, IC_ITEM_MISSING, 0);
  add_images (transfer, "1.2.3", 5, IC_ITEM_VERIFIED, 1);
  add_images (transfer, "1.2.4", 7, IC_ITEM_VERIFIED, 2);
  add_images (transfer, "1.2.4", 1, IC_ITEM_EXTRA, 2);
  add_images (transfer, "1.2.5", 2, IC_ITEM_MISSING, 0);
  return transfer;
}

static void
test_labels_of_two_discs_say_what_is_on_each_and_what_is_on_none (void)
{
  g_autoptr(IcTransfer) transfer = new_short_transfer ();
  g_autoptr(IcPaper) paper = new_paper (IC_PAPER_LABEL, transfer);
  g_autofree char *text = dup_text (paper, "label-short");
  g_auto(GStrv) pages = g_strsplit (text, "\f", -1);

  g_assert_cmpuint (g_strv_length (pages), ==, 3);
  paper_fixture_assert_says (pages[0], "CT 2: 30 · CT 3: 5\n");
  paper_fixture_assert_says (pages[1], "CT 2: 10 · CT 4: 7\n");
  for (guint i = 0; i < 2; i++)
    paper_fixture_assert_says (pages[i], "Over all discs: CT 2: 40/42 · CT 5: 0/2\n");
}

static void
test_labels_of_two_whole_discs_name_no_series_as_short (void)
{
  g_autoptr(IcTransfer) transfer = new_long_transfer ();
  g_autoptr(IcPaper) paper = NULL;
  g_autofree char *text = NULL;

  g_ptr_array_remove_range (transfer->series, 0, 2);
  paper = new_paper (IC_PAPER_LABEL, transfer);
  text = dup_text (paper, "label-whole");
  paper_fixture_assert_says (text, "CT 10: 1 · CT 11: 1 · CT 12: 1 · CT 13: 1 · and 5 more\n");
  g_assert_null (strstr (text, "Over all discs"));
}

/* The second of three failed: the log knows of three, the images only of the first. */
static void
test_disc_is_numbered_as_it_was_meant_although_not_all_were_made (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr(IcTransfer) transfer = paper_fixture_new_transfer ();
  const IcPaperFacts facts = { .transfer = transfer, .n_discs = 3 };
  g_autoptr(IcPaper) paper = NULL;
  g_autofree char *name = g_strconcat (kind->name, "-failed", NULL);
  g_autofree char *text = NULL;

  transfer->state = IC_TRANSFER_FAILED;
  add_images (transfer, "1.2.2", 5, IC_ITEM_VERIFIED, 1);
  paper = ic_paper_new (kind->kind, &facts);
  text = dup_text (paper, name);
  paper_fixture_assert_says (text, "IC000123_1, disc 1 of 3\n");
  g_assert_null (strstr (text, "disc 2"));
}

static void
test_disc_of_nobody_knows_how_many_has_its_own_number_only (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr(IcTransfer) transfer = paper_fixture_new_transfer ();
  g_autoptr(IcPaper) paper = NULL;
  g_autofree char *name = g_strconcat (kind->name, "-unknown", NULL);
  g_autofree char *text = NULL;

  transfer->state = IC_TRANSFER_FAILED;
  add_images (transfer, "1.2.2", 5, IC_ITEM_VERIFIED, 1);
  paper = new_paper (kind->kind, transfer);
  text = dup_text (paper, name);
  paper_fixture_assert_says (text, "IC000123_1, disc 1\n");
}

static void
test_hostile_text_stays_text (void)
{
  g_autoptr(IcTransfer) transfer = paper_fixture_new_transfer ();
  g_autoptr(IcPaper) paper = NULL;
  g_autofree char *text = NULL;

  ic_transfer_set_text (&((IcTransferSeries *) transfer->series->pdata[0])->description,
                        "<b>x</b> & \n\001 \342\200\256evil");
  paper = new_paper (IC_PAPER_PROOF, transfer);
  text = dup_text (paper, "proof-hostile");
  paper_fixture_assert_says (text, "<b>x</b>");
  paper_fixture_assert_says (text, "Thorax 1.5 mm");
}

static void
test_file_names_have_no_patient_data (void)
{
  g_autoptr(IcTransfer) transfer = paper_fixture_new_transfer ();
  g_autofree char *name = ic_paper_dup_file_name (IC_PAPER_LETTER, transfer);

  g_assert_cmpstr (name, ==, "IC000123 letter.pdf");
}

int
main (int argc, char **argv)
{
  g_autofree char *reader = g_find_program_in_path ("pdftotext");

  g_test_init (&argc, &argv, NULL);
  if (reader == NULL)
    {
      g_print ("1..0 # SKIP pdftotext is not installed\n");
      return 0;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *good = g_strconcat ("/paper/good/", kinds[i].name, NULL);
      g_autofree char *bad = g_strconcat ("/paper/incomplete/", kinds[i].name, NULL);
      g_autofree char *names = g_strconcat ("/paper/names/", kinds[i].name, NULL);
      g_autofree char *failed = g_strconcat ("/paper/failed/", kinds[i].name, NULL);
      g_autofree char *unknown = g_strconcat ("/paper/unknown/", kinds[i].name, NULL);

      g_test_add_data_func (failed, &kinds[i],
                            test_disc_is_numbered_as_it_was_meant_although_not_all_were_made);
      g_test_add_data_func (unknown, &kinds[i],
                            test_disc_of_nobody_knows_how_many_has_its_own_number_only);
      g_test_add_data_func (good, &kinds[i],
                            test_every_paper_says_whose_images_and_whether_they_are_proved);
      g_test_add_data_func (bad, &kinds[i], test_every_paper_says_that_images_are_missing);
      g_test_add_data_func (names, &kinds[i], test_long_names_and_two_discs_have_room);
    }
  g_test_add_func ("/paper/long", test_long_proof_says_on_every_page_what_it_is_about);
  g_test_add_func ("/paper/short",
                   test_labels_of_two_discs_say_what_is_on_each_and_what_is_on_none);
  g_test_add_func ("/paper/whole", test_labels_of_two_whole_discs_name_no_series_as_short);
  g_test_add_func ("/paper/hostile", test_hostile_text_stays_text);
  g_test_add_func ("/paper/file-name", test_file_names_have_no_patient_data);
  return g_test_run ();
}
