/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-instance-repo.h"

#include "core/ic-error.h"
#include "store/ic-audit.h"
#include "store/ic-search.h"
#include "store/ic-tx-private.h"

#define FILES_PER_FOLDER 1000

/* What one commit remembers, so that 64 instances of one series cost one look-up of it. */
typedef struct
{
  IcWriteTx *tx;
  const char *operator_name;
  GHashTable *studies;    /* study UID → Study */
  GHashTable *series;     /* "study id series UID" → id */
  GHashTable *identities; /* "study id" and the patient → id */
} Commit;

typedef struct
{
  gint64 id;
  gint64 n_added;
  gint64 bytes_added;
  gint64 retrieved_at;
} Study;

/* An instance of the same UID that is here already. */
typedef struct
{
  gint64 id;
  gint64 size_bytes;
  char *sha256;
  char *series_uid;
  char *study_uid;
  char *patient_id;
  char *issuer;
  char *birth_date;
} Existing;

static void
existing_free (Existing *self)
{
  g_free (self->sha256);
  g_free (self->series_uid);
  g_free (self->study_uid);
  g_free (self->patient_id);
  g_free (self->issuer);
  g_free (self->birth_date);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Existing, existing_free)

void
ic_commit_result_free (IcCommitResult *self)
{
  g_free (self->remove_path);
  g_free (self);
}

char *
ic_instance_repo_dup_path (gint64 id)
{
  return g_strdup_printf ("dicom/%04" G_GINT64_FORMAT "/%08" G_GINT64_FORMAT ".dcm",
                          id / FILES_PER_FOLDER, id);
}

static gboolean
ensure_folders (IcReadTx *tx, const IcReservation *reservation, GError **error)
{
  gint64 last = (reservation->first + reservation->n - 1) / FILES_PER_FOLDER;

  for (gint64 i = reservation->first / FILES_PER_FOLDER; i <= last; i++)
    {
      g_autofree char *folder = g_strdup_printf ("dicom/%04" G_GINT64_FORMAT, i);

      if (!ic_data_dir_ensure_folder (tx->data_dir, folder, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_numbers (IcWriteTx *tx, guint n, gint64 *first, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      tx, "UPDATE counter SET value = value + ? WHERE name = 'file' RETURNING value", error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, n);
  if (ic_statement_step (statement))
    *first = ic_statement_get_int64 (statement) - n + 1;
  return ic_statement_run (statement, error);
}

gboolean
ic_instance_repo_reserve (IcWriteTx *tx,
                          IcSession *session,
                          guint n,
                          IcReservation *reservation,
                          GError **error)
{
  g_autoptr(IcStatement) statement = NULL;

  g_return_val_if_fail (n > 0, FALSE);
  reservation->n = n;
  if (!take_numbers (tx, n, &reservation->first, error) ||
      !ensure_folders (&tx->read, reservation, error))
    return FALSE;
  statement =
      ic_statement_new_for_write (tx,
                                  "INSERT INTO reservation (session, first, n) VALUES (?, ?, ?)",
                                  error);
  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, ic_session_get_name (session));
  ic_statement_bind_int64 (statement, reservation->first);
  ic_statement_bind_int64 (statement, n);
  if (!ic_statement_run (statement, error))
    return FALSE;
  reservation->id = ic_write_tx_get_last_id (tx);
  return TRUE;
}

static gboolean
insert_study (Commit *commit, IcHeader *header, GError **error)
{
  g_autofree char *folded = ic_search_fold_name (ic_header_get (header, IC_HEADER_PATIENT_NAME));
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      commit->tx,
      "INSERT INTO study (study_uid, patient_id, issuer, patient_name, patient_name_folded, "
      "birth_date, sex, study_date, study_time, accession, study_identifier, description, "
      "patient_keys, keys) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (study_uid) DO UPDATE SET patient_id = excluded.patient_id, "
      "issuer = excluded.issuer, patient_name = excluded.patient_name, "
      "patient_name_folded = excluded.patient_name_folded, birth_date = excluded.birth_date, "
      "sex = excluded.sex, study_date = excluded.study_date, study_time = excluded.study_time, "
      "accession = excluded.accession, study_identifier = excluded.study_identifier, "
      "description = excluded.description, patient_keys = excluded.patient_keys, "
      "keys = excluded.keys",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_STUDY_INSTANCE_UID));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_PATIENT_ID));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_ISSUER_OF_PATIENT_ID));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_PATIENT_NAME));
  ic_statement_bind_text (statement, folded);
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_PATIENT_BIRTH_DATE));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_PATIENT_SEX));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_STUDY_DATE));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_STUDY_TIME));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_ACCESSION_NUMBER));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_STUDY_ID));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_STUDY_DESCRIPTION));
  ic_statement_bind_bytes (statement, ic_header_get_keys (header, IC_LEVEL_PATIENT));
  ic_statement_bind_bytes (statement, ic_header_get_keys (header, IC_LEVEL_STUDY));
  return ic_statement_run (statement, error);
}

/* Sets @id to 0 when there is none. */
static gboolean
look_up_study (Commit *commit, const char *study_uid, gint64 *id, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (&commit->tx->read, "SELECT id FROM study WHERE study_uid = ?",
                                   error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, study_uid);
  *id = ic_statement_step (statement) ? ic_statement_get_int64 (statement) : 0;
  return ic_statement_check (statement, error);
}

static Study *
ensure_study (Commit *commit, IcHeader *header, GError **error)
{
  const char *study_uid = ic_header_get (header, IC_HEADER_STUDY_INSTANCE_UID);
  Study *study = g_hash_table_lookup (commit->studies, study_uid);
  gint64 id = 0;

  if (study != NULL)
    return study;
  if (!look_up_study (commit, study_uid, &id, error))
    return NULL;
  if (id == 0)
    {
      if (!insert_study (commit, header, error))
        return NULL;
      id = ic_write_tx_get_last_id (commit->tx);
    }
  study = g_new0 (Study, 1);
  study->id = id;
  g_hash_table_insert (commit->studies, g_strdup (study_uid), study);
  return study;
}

static void
bind_series_attributes (IcStatement *statement, IcHeader *header)
{
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_MODALITY));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_SERIES_NUMBER));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_SERIES_DESCRIPTION));
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_BODY_PART_EXAMINED));
  ic_statement_bind_bytes (statement, ic_header_get_keys (header, IC_LEVEL_SERIES));
}

static gboolean
insert_series (Commit *commit, gint64 study, IcHeader *header, gint64 *id, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      commit->tx,
      "INSERT INTO series (study, series_uid, modality, number, description, body_part, keys) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (study, series_uid) DO UPDATE SET "
      "series_uid = excluded.series_uid RETURNING id",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, study);
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID));
  bind_series_attributes (statement, header);
  if (ic_statement_step (statement))
    *id = ic_statement_get_int64 (statement);
  return ic_statement_run (statement, error);
}

static gboolean
update_series (Commit *commit, gint64 study, IcHeader *header, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (commit->tx,
                                             "UPDATE series SET modality = ?, number = ?, "
                                             "description = ?, body_part = ?, keys = ? "
                                             "WHERE study = ? AND series_uid = ?",
                                             error);

  if (statement == NULL)
    return FALSE;
  bind_series_attributes (statement, header);
  ic_statement_bind_int64 (statement, study);
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID));
  return ic_statement_run (statement, error);
}

static gboolean
insert_identity (Commit *commit, gint64 study, IcHeader *header, gint64 *id, GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      commit->tx,
      "INSERT INTO identity (study, patient_id, issuer, patient_name, birth_date, sex) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET sex = excluded.sex RETURNING id",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, study);
  for (int field = IC_HEADER_PATIENT_ID; field <= IC_HEADER_PATIENT_SEX; field++)
    ic_statement_bind_text (statement, ic_header_get (header, field));
  if (ic_statement_step (statement))
    *id = ic_statement_get_int64 (statement);
  return ic_statement_run (statement, error);
}

typedef gboolean (*InsertFunc) (Commit *, gint64 study, IcHeader *, gint64 *id, GError **);

/* Takes @key. The id that @insert makes or finds, asked for once in a commit. */
static gboolean
ensure_row (Commit *commit,
            GHashTable *known,
            char *key,
            InsertFunc insert,
            gint64 study,
            IcHeader *header,
            gint64 *id,
            GError **error)
{
  g_autofree char *owned_key = key;
  const gint64 *found = g_hash_table_lookup (known, owned_key);

  if (found != NULL)
    {
      *id = *found;
      return TRUE;
    }
  if (!insert (commit, study, header, id, error))
    return FALSE;
  g_hash_table_insert (known, g_steal_pointer (&owned_key), g_memdup2 (id, sizeof *id));
  return TRUE;
}

static gboolean
ensure_series (Commit *commit, gint64 study, IcHeader *header, gint64 *id, GError **error)
{
  char *key = g_strdup_printf ("%" G_GINT64_FORMAT " %s", study,
                               ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID));

  return ensure_row (commit, commit->series, key, insert_series, study, header, id, error);
}

static gboolean
ensure_identity (Commit *commit, gint64 study, IcHeader *header, gint64 *id, GError **error)
{
  char *key = g_strdup_printf ("%" G_GINT64_FORMAT "\n%s\n%s\n%s\n%s\n%s", study,
                               ic_header_get (header, IC_HEADER_PATIENT_ID),
                               ic_header_get (header, IC_HEADER_ISSUER_OF_PATIENT_ID),
                               ic_header_get (header, IC_HEADER_PATIENT_NAME),
                               ic_header_get (header, IC_HEADER_PATIENT_BIRTH_DATE),
                               ic_header_get (header, IC_HEADER_PATIENT_SEX));

  return ensure_row (commit, commit->identities, key, insert_identity, study, header, id, error);
}

/* Sets @existing to NULL when the instance is not here. */
static gboolean
find_existing (Commit *commit, IcHeader *header, Existing **existing, GError **error)
{
  g_autoptr(Existing) found = NULL;
  g_autoptr(IcStatement) statement = ic_statement_new (
      &commit->tx->read,
      "SELECT instance.id, size_bytes, sha256, series_uid, study_uid, identity.patient_id, "
      "identity.issuer, identity.birth_date FROM ("
      "  SELECT id, size_bytes, sha256, series, identity FROM instance WHERE sop_instance_uid = ?"
      ") AS instance JOIN series ON series.id = instance.series "
      "JOIN identity ON identity.id = instance.identity "
      "JOIN (SELECT id, study_uid FROM study) AS study ON study.id = series.study",
      error);

  *existing = NULL;
  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, ic_header_get (header, IC_HEADER_SOP_INSTANCE_UID));
  if (!ic_statement_step (statement))
    return ic_statement_check (statement, error);
  found = g_new0 (Existing, 1);
  found->id = ic_statement_get_int64 (statement);
  found->size_bytes = ic_statement_get_int64 (statement);
  found->sha256 = ic_statement_dup_text (statement);
  found->series_uid = ic_statement_dup_text (statement);
  found->study_uid = ic_statement_dup_text (statement);
  found->patient_id = ic_statement_dup_text (statement);
  found->issuer = ic_statement_dup_text (statement);
  found->birth_date = ic_statement_dup_text (statement);
  *existing = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
differs (const char *ours, IcHeader *header, IcHeaderField field)
{
  return !g_str_equal (ours, ic_header_get (header, field));
}

/* An absent issuer or birth date matches anything. */
static gboolean
contradicts (const char *ours, IcHeader *header, IcHeaderField field)
{
  return *ours != '\0' && *ic_header_get (header, field) != '\0' && differs (ours, header, field);
}

static const char *
find_conflict (const Existing *existing, IcHeader *header)
{
  if (differs (existing->patient_id, header, IC_HEADER_PATIENT_ID) ||
      contradicts (existing->issuer, header, IC_HEADER_ISSUER_OF_PATIENT_ID) ||
      contradicts (existing->birth_date, header, IC_HEADER_PATIENT_BIRTH_DATE))
    return "other patient";
  if (differs (existing->study_uid, header, IC_HEADER_STUDY_INSTANCE_UID))
    return "other study";
  if (differs (existing->series_uid, header, IC_HEADER_SERIES_INSTANCE_UID))
    return "other series";
  return NULL;
}

static gboolean
has_uids (IcHeader *header)
{
  return *ic_header_get (header, IC_HEADER_SOP_INSTANCE_UID) != '\0' &&
         *ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID) != '\0' &&
         *ic_header_get (header, IC_HEADER_STUDY_INSTANCE_UID) != '\0';
}

static gboolean
insert_instance (Commit *commit,
                 const IcNewInstance *item,
                 gint64 series,
                 gint64 identity,
                 GError **error)
{
  g_autoptr(IcStatement) statement = ic_statement_new_for_write (
      commit->tx,
      "INSERT INTO instance (id, series, identity, sop_instance_uid, sop_class_uid, "
      "transfer_syntax_uid, number, sha256, size_bytes, node, retrieved_at, flaw, keys, "
      "checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, item->id);
  ic_statement_bind_int64 (statement, series);
  ic_statement_bind_int64 (statement, identity);
  ic_statement_bind_text (statement, ic_header_get (item->header, IC_HEADER_SOP_INSTANCE_UID));
  ic_statement_bind_text (statement, ic_header_get (item->header, IC_HEADER_SOP_CLASS_UID));
  ic_statement_bind_text (statement, ic_header_get (item->header, IC_HEADER_TRANSFER_SYNTAX_UID));
  ic_statement_bind_text (statement, ic_header_get (item->header, IC_HEADER_INSTANCE_NUMBER));
  ic_statement_bind_text (statement, item->sha256);
  ic_statement_bind_int64 (statement, (gint64) item->size_bytes);
  ic_statement_bind_text (statement, item->node);
  ic_statement_bind_int64 (statement, item->retrieved_at);
  ic_statement_bind_text (statement, item->flaw);
  ic_statement_bind_bytes (statement, ic_header_get_keys (item->header, IC_LEVEL_IMAGE));
  ic_statement_bind_text (statement, item->checksum);
  return ic_statement_run (statement, error);
}

static gboolean
add_instance (Commit *commit, const IcNewInstance *item, GError **error)
{
  Study *study = ensure_study (commit, item->header, error);
  gint64 series = 0;
  gint64 identity = 0;

  if (study == NULL || !ensure_series (commit, study->id, item->header, &series, error) ||
      !ensure_identity (commit, study->id, item->header, &identity, error) ||
      !insert_instance (commit, item, series, identity, error))
    return FALSE;
  study->n_added++;
  study->bytes_added += (gint64) item->size_bytes;
  study->retrieved_at = MAX (study->retrieved_at, item->retrieved_at);
  return TRUE;
}

static gboolean
delete_instance (Commit *commit, gint64 id, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (commit->tx, "DELETE FROM instance WHERE id = ?",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, id);
  return ic_statement_run (statement, error);
}

static gboolean
log_replacement (Commit *commit,
                 const IcNewInstance *item,
                 const Existing *existing,
                 GError **error)
{
  const char *uid = ic_header_get (item->header, IC_HEADER_SOP_INSTANCE_UID);
  const IcAuditField details[] = {
    { "sop_instance_uid", uid },
    { "old_sha256", existing->sha256 },
    { "new_sha256", item->sha256 },
    { "source", item->node },
    { NULL, NULL },
  };
  const IcAuditEvent event = {
    .operator_name = commit->operator_name,
    .action = "instance-replaced",
    .transfer = item->transfer,
    .details = details,
  };

  return ic_audit_append (commit->tx, &event, error);
}

/* The new file takes the place of the old one even when it has the same bytes: nobody knows whether
 * the old one is still whole. What it says of study and series is the newer truth too.
 */
static gboolean
replace_instance (Commit *commit,
                  const IcNewInstance *item,
                  const Existing *existing,
                  GError **error)
{
  Study *study = ensure_study (commit, item->header, error);

  if (study == NULL || !insert_study (commit, item->header, error) ||
      !update_series (commit, study->id, item->header, error) ||
      !delete_instance (commit, existing->id, error) || !add_instance (commit, item, error))
    return FALSE;
  study->n_added--;
  study->bytes_added -= existing->size_bytes;
  return g_str_equal (existing->sha256, item->sha256) ||
         log_replacement (commit, item, existing, error);
}

static gboolean
doom_file (Commit *commit, gint64 id, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (commit->tx,
                                             "INSERT OR IGNORE INTO removal (file) VALUES (?)",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, id);
  return ic_statement_run (statement, error);
}

static gboolean
commit_known (Commit *commit,
              const IcNewInstance *item,
              const Existing *existing,
              IcCommitResult *result,
              GError **error)
{
  gint64 doomed = existing->id;

  result->reason = find_conflict (existing, item->header);
  if (result->reason != NULL)
    {
      result->outcome = IC_COMMIT_CONFLICT;
      doomed = item->id;
    }
  else
    {
      result->outcome = g_str_equal (existing->sha256, item->sha256) ? IC_COMMIT_ALREADY_HERE
                                                                     : IC_COMMIT_REPLACED;
      if (!replace_instance (commit, item, existing, error))
        return FALSE;
    }
  result->remove_path = ic_instance_repo_dup_path (doomed);
  return doom_file (commit, doomed, error);
}

static gboolean
commit_one (Commit *commit, const IcNewInstance *item, IcCommitResult *result, GError **error)
{
  g_autoptr(Existing) existing = NULL;

  if (!has_uids (item->header))
    {
      result->outcome = IC_COMMIT_CONFLICT;
      result->reason = "no UID";
      result->remove_path = ic_instance_repo_dup_path (item->id);
      return doom_file (commit, item->id, error);
    }
  if (!find_existing (commit, item->header, &existing, error))
    return FALSE;
  if (existing != NULL)
    return commit_known (commit, item, existing, result, error);
  result->outcome = IC_COMMIT_ADDED;
  return add_instance (commit, item, error);
}

static gboolean
drop_reservation (Commit *commit, const IcReservation *reservation, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (commit->tx, "DELETE FROM reservation WHERE id = ?",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, reservation->id);
  if (!ic_statement_run (statement, error))
    return FALSE;
  if (ic_write_tx_get_changes (commit->tx) == 1)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_CONFLICT, "the reservation was swept");
  return FALSE;
}

static gboolean
add_up_study (Commit *commit, const Study *study, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (commit->tx,
                                             "UPDATE study SET n_instances = n_instances + ?, "
                                             "size_bytes = size_bytes + ?, "
                                             "retrieved_at = max (retrieved_at, ?) WHERE id = ?",
                                             error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_int64 (statement, study->n_added);
  ic_statement_bind_int64 (statement, study->bytes_added);
  ic_statement_bind_int64 (statement, study->retrieved_at);
  ic_statement_bind_int64 (statement, study->id);
  return ic_statement_run (statement, error);
}

static gboolean
add_up_studies (Commit *commit, GError **error)
{
  GHashTableIter iter;
  gpointer study;

  g_hash_table_iter_init (&iter, commit->studies);
  while (g_hash_table_iter_next (&iter, NULL, &study))
    if (!add_up_study (commit, study, error))
      return FALSE;
  return TRUE;
}

/* A file may have been put in place for a number that the caller then did not name. */
static gboolean
doom_unnamed (Commit *commit,
              const IcReservation *reservation,
              const IcNewInstance *items,
              guint n,
              GError **error)
{
  g_autofree gboolean *named = g_new0 (gboolean, reservation->n);

  for (guint i = 0; i < n; i++)
    {
      gint64 offset = items[i].id - reservation->first;

      g_return_val_if_fail (offset >= 0 && offset < reservation->n && !named[offset], FALSE);
      named[offset] = TRUE;
    }
  for (guint i = 0; i < reservation->n; i++)
    if (!named[i] && !doom_file (commit, reservation->first + i, error))
      return FALSE;
  return TRUE;
}

GPtrArray *
ic_instance_repo_commit (IcWriteTx *tx,
                         const IcReservation *reservation,
                         const IcNewInstance *items,
                         guint n,
                         const char *operator_name,
                         GError **error)
{
  g_autoptr(GPtrArray) results =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_commit_result_free);
  g_autoptr(GHashTable) studies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GHashTable) series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GHashTable) identities =
                 g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Commit commit = { tx, operator_name, studies, series, identities };

  if (!drop_reservation (&commit, reservation, error) ||
      !doom_unnamed (&commit, reservation, items, n, error))
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      IcCommitResult *result = g_new0 (IcCommitResult, 1);

      g_ptr_array_add (results, result);
      if (!commit_one (&commit, &items[i], result, error))
        return NULL;
    }
  return add_up_studies (&commit, error) ? g_steal_pointer (&results) : NULL;
}
