/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults between writing and reading back: a medium is written, then damaged, then read and judged
 * as an export does. The undamaged one is proved, no other ever is.
 */
#include "core/ic-digest.h"
#include "domain/ic-proof.h"
#include "ops/ic-output.h"
#include "ops/ic-read-back.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CT_UID "1.2.840.10008.5.1.4.1.1.2"
#define EXPLICIT_UID "1.2.840.10008.1.2.1"
#define STUDY_UID "1.2.826.0.1.1"
#define SERIES_UID "1.2.826.0.1.1.1"
#define N_IMAGES 4
#define IMAGE_SIZE 5000
#define FOLDER "DICOM/S0001/SE0001/"

typedef struct
{
  char *folder;
  char *data;
  char *output;
  IcDesk *desk;
  GPtrArray *studies;
  IcFileSet *file_set;
} Fixture;

/* What happens to the medium at @path before it is read back. */
typedef void (*Damage) (Fixture *fixture, const char *path);

typedef struct
{
  const char *name;
  IcRoute route;
  Damage damage;
} Case;

static char *
dup_random_bytes (guint seed)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  char *bytes = g_malloc (IMAGE_SIZE);

  for (guint i = 0; i < IMAGE_SIZE; i++)
    bytes[i] = (char) g_rand_int (rand);
  return bytes;
}

/* The bytes of an instance are nobody's business between store and medium. */
static void
add_instance (Fixture *fixture, IcSeries *series, guint number)
{
  IcInstance *instance = ic_series_add_instance (series);
  g_autofree char *bytes = dup_random_bytes (number);
  g_autofree char *sha256 = ic_digest_dup_hex (bytes, IMAGE_SIZE);
  g_autofree char *uid = g_strdup_printf ("%s.%u", SERIES_UID, number);
  g_autofree char *text = g_strdup_printf ("%u", number);
  g_autofree char *name = g_strdup_printf ("dicom/%u.dcm", number);
  g_autofree char *path = NULL;

  instance->sop_instance_uid = ic_texts_keep (series->texts, uid);
  instance->sop_class_uid = CT_UID;
  instance->transfer_syntax_uid = EXPLICIT_UID;
  instance->number = ic_texts_keep (series->texts, text);
  instance->path = ic_texts_keep (series->texts, name);
  instance->sha256 = ic_texts_keep (series->texts, sha256);
  instance->size_bytes = IMAGE_SIZE;
  path = g_build_filename (fixture->data, instance->path, NULL);
  g_assert_true (g_file_set_contents (path, bytes, IMAGE_SIZE, NULL));
}

static IcStudy *
make_study (Fixture *fixture)
{
  IcStudy *study = ic_study_new ();
  IcSeries *series = ic_series_new (study->texts);

  study->study_uid = g_strdup (STUDY_UID);
  study->date = g_strdup ("20260214");
  study->time = g_strdup ("101500");
  study->accession = g_strdup ("A1");
  study->id = g_strdup ("77");
  study->description = g_strdup ("Thorax");
  study->patient = ic_patient_new ("4711", "", "Muster^Anna", "19700101", "F");
  study->patient_keys = g_bytes_new (NULL, 0);
  study->keys = g_bytes_new (NULL, 0);
  series->series_uid = g_strdup (SERIES_UID);
  series->modality = g_strdup ("CT");
  series->number = g_strdup ("1");
  series->description = g_strdup ("Lung");
  series->body_part = g_strdup ("CHEST");
  series->keys = g_bytes_new (NULL, 0);
  g_ptr_array_add (study->series, series);
  for (guint i = 1; i <= N_IMAGES; i++)
    add_instance (fixture, series, i);
  return study;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  const IcFileSetInfo info = { .id_secret = "secret",
                               .file_set_id = "IC000001_1",
                               .transfer_number = "IC000001",
                               .profile = "as-stored",
                               .application = "test",
                               .created = now };

  fixture->folder = g_dir_make_tmp ("read-back-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->data = g_build_filename (fixture->folder, "data", NULL);
  fixture->output = g_build_filename (fixture->folder, "output", NULL);
  fixture->desk = ic_desk_open (fixture->data, &error);
  g_assert_no_error (error);
  fixture->studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_ptr_array_add (fixture->studies, make_study (fixture));
  fixture->file_set = ic_file_set_new (fixture->studies, &info, &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ic_file_set_unref (fixture->file_set);
  g_ptr_array_unref (fixture->studies);
  ic_desk_unref (fixture->desk);
  remove_tree (fixture->folder);
  g_free (fixture->output);
  g_free (fixture->data);
  g_free (fixture->folder);
}

/* The steps of an export, with @damage between writing and reading. */

static void
tell_written (Fixture *fixture, IcProof *proof, GArray *others)
{
  GPtrArray *entries = ic_file_set_get_entries (fixture->file_set);

  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];
      const IcExpectedFile file = { .path = entry->path, .sha256 = entry->sha256 };
      const char *uid = NULL;

      if (entry->instance == NULL)
        {
          g_array_append_val (others, file);
          continue;
        }
      uid = entry->instance->sop_instance_uid;
      ic_proof_add_retrieved (proof, STUDY_UID, SERIES_UID, uid, entry->sha256, entry->size_bytes);
      ic_proof_add_written (proof, SERIES_UID, uid, entry->path);
    }
}

static void
expect_all (Fixture *fixture, IcProof *proof)
{
  g_autoptr(IcExpectation) expectation = ic_expectation_new (STUDY_UID, "TEST", 1);
  IcExpectedSeries *series = ic_expectation_add_series (expectation, SERIES_UID);

  expectation->basis = IC_BASIS_UID_LIST;
  for (guint i = 1; i <= N_IMAGES; i++)
    {
      g_autofree char *uid = g_strdup_printf ("%s.%u", SERIES_UID, i);

      ic_expected_series_add (series, uid);
    }
  series->count = N_IMAGES;
  ic_proof_expect_before (proof, expectation);
}

static void
read_back (IcOutput *output, GArray *others, IcProof *proof, GError **error)
{
  g_autoptr(IcProgress) progress = ic_progress_new (NULL, NULL);
  g_autoptr(IcMediumReader) reader = NULL;
  IcReadBack how = IC_READ_BACK_NONE;
  int fd = ic_output_open_for_reading (output, &how, NULL, NULL, error);

  if (fd < 0)
    return;
  reader = ic_medium_reader_new (fd, NULL, NULL, error);
  close (fd);
  if (reader != NULL)
    ic_read_back_run (reader, others, ic_output_is_image (output), proof, progress, NULL, error);
}

static void
assert_closed_to_others (const char *path)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name = NULL;
  struct stat st;

  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 077, ==, 0);
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      assert_closed_to_others (below);
    }
}

/* A medium that cannot be read is a failure of the export, so as good as any other way to be red.
 */
static IcTransferState
write_damage_judge (Fixture *fixture, const Case *test)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcProgress) progress = ic_progress_new (NULL, NULL);
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(IcTransfer) transfer = ic_transfer_new ();
  g_autoptr(GArray) others = g_array_new (FALSE, FALSE, sizeof (IcExpectedFile));
  g_autoptr(IcOutput) output = ic_output_open (fixture->desk, test->route, fixture->output, NULL,
                                                NULL, NULL, &error);
  g_autofree char *partial = g_strconcat (fixture->output, ".partial", NULL);

  g_assert_no_error (error);
  g_assert_true (ic_output_write (output, fixture->file_set, progress, NULL, &error));
  g_assert_no_error (error);
  expect_all (fixture, proof);
  tell_written (fixture, proof, others);
  assert_closed_to_others (partial);
  if (test->damage != NULL)
    test->damage (fixture, partial);
  read_back (output, others, proof, &error);
  if (error != NULL)
    return IC_TRANSFER_FAILED;
  ic_proof_judge (proof, IC_PROOF_VERIFIED, transfer);
  g_assert_false (g_file_test (fixture->output, G_FILE_TEST_EXISTS));
  if (transfer->state == IC_TRANSFER_SUCCEEDED)
    {
      g_assert_cmpuint (transfer->verified, ==, N_IMAGES);
      g_assert_true (ic_output_publish (output, &error));
      assert_closed_to_others (fixture->output);
    }
  return transfer->state;
}

static void
test_medium (Fixture *fixture, gconstpointer data)
{
  const Case *test = data;
  IcTransferState state = write_damage_judge (fixture, test);

  if (test->damage == NULL)
    g_assert_cmpint (state, ==, IC_TRANSFER_SUCCEEDED);
  else
    g_assert_true (state == IC_TRANSFER_INCOMPLETE || state == IC_TRANSFER_FAILED);
}

static void
test_what_is_written_is_closed_to_others (Fixture *fixture, gconstpointer data)
{
  const Case *test = data;
  mode_t before = umask (0);

  g_assert_cmpint (write_damage_judge (fixture, test), ==, IC_TRANSFER_SUCCEEDED);
  umask (before);
}

/* Damage to folders */

static char *
dup_image_path (const char *output, guint number)
{
  return g_strdup_printf ("%s/" FOLDER "I%07u", output, number);
}

static void
drop_file (Fixture *fixture, const char *path)
{
  g_autofree char *file = dup_image_path (path, 2);

  g_assert_cmpint (g_remove (file), ==, 0);
}

static void
swap_files (Fixture *fixture, const char *path)
{
  g_autofree char *first = dup_image_path (path, 1);
  g_autofree char *second = dup_image_path (path, 2);
  g_autofree char *aside = g_strconcat (first, "X", NULL);

  g_assert_cmpint (g_rename (first, aside), ==, 0);
  g_assert_cmpint (g_rename (second, first), ==, 0);
  g_assert_cmpint (g_rename (aside, second), ==, 0);
}

static void
change_byte (const char *file, gint64 at)
{
  int fd = g_open (file, O_RDWR | O_CLOEXEC, 0);
  guint8 byte = 0;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pread (fd, &byte, 1, at), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (fd, &byte, 1, at), ==, 1);
  close (fd);
}

static void
flip_bit (Fixture *fixture, const char *path)
{
  g_autofree char *file = dup_image_path (path, 3);

  change_byte (file, IMAGE_SIZE - 1);
}

static void
flip_bit_of_readme (Fixture *fixture, const char *path)
{
  g_autofree char *file = g_build_filename (path, "README.TXT", NULL);

  change_byte (file, 0);
}

static void
flip_bit_of_manifest (Fixture *fixture, const char *path)
{
  g_autofree char *file = g_build_filename (path, "MANIFEST.TXT", NULL);

  change_byte (file, 3);
}

static void
flip_bit_of_dicomdir (Fixture *fixture, const char *path)
{
  g_autofree char *file = g_build_filename (path, "DICOMDIR", NULL);

  change_byte (file, 40);
}

static void
duplicate_file (Fixture *fixture, const char *path)
{
  g_autofree char *from = dup_image_path (path, 1);
  g_autofree char *to = dup_image_path (path, 9);
  g_autofree char *bytes = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize) size, NULL));
}

static void
truncate_file (Fixture *fixture, const char *path)
{
  g_autofree char *file = dup_image_path (path, 4);

  g_assert_cmpint (truncate (file, IMAGE_SIZE - 1), ==, 0);
}

static void
lengthen_file (Fixture *fixture, const char *path)
{
  g_autofree char *file = dup_image_path (path, 4);

  g_assert_cmpint (truncate (file, IMAGE_SIZE + 1), ==, 0);
}

static void
copy_over (Fixture *fixture, const char *path)
{
  g_autofree char *from = dup_image_path (path, 1);
  g_autofree char *to = dup_image_path (path, 2);
  g_autofree char *bytes = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize) size, NULL));
}

/* Damage to images */

/* Where the bytes of image @number lie in the disc image. */
static gint64
find_image (Fixture *fixture, const char *path, guint number)
{
  g_autofree char *bytes = dup_random_bytes (number);
  g_autofree char *image = NULL;
  const char *found = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &image, &size, NULL));
  found = memmem (image, size, bytes, IMAGE_SIZE);
  g_assert_nonnull (found);
  return found - image;
}

static void
flip_bit_in_image (Fixture *fixture, const char *path)
{
  change_byte (path, find_image (fixture, path, 2) + IMAGE_SIZE / 2);
}

static void
put_image (Fixture *fixture, const char *path, guint from, gint64 at)
{
  g_autofree char *bytes = dup_random_bytes (from);
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, bytes, IMAGE_SIZE, at), ==, IMAGE_SIZE);
  close (fd);
}

static void
swap_in_image (Fixture *fixture, const char *path)
{
  gint64 first = find_image (fixture, path, 1);
  gint64 second = find_image (fixture, path, 2);

  put_image (fixture, path, 2, first);
  put_image (fixture, path, 1, second);
}

static void
duplicate_in_image (Fixture *fixture, const char *path)
{
  put_image (fixture, path, 1, find_image (fixture, path, 2));
}

static void
truncate_image (Fixture *fixture, const char *path)
{
  g_assert_cmpint (truncate (path, find_image (fixture, path, N_IMAGES) + 1), ==, 0);
}

static void
empty_image (Fixture *fixture, const char *path)
{
  g_assert_cmpint (truncate (path, 0), ==, 0);
}

/* Changes the first letter of a name in one of the trees, whose encodings differ. */
static void
rename_in_image (const char *path, const char *name, gsize length, gsize at)
{
  g_autofree char *image = NULL;
  const char *found = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &image, &size, NULL));
  found = memmem (image, size, name, length);
  g_assert_nonnull (found);
  change_byte (path, found - image + (gint64) at);
}

static void
rename_in_joliet (Fixture *fixture, const char *path)
{
  static const char name[] = "\0I\0"
                             "0\0"
                             "0\0"
                             "0\0"
                             "0\0"
                             "0\0"
                             "0\0"
                             "2";

  rename_in_image (path, name, sizeof name - 1, 1);
}

static void
rename_in_rock_ridge (Fixture *fixture, const char *path)
{
  static const char name[] = "NM\x0d\x01\0I0000002";

  rename_in_image (path, name, sizeof name - 1, 5);
}

static const Case iso_case = { "/output/iso/closed", IC_ROUTE_ISO, NULL };
static const Case cases[] = {
  { "/read-back/folder/undamaged", IC_ROUTE_FOLDER, NULL },
  { "/read-back/folder/drop", IC_ROUTE_FOLDER, drop_file },
  { "/read-back/folder/swap", IC_ROUTE_FOLDER, swap_files },
  { "/read-back/folder/flip", IC_ROUTE_FOLDER, flip_bit },
  { "/read-back/folder/flip-readme", IC_ROUTE_FOLDER, flip_bit_of_readme },
  { "/read-back/folder/flip-manifest", IC_ROUTE_FOLDER, flip_bit_of_manifest },
  { "/read-back/folder/flip-dicomdir", IC_ROUTE_FOLDER, flip_bit_of_dicomdir },
  { "/read-back/folder/stray-duplicate", IC_ROUTE_FOLDER, duplicate_file },
  { "/read-back/folder/truncate", IC_ROUTE_FOLDER, truncate_file },
  { "/read-back/folder/lengthen", IC_ROUTE_FOLDER, lengthen_file },
  { "/read-back/folder/same-image-twice", IC_ROUTE_FOLDER, copy_over },
  { "/read-back/iso/undamaged", IC_ROUTE_ISO, NULL },
  { "/read-back/iso/flip", IC_ROUTE_ISO, flip_bit_in_image },
  { "/read-back/iso/swap", IC_ROUTE_ISO, swap_in_image },
  { "/read-back/iso/same-image-twice", IC_ROUTE_ISO, duplicate_in_image },
  { "/read-back/iso/truncate", IC_ROUTE_ISO, truncate_image },
  { "/read-back/iso/empty", IC_ROUTE_ISO, empty_image },
  { "/read-back/iso/joliet-name", IC_ROUTE_ISO, rename_in_joliet },
  { "/read-back/iso/rock-ridge-name", IC_ROUTE_ISO, rename_in_rock_ridge },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, &cases[i], set_up, test_medium, tear_down);
  g_test_add ("/output/folder/closed", Fixture, &cases[0], set_up,
              test_what_is_written_is_closed_to_others, tear_down);
  g_test_add ("/output/iso/closed", Fixture, &iso_case, set_up,
              test_what_is_written_is_closed_to_others, tear_down);
  return g_test_run ();
}
