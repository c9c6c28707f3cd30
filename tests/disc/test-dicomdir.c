/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "disc/ic-dicomdir.h"
#include "disc/ic-element.h"
#include "domain/ic-implementation.h"
#include "fixture.h"

#include <string.h>

#define CT_UID "1.2.840.10008.5.1.4.1.1.2"
#define SR_UID "1.2.840.10008.5.1.4.1.1.88.33"
#define SPECTROSCOPY_UID "1.2.840.10008.5.1.4.1.1.4.2"
#define HEAD 132

/* A directory read back: its bytes, and the records by their offsets. */
typedef struct
{
  GBytes *bytes;
  GPtrArray *generated;
} Directory;

static void
directory_clear (Directory *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->generated, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Directory, directory_clear)

static GPtrArray *
make_studies (IcStudy *first)
{
  GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);

  g_ptr_array_add (studies, first);
  return studies;
}

static GStrv
make_file_ids (GPtrArray *studies)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; i < studies->len; i++)
    for (guint k = ic_study_count_instances (studies->pdata[i]); k > 0; k--)
      {
        g_autofree char *id = g_strdup_printf ("DICOM/I%07u", ++n);

        g_strv_builder_add (builder, id);
      }
  return g_strv_builder_end (builder);
}

static Directory
write_directory_with_secret (GPtrArray *studies, const char *secret)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) file_ids = make_file_ids (studies);
  Directory self = { NULL, NULL };

  self.bytes = ic_dicomdir_new_bytes (studies, (const char *const *) file_ids, "IC000123_1",
                                      "1.2.3", secret, &self.generated, &error);
  g_assert_no_error (error);
  return self;
}

static Directory
write_directory (GPtrArray *studies)
{
  return write_directory_with_secret (studies, "secret");
}

static IcElementReader
read_from (const Directory *self, gsize at)
{
  IcElementReader reader = { NULL, 0, at };

  reader.data = g_bytes_get_data (self->bytes, &reader.size);
  return reader;
}

static gboolean
find (IcElementReader reader, guint32 tag, IcElement *element)
{
  while (ic_element_read (&reader, element))
    if (element->tag == tag)
      return TRUE;
  return FALSE;
}

static guint32
find_ul (IcElementReader reader, guint32 tag)
{
  IcElement element;

  g_assert_true (find (reader, tag, &element));
  g_assert_cmpuint (element.size, ==, 4);
  return element.value[0] | element.value[1] << 8 | element.value[2] << 16 |
         (guint32) element.value[3] << 24;
}

/* The value as it stands, padding and all; NULL when the record has no such element. */
static char *
dup_text (IcElementReader reader, guint32 tag)
{
  IcElement element;

  return find (reader, tag, &element) ? g_strndup ((const char *) element.value, element.size)
                                      : NULL;
}

static void
assert_text (IcElementReader reader, guint32 tag, const char *expected)
{
  g_autofree char *text = dup_text (reader, tag);

  g_assert_cmpstr (text, ==, expected);
}

/* The record that an offset of the directory points at: there must be an item exactly there. */
static IcElementReader
follow (const Directory *self, guint32 offset)
{
  IcElementReader reader = read_from (self, offset);
  IcItem item;

  g_assert_cmpuint (offset, >, HEAD);
  g_assert_true (ic_item_read (&reader, &item));
  return item.content;
}

static IcElementReader
follow_first (const Directory *self, int levels)
{
  IcElementReader record = follow (self, find_ul (read_from (self, HEAD), 0x00041200));

  for (int i = 0; i < levels; i++)
    record = follow (self, find_ul (record, 0x00041420));
  return record;
}

static guint
count_below (const Directory *self, guint32 offset, const char *type)
{
  guint n = 0;

  while (offset != 0)
    {
      IcElementReader record = follow (self, offset);
      g_autofree char *found = dup_text (record, 0x00041430);

      n += g_str_equal (g_strchomp (found), type);
      n += count_below (self, find_ul (record, 0x00041420), type);
      offset = find_ul (record, 0x00041400);
    }
  return n;
}

static guint
count_records (const Directory *self, const char *type)
{
  return count_below (self, find_ul (read_from (self, HEAD), 0x00041200), type);
}

static const IcGeneratedKey *
find_generated (const Directory *self, guint32 tag)
{
  for (guint i = 0; i < self->generated->len; i++)
    if (((IcGeneratedKey *) self->generated->pdata[i])->tag == tag)
      return self->generated->pdata[i];
  return NULL;
}

static void
test_offsets_lead_to_every_record (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 3, 4));
  g_auto(Directory) directory = { NULL, NULL };

  g_ptr_array_add (studies, fixture_study_new (2, 1, 5));
  directory = write_directory (studies);
  g_assert_cmpuint (count_records (&directory, "PATIENT"), ==, 1);
  g_assert_cmpuint (count_records (&directory, "STUDY"), ==, 2);
  g_assert_cmpuint (count_records (&directory, "SERIES"), ==, 4);
  g_assert_cmpuint (count_records (&directory, "IMAGE"), ==, 17);
  g_assert_cmpuint (directory.generated->len, ==, 0);
}

static void
test_head_names_file_set_and_program (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 1, 1));
  g_auto(Directory) directory = write_directory (studies);
  IcElementReader all = read_from (&directory, HEAD);

  g_assert_cmpmem (all.data + 128, 4, "DICM", 4);
  assert_text (all, 0x00020002, "1.2.840.10008.1.3.10");
  assert_text (all, 0x00020010, "1.2.840.10008.1.2.1");
  assert_text (all, 0x00020013, IC_IMPLEMENTATION_VERSION_NAME);
  assert_text (all, 0x00041130, "IC000123_1");
  g_assert_cmpuint (find_ul (all, 0x00041200), ==, find_ul (all, 0x00041202));
  /* The meta group ends where group 0004 begins: 18, 12, 12, 10 and 12 bytes before the records. */
  g_assert_cmpuint (HEAD + 12 + find_ul (all, 0x00020000), ==,
                    find_ul (all, 0x00041200) - 18 - 12 - 12 - 10 - 12);
}

static void
test_records_carry_values_verbatim (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 1, 1));
  g_auto(Directory) directory = write_directory (studies);

  assert_text (follow_first (&directory, 0), 0x00080005, "ISO_IR 100");
  assert_text (follow_first (&directory, 0), 0x00100010, "M\xfcller^Anna ");
  assert_text (follow_first (&directory, 1), 0x0020000d, "1.2.1");
  assert_text (follow_first (&directory, 1), 0x00080050, "");
  assert_text (follow_first (&directory, 1), 0x00080005, NULL);
  assert_text (follow_first (&directory, 3), 0x00041500, "DICOM\\I0000001");
  assert_text (follow_first (&directory, 3), 0x00200013, "1 ");
}

static void
test_missing_type_1_keys_are_made_up_and_named (void)
{
  IcStudy *study = fixture_study_new (1, 1, 2);
  g_autoptr(GPtrArray) studies = make_studies (study);
  g_auto(Directory) directory = { NULL, NULL };
  IcInstance *second = ((IcSeries *) study->series->pdata[0])->instances->pdata[1];
  const IcGeneratedKey *number = NULL;
  g_autofree char *id = NULL;

  g_bytes_unref (study->patient_keys);
  study->patient_keys = fixture_keys (0x00100020, "LO", "   ");
  g_bytes_unref (study->keys);
  study->keys = g_bytes_new (NULL, 0);
  second->keys = NULL;
  second->keys_size = 0;
  directory = write_directory (studies);
  number = find_generated (&directory, 0x00200013);
  g_assert_cmpuint (directory.generated->len, ==, 5);
  g_assert_cmpstr (number->subject, ==, "DICOM/I0000002");
  g_assert_cmpstr (number->value, ==, "2");
  g_assert_cmpstr (find_generated (&directory, 0x00200010)->value, ==, "S1");
  g_assert_cmpstr (find_generated (&directory, 0x00080020)->value, ==, "19000101");
  g_assert_cmpstr (find_generated (&directory, 0x00080030)->subject, ==, "1.2.1");
  id = dup_text (follow_first (&directory, 0), 0x00100020);
  g_assert_cmpstr (id, ==, find_generated (&directory, 0x00100020)->value);
  g_assert_true (g_str_has_prefix (id, "GEN-"));
}

/* Two people without an ID must not become one. */
static void
test_made_up_patient_ids_tell_patients_apart (void)
{
  g_auto(GStrv) ids = g_new0 (char *, 3);

  for (int i = 0; i < 2; i++)
    {
      IcStudy *study = fixture_study_new (1, 1, 1);
      g_autoptr(GPtrArray) studies = make_studies (study);
      g_auto(Directory) directory = { NULL, NULL };

      g_bytes_unref (study->patient_keys);
      study->patient_keys = g_bytes_new (NULL, 0);
      ic_patient_unref (study->patient);
      study->patient = ic_patient_new ("", "", "Doe^Jane", i == 0 ? "19700101" : "19700102", "F");
      directory = write_directory (studies);
      ids[i] = g_strdup (find_generated (&directory, 0x00100020)->value);
    }
  g_assert_cmpstr (ids[0], !=, ids[1]);
}

/* Who does not know the secret cannot find the patient by trying names and dates of birth. */
static void
test_made_up_patient_id_depends_on_the_secret_of_the_house (void)
{
  static const char *const secrets[] = { "one", "one", "other" };
  g_auto(GStrv) ids = g_new0 (char *, G_N_ELEMENTS (secrets) + 1);

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      IcStudy *study = fixture_study_new (1, 1, 1);
      g_autoptr(GPtrArray) studies = make_studies (study);
      g_auto(Directory) directory = { NULL, NULL };

      g_bytes_unref (study->patient_keys);
      study->patient_keys = g_bytes_new (NULL, 0);
      directory = write_directory_with_secret (studies, secrets[i]);
      g_assert_true (ic_generated_key_is_personal (find_generated (&directory, 0x00100020)));
      ids[i] = g_strdup (find_generated (&directory, 0x00100020)->value);
    }
  g_assert_cmpstr (ids[0], ==, ids[1]);
  g_assert_cmpstr (ids[0], !=, ids[2]);
}

/* Every way in which a blob can lie: cut at each byte, and each byte set to its worst. */
static void
test_bad_blobs_never_break_the_directory (void)
{
  g_autoptr(GBytes) good = fixture_keys (0x00200013, "IS", "12345678");
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (good, &size);

  for (gsize i = 0; i < 2 * size; i++)
    {
      IcStudy *study = fixture_study_new (1, 1, 2);
      g_autoptr(GPtrArray) studies = make_studies (study);
      g_auto(Directory) directory = { NULL, NULL };
      IcInstance *first = ((IcSeries *) study->series->pdata[0])->instances->pdata[0];
      g_autofree guint8 *bad = g_memdup2 (data, size);

      if (i >= size)
        bad[i - size] = 0xff;
      first->keys = bad;
      first->keys_size = (guint) (i < size ? i : size);
      directory = write_directory (studies);
      g_assert_cmpuint (count_records (&directory, "IMAGE"), ==, 2);
      assert_text (follow_first (&directory, 3), 0x00041511, "1.2.1.1.1");
    }
}

static void
test_deep_nesting_is_refused_not_followed (void)
{
  g_autoptr(GByteArray) blob = g_byte_array_new ();
  IcElementReader reader = { NULL, 0, 0 };
  IcElement element;

  for (int i = 0; i < 100000; i++)
    {
      static const guint8 open[] = { 0x40, 0,    0x30, 0xa7, 'S', 'Q',  0,    0,    0xff, 0xff,
                                     0xff, 0xff, 0xfe, 0xff, 0,   0xe0, 0xff, 0xff, 0xff, 0xff };

      g_byte_array_append (blob, open, sizeof open);
    }
  reader.data = blob->data;
  reader.size = blob->len;
  g_assert_false (ic_element_read (&reader, &element));
}

static GBytes *
make_sr_keys (void)
{
  g_autoptr(GByteArray) items = g_byte_array_new ();
  GByteArray *out = g_byte_array_new ();
  static const char *const relations[] = { "CONTAINS", "HAS CONCEPT MOD", "HAS OBS CONTEXT" };

  for (gsize i = 0; i < G_N_ELEMENTS (relations); i++)
    {
      g_autoptr(GByteArray) content = g_byte_array_new ();

      ic_element_append_string (content, 0x0040a010, "CS", relations[i]);
      ic_item_append_header (items, content->len);
      g_byte_array_append (items, content->data, content->len);
    }
  ic_element_append_string (out, 0x0040a491, "CS", "COMPLETE");
  ic_element_append (out, 0x0040a730, "SQ", items->data, items->len);
  return g_byte_array_free_to_bytes (out);
}

static void
walk (IcElementReader reader, const guint8 *start, const guint8 *end)
{
  IcElement element;
  IcItem item;

  while (ic_element_read (&reader, &element))
    {
      IcElementReader items = { element.value, element.size, 0 };

      g_assert_true (element.value >= start && element.value + element.size <= end);
      while (g_str_equal (element.vr, "SQ") && ic_item_read (&items, &item))
        walk (item.content, start, end);
    }
}

/* Nested blobs with bytes changed at random; the seed is printed and can be given again. */
static void
test_random_damage_stays_in_bounds (void)
{
  g_autoptr(GBytes) good = make_sr_keys ();
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (good, &size);

  for (int round = 0; round < 20000; round++)
    {
      g_autofree guint8 *bad = g_memdup2 (data, size);

      for (int n = g_test_rand_int_range (1, 6); n > 0; n--)
        bad[g_test_rand_int_range (0, (int) size)] =
            g_test_rand_bit () ? 0xff : (guint8) g_test_rand_int ();
      walk ((IcElementReader){ bad, size, 0 }, bad, bad + size);
    }
}

static void
test_reports_keep_only_what_modifies_their_title (void)
{
  IcStudy *study = fixture_study_new (1, 1, 0);
  g_autoptr(GPtrArray) studies = make_studies (study);
  g_auto(Directory) directory = { NULL, NULL };
  IcElementReader record;
  IcElement sequence;
  IcElementReader items;
  IcItem item;

  fixture_add_instance (study->series->pdata[0], SR_UID, make_sr_keys ());
  directory = write_directory (studies);
  record = follow_first (&directory, 3);
  assert_text (record, 0x00041430, "SR DOCUMENT ");
  assert_text (record, 0x0040a491, "COMPLETE");
  g_assert_true (find (record, 0x0040a730, &sequence));
  items = (IcElementReader){ sequence.value, sequence.size, 0 };
  g_assert_true (ic_item_read (&items, &item));
  assert_text (item.content, 0x0040a010, "HAS CONCEPT MOD ");
  g_assert_false (ic_item_read (&items, &item));
  g_assert_cmpstr (find_generated (&directory, 0x0040a493)->value, ==, "UNVERIFIED");
  g_assert_nonnull (find_generated (&directory, 0x0040a043));
}

static void
test_numbers_are_made_up_in_binary (void)
{
  IcStudy *study = fixture_study_new (1, 1, 0);
  g_autoptr(GPtrArray) studies = make_studies (study);
  g_auto(Directory) directory = { NULL, NULL };
  IcElement rows;

  fixture_add_instance (study->series->pdata[0], SPECTROSCOPY_UID, g_bytes_new (NULL, 0));
  directory = write_directory (studies);
  g_assert_true (find (follow_first (&directory, 3), 0x00280010, &rows));
  g_assert_cmpuint (rows.size, ==, 2);
  g_assert_cmpuint (find_ul (follow_first (&directory, 3), 0x00289001), ==, 0);
}

static void
test_foreign_classes_get_private_records (void)
{
  IcStudy *study = fixture_study_new (1, 1, 0);
  g_autoptr(GPtrArray) studies = make_studies (study);
  g_auto(Directory) directory = { NULL, NULL };

  fixture_add_instance (study->series->pdata[0], "1.3.12.2.1107.5.9.1", g_bytes_new (NULL, 0));
  directory = write_directory (studies);
  assert_text (follow_first (&directory, 3), 0x00041430, "PRIVATE ");
  g_assert_cmpuint (directory.generated->len, ==, 0);
}

static void
test_empty_series_get_no_record (void)
{
  g_autoptr(GPtrArray) studies = make_studies (fixture_study_new (1, 2, 0));
  g_auto(Directory) directory = { NULL, NULL };

  g_ptr_array_add (studies, fixture_study_new (2, 1, 1));
  directory = write_directory (studies);
  g_assert_cmpuint (count_records (&directory, "STUDY"), ==, 1);
  g_assert_cmpuint (count_records (&directory, "SERIES"), ==, 1);
}

static void
assert_refused (GPtrArray *studies, const char *file_set_id, IcErrorCode code)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) file_ids = make_file_ids (studies);
  g_autoptr(GBytes) bytes = ic_dicomdir_new_bytes (studies, (const char *const *) file_ids,
                                                    file_set_id, "1.2.3", "secret", NULL, &error);

  g_assert_error (error, IC_ERROR, (int) code);
  g_assert_null (bytes);
}

static void
test_what_cannot_be_made_up_is_refused (void)
{
  IcStudy *study = fixture_study_new (1, 1, 1);
  g_autoptr(GPtrArray) studies = make_studies (study);
  IcInstance *instance = ((IcSeries *) study->series->pdata[0])->instances->pdata[0];

  assert_refused (studies, "lower", IC_ERROR_USAGE);
  assert_refused (studies, "ABCDEFGHIJKLMNOPQ", IC_ERROR_USAGE);
  instance->sop_instance_uid = "not a UID";
  assert_refused (studies, "A", IC_ERROR_BAD_DATA);
  g_ptr_array_set_size (study->series, 0);
  assert_refused (studies, "A", IC_ERROR_USAGE);
}

static void
test_table_knows_the_kinds_of_objects (void)
{
  static const struct
  {
    const char *uid;
    const char *type;
  } rows[] = {
    { CT_UID, "IMAGE" },
    { "1.2.840.10008.5.1.4.1.1.9.1.1", "WAVEFORM" },
    { "1.2.840.10008.5.1.4.1.1.11.1", "PRESENTATION" },
    { "1.2.840.10008.5.1.4.1.1.88.59", "KEY OBJECT DOC" },
    { "1.2.840.10008.5.1.4.1.1.88.11", "SR DOCUMENT" },
    { "1.2.840.10008.5.1.4.1.1.104.1", "ENCAP DOC" },
    { "1.2.840.10008.5.1.4.1.1.66", "RAW DATA" },
    { "1.2.840.10008.5.1.4.1.1.66.4", "IMAGE" },
    { "1.2.840.10008.5.1.4.1.1.481.1", "IMAGE" },
    { "1.2.840.10008.5.1.4.1.1.481.2", "RT DOSE" },
    { "1.2.840.10008.5.1.4.1.1.481.15", "RADIOTHERAPY" },
    { "1.2.840.10008.5.1.4.1.1.9999.1", "IMAGE" },
    { "1.2.840.10008.5.1.4.1.1.9", "PRIVATE" },
    { "1.2.276.0.7230010.3.1.0.1", "PRIVATE" },
    { "", "PRIVATE" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IcRecordType type = ic_directory_record_type_for_class (rows[i].uid);

      g_assert_cmpstr (ic_directory_record_type_name (type), ==, rows[i].type);
    }
}

/* A data set must ascend, and what cannot be counted needs something to say. */
static void
test_table_keys_ascend_and_can_be_made_up (void)
{
  for (int type = 0; type < IC_N_RECORD_TYPES; type++)
    {
      gsize n_keys = 0;
      const IcDirectoryKey *keys = ic_directory_keys (type, &n_keys);

      g_assert_cmpuint (n_keys, >, 0);
      g_assert_cmpuint (n_keys, <=, 16);
      for (gsize i = 1; i < n_keys; i++)
        {
          g_assert_cmphex (keys[i].tag, >, keys[i - 1].tag);
          if (keys[i].type == IC_KEY_TYPE_1 && !g_str_equal (keys[i].vr, "IS"))
            g_assert_true (keys[i].fallback != NULL || keys[i].tag == 0x00100020 ||
                           keys[i].tag == 0x00200010 || g_str_equal (keys[i].vr, "UI"));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dicomdir/offsets", test_offsets_lead_to_every_record);
  g_test_add_func ("/dicomdir/head", test_head_names_file_set_and_program);
  g_test_add_func ("/dicomdir/verbatim", test_records_carry_values_verbatim);
  g_test_add_func ("/dicomdir/generated", test_missing_type_1_keys_are_made_up_and_named);
  g_test_add_func ("/dicomdir/secret", test_made_up_patient_id_depends_on_the_secret_of_the_house);
  g_test_add_func ("/dicomdir/patient-id", test_made_up_patient_ids_tell_patients_apart);
  g_test_add_func ("/dicomdir/bad-blobs", test_bad_blobs_never_break_the_directory);
  g_test_add_func ("/dicomdir/nesting", test_deep_nesting_is_refused_not_followed);
  g_test_add_func ("/dicomdir/damage", test_random_damage_stays_in_bounds);
  g_test_add_func ("/dicomdir/report", test_reports_keep_only_what_modifies_their_title);
  g_test_add_func ("/dicomdir/binary", test_numbers_are_made_up_in_binary);
  g_test_add_func ("/dicomdir/private", test_foreign_classes_get_private_records);
  g_test_add_func ("/dicomdir/empty-series", test_empty_series_get_no_record);
  g_test_add_func ("/dicomdir/refused", test_what_cannot_be_made_up_is_refused);
  g_test_add_func ("/table/classes", test_table_knows_the_kinds_of_objects);
  g_test_add_func ("/table/keys", test_table_keys_ascend_and_can_be_made_up);
  return g_test_run ();
}
