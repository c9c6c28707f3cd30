/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the record of an instance that a worker sent, up to the pages and the DICOMDIR that
 * are made of it: the shim must find the one instance in that.
 */
#include "dicom/shim/ic-shim-directory.h"
#include "dicom/shim/ic-shim.h"
#include "disc/ic-file-set-text.h"
#include "disc/ic-file-set.h"
#include "domain/ic-identity.h"
#include "fuzz-input.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return ic_shim_init (NULL) ? 0 : 1;
}

static void
assert_packs_again (IcHeader *header, const guint8 *data, gsize size)
{
  g_autoptr(GBytes) packed = ic_header_pack (header);

  g_assert_cmpmem (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), data, size);
}

static void
assert_is_himself (IcHeader *header)
{
  g_autoptr(IcPatient) patient = ic_header_dup_patient (header);
  const IcIdentityMatch match = ic_identity_match (patient, patient);
  g_autofree char *reasons = NULL;

  g_assert_cmpint (match.id, !=, IC_AGREE_DIFFERENT);
  g_assert_cmpint (match.issuer, !=, IC_AGREE_DIFFERENT);
  g_assert_cmpint (match.name, !=, IC_AGREE_DIFFERENT);
  g_assert_cmpint (match.birth_date, !=, IC_AGREE_DIFFERENT);
  reasons = ic_identity_match_dup_reasons (&match);
  g_assert_true (ic_identity_match_is_safe (&match) == (*reasons == '\0'));
  ic_identity_check_digit_is_valid (ic_header_get (header, IC_HEADER_PATIENT_ID));
  ic_identity_issuer_uses_check_digit (ic_header_get (header, IC_HEADER_ISSUER_OF_PATIENT_ID));
}

/* No value breaks out of its line or its cell. */
static void
assert_stays_text (const char *value)
{
  g_autofree char *line = ic_file_set_text_dup_line (value);
  g_autofree char *markup = ic_file_set_text_dup_markup (value);
  g_autofree char *date = ic_file_set_text_dup_date (value);

  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_assert_null (strpbrk (line, "\r\n\t\033"));
  g_assert_null (strpbrk (markup, "<>\"'\r\n"));
  g_assert_null (strpbrk (date, "\r\n"));
}

static GPtrArray *
make_studies (IcHeader *header)
{
  GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_autofree char *sha256 = g_strnfill (64, '0');
  IcStudy *study = ic_study_new_from_header (header);
  IcSeries *series = ic_series_new_from_header (study, header);

  ic_series_add_from_header (series, header, "a", sha256, 1000);
  g_ptr_array_add (study->series, series);
  g_ptr_array_add (studies, study);
  return studies;
}

static void
assert_names_instance (GBytes *dicomdir, const char *path, IcHeader *header)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (dicomdir, &size);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcShimDirectory) directory =
                 ic_shim_directory_read (fuzz_input_fd (0, data, size), NULL, &error);
  const IcShimDirectoryEntry *entry = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (directory->entries->len, ==, 1);
  g_assert_cmpuint (directory->n_records, ==, 4);
  g_assert_cmpuint (directory->n_unreachable, ==, 0);
  entry = directory->entries->pdata[0];
  g_assert_cmpstr (entry->file_id, ==, path);
  g_assert_cmpstr (entry->sop_instance_uid, ==, ic_header_get (header, IC_HEADER_SOP_INSTANCE_UID));
}

static void
make_file_set (IcHeader *header)
{
  g_autoptr(GPtrArray) studies = make_studies (header);
  g_autoptr(GDateTime) created = g_date_time_new_from_unix_utc (0);
  const IcFileSetInfo info = { .file_set_id = "FUZZ_1",
                               .transfer_number = "IC000001",
                               .created = created,
                               .directory_uid = "2.25.1",
                               .id_secret = "secret" };
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFileSet) file_set = ic_file_set_new (studies, &info, &error);
  GPtrArray *entries = NULL;

  g_assert_true ((file_set == NULL) == (error != NULL));
  if (file_set == NULL)
    return;
  entries = ic_file_set_get_entries (file_set);
  for (guint i = 0; i < entries->len; i++)
    {
      const IcFileSetEntry *entry = entries->pdata[i];

      if (g_str_equal (entry->path, "DICOMDIR"))
        assert_names_instance (entry->bytes, ((IcFileSetEntry *) entries->pdata[0])->path, header);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr(IcHeader) header = ic_header_unpack ((const char *) data, size);

  if (header == NULL)
    return 0;
  assert_packs_again (header, data, size);
  assert_is_himself (header);
  for (int i = 0; i < IC_HEADER_N_FIELDS; i++)
    assert_stays_text (ic_header_get (header, i));
  make_file_set (header);
  return 0;
}
