/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the log keeps of a transfer. */
#include "disc/ic-dicomdir.h"
#include "ops/ic-transfer-log.h"
#include "store/ic-audit-list.h"
#include "store/ic-transfer-repo.h"

#include <string.h>

typedef struct
{
  char *folder;
  IcDesk *desk;
  IcTransfer *transfer;
} Fixture;

static Fixture *
fixture_new (void)
{
  g_autoptr(GError) error = NULL;
  Fixture *self = g_new0 (Fixture, 1);

  self->folder = g_dir_make_tmp ("transfer-log-XXXXXX", &error);
  g_assert_no_error (error);
  self->desk = ic_desk_open (self->folder, &error);
  g_assert_no_error (error);
  self->transfer = ic_transfer_new ();
  ic_transfer_log_begin (self->desk, self->transfer, &error);
  g_assert_no_error (error);
  return self;
}

static void
fixture_free (Fixture *self)
{
  g_autoptr(GError) error = NULL;
  const char *const argv[] = { "rm", "-rf", self->folder, NULL };
  g_autoptr(GSubprocess) rm = NULL;

  ic_transfer_free (self->transfer);
  ic_desk_unref (self->desk);
  rm = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_subprocess_wait (rm, NULL, NULL);
  g_free (self->folder);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
add_key (GPtrArray *keys, guint32 tag, const char *keyword, const char *value)
{
  IcGeneratedKey *key = g_new0 (IcGeneratedKey, 1);

  key->tag = tag;
  key->keyword = keyword;
  key->subject = g_strdup ("");
  key->value = g_strdup (value);
  g_ptr_array_add (keys, key);
}

static gboolean
list_events (IcReadTx *tx, gpointer data, GError **error)
{
  GPtrArray **events = data;

  *events = ic_audit_list_for_transfer (tx, 1, error);
  return *events != NULL;
}

static gboolean
is_in_database (Fixture *self, const char *needle)
{
  static const char *const names[] = { "courier.sqlite", "courier.sqlite-wal" };
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);
      g_autofree char *contents = NULL;
      gsize size = 0;

      if (g_file_get_contents (path, &contents, &size, NULL))
        found = found || memmem (contents, size, needle, strlen (needle)) != NULL;
    }
  return found;
}

static void
test_made_up_patient_id_can_be_erased_from_the_log (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GPtrArray) keys =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_generated_key_free);
  g_autoptr(GPtrArray) events = NULL;
  g_autoptr(GError) error = NULL;
  IcStore *store = ic_desk_get_store (fixture->desk);
  const IcAuditEntry *last = NULL;

  add_key (keys, 0x00100020, "PatientID", "GEN-0123456789ABCDEF");
  add_key (keys, 0x00200010, "StudyID", "S1");
  ic_transfer_log_generated_keys (fixture->desk, fixture->transfer, keys, &error);
  g_assert_no_error (error);
  g_assert_true (is_in_database (fixture, "GEN-0123456789ABCDEF"));
  ic_store_read (store, list_events, &events, &error);
  g_assert_no_error (error);
  last = events->pdata[events->len - 1];
  g_assert_nonnull (strstr (last->details, "StudyID = S1"));
  g_assert_null (strstr (last->details, "GEN-"));
  fixture->transfer->state = IC_TRANSFER_FAILED;
  ic_transfer_log_end (fixture->desk, fixture->transfer, NULL, IC_PROOF_VERIFIED, NULL, &error);
  g_assert_no_error (error);
  ic_transfer_repo_erase_personal (store, 1, "officer", &error);
  g_assert_no_error (error);
  g_assert_false (is_in_database (fixture, "GEN-0123456789ABCDEF"));
}

static void
test_secret_of_the_house_stays_the_same (void)
{
  g_autoptr(Fixture) fixture = fixture_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *first = ic_desk_ensure_id_secret (fixture->desk, &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  ic_desk_unref (fixture->desk);
  fixture->desk = ic_desk_open (fixture->folder, &error);
  g_assert_no_error (error);
  again = ic_desk_ensure_id_secret (fixture->desk, &error);
  g_assert_cmpstr (first, ==, again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer-log/generated", test_made_up_patient_id_can_be_erased_from_the_log);
  g_test_add_func ("/desk/secret", test_secret_of_the_house_stays_the_same);
  return g_test_run ();
}
