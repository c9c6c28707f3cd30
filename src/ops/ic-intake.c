/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-intake.h"

#include "core/ic-error.h"
#include "dicom/ic-indexer.h"
#include "store/ic-instance-repo.h"
#include "store/ic-sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define GROUP_MAX 64
#define GROUP_US (250 * 1000)
#define TICK_MS 50

/* What images may not take: the log must be able to say that there was no room for them. */
#define LOG_RESERVE_BYTES (16 * 1024 * 1024)

/* One file on its way: announced, then with its header, then in the store. */
typedef struct
{
  char *name;             /* in the folder */
  char *sop_class_uid;    /* as announced */
  char *sop_instance_uid; /* as announced */
  char *sha256;
  char *checksum;
  guint64 size_bytes;
  char *flaw; /* of the file, or NULL */
  IcHeader *header;
} Arrival;

/* Why an image was not kept. */
typedef enum
{
  REFUSED_UNREADABLE,
  REFUSED_CONFLICT,
  REFUSED_MISNAMED,
  REFUSED_UNASKED,
  N_REFUSALS,
} RefusalKind;

static const char *const refusal_texts[N_REFUSALS] = {
  [REFUSED_UNREADABLE] = "could not be read",
  [REFUSED_CONFLICT] = "turned down: " IC_INTAKE_HERE_OTHERWISE,
  [REFUSED_MISNAMED] = "turned down: sent under the name of another image",
  [REFUSED_UNASKED] = "turned down: of a study that nobody asked for",
};

typedef struct
{
  RefusalKind kind;
  GError *error;
} Refusal;

struct _IcIntake
{
  IcDesk *desk;
  char *source_name;
  gint64 transfer;
  GHashTable *study_uids; /* set of char * */
  IcProof *proof;
  guint expected;
  IcProgress *progress;
  GCancellable *cancellable;

  int data_dir_fd;
  int folder_fd;
  IcIndexer *indexer;
  GSource *tick;
  GQueue arrived;      /* of Arrival, not yet with the indexer */
  GHashTable *reading; /* set of Arrival, with the indexer */
  GPtrArray *ready;    /* of Arrival with header, for the next commit */
  gint64 ready_since;  /* monotonic time of the oldest of them */
  GHashTable *taken; /* set of "series/instance": about to be kept; the proof has those that are */
  GHashTable *refused; /* announced UID → Refusal, unless a later attempt went well */
  gboolean repeats_expected;
  guint committed;
  guint replaced;
  GError *error; /* the first failure; nothing goes on after it */
};

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_free (arrival->name);
  g_free (arrival->sop_class_uid);
  g_free (arrival->sop_instance_uid);
  g_free (arrival->sha256);
  g_free (arrival->checksum);
  g_free (arrival->flaw);
  g_clear_pointer (&arrival->header, ic_header_unref);
  g_free (arrival);
}

static void
refusal_free (gpointer data)
{
  Refusal *refusal = data;

  g_error_free (refusal->error);
  g_free (refusal);
}

/* @error is copied; NULL stands for the text of the kind. */
static void
refuse (IcIntake *self, const Arrival *arrival, RefusalKind kind, const GError *error)
{
  Refusal *refusal = g_new0 (Refusal, 1);

  refusal->kind = kind;
  refusal->error = error != NULL
                       ? g_error_copy (error)
                       : g_error_new_literal (IC_ERROR, IC_ERROR_CONFLICT, refusal_texts[kind]);
  g_hash_table_replace (self->refused, g_strdup (arrival->sop_instance_uid), refusal);
}

static void
drop_file (IcIntake *self, const Arrival *arrival)
{
  unlinkat (self->folder_fd, arrival->name, 0);
}

/* Group commit */

typedef struct
{
  IcIntake *intake;
  IcReservation reservation;
  IcNewInstance *items;
  GPtrArray *results; /* of IcCommitResult */
} Commit;

static gboolean
reserve (IcWriteTx *tx, gpointer data, GError **error)
{
  Commit *commit = data;
  IcIntake *self = commit->intake;

  return ic_instance_repo_reserve (tx, ic_desk_get_session (self->desk), self->ready->len,
                                   &commit->reservation, error);
}

static char *
dup_folder (gint64 id)
{
  g_autofree char *path = ic_instance_repo_dup_path (id);

  return g_path_get_dirname (path);
}

static gboolean
sync_folder (IcIntake *self, const char *folder, GError **error)
{
  int fd = openat (self->data_dir_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result = fd >= 0 ? fsync (fd) : -1;
  int saved_errno = errno;

  if (fd >= 0)
    close (fd);
  if (result < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, saved_errno,
                               "failed to sync a folder of the store");
  return TRUE;
}

/* Contents are on disk before names; names are on disk before the database knows them. */
static gboolean
move_files (IcIntake *self, const IcReservation *reservation, GError **error)
{
  g_autofree char *first = dup_folder (reservation->first);
  g_autofree char *last = dup_folder (reservation->first + reservation->n - 1);

  if (syncfs (self->folder_fd) < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to sync the store");
  for (guint i = 0; i < self->ready->len; i++)
    {
      const Arrival *arrival = self->ready->pdata[i];
      g_autofree char *path = ic_instance_repo_dup_path (reservation->first + i);

      if (renameat (self->folder_fd, arrival->name, self->data_dir_fd, path) < 0)
        return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                                   "failed to move a file into the store");
    }
  return sync_folder (self, first, error) &&
         (g_str_equal (first, last) || sync_folder (self, last, error));
}

/* Files that no row names. Where room is what was missing, the log needs it now: not at the next
 * start, when they would be swept.
 */
static void
remove_moved (IcIntake *self, const IcReservation *reservation)
{
  for (guint i = 0; i < reservation->n; i++)
    {
      g_autofree char *path = ic_instance_repo_dup_path (reservation->first + i);

      unlinkat (self->data_dir_fd, path, 0);
    }
}

static IcNewInstance *
make_items (IcIntake *self, const IcReservation *reservation)
{
  IcNewInstance *items = g_new0 (IcNewInstance, self->ready->len);

  for (guint i = 0; i < self->ready->len; i++)
    {
      const Arrival *arrival = self->ready->pdata[i];

      items[i].id = reservation->first + i;
      items[i].header = arrival->header;
      items[i].sha256 = arrival->sha256;
      items[i].checksum = arrival->checksum;
      items[i].size_bytes = arrival->size_bytes;
      items[i].node = self->source_name;
      items[i].retrieved_at = g_get_real_time () / G_USEC_PER_SEC;
      items[i].flaw = arrival->flaw;
      items[i].transfer = self->transfer;
    }
  return items;
}

static gboolean
commit_items (IcWriteTx *tx, gpointer data, GError **error)
{
  Commit *commit = data;
  IcIntake *self = commit->intake;

  commit->results =
      ic_instance_repo_commit (tx, &commit->reservation, commit->items, self->ready->len,
                               ic_desk_get_operator (self->desk), error);
  return commit->results != NULL;
}

/* What a C-STORE request names stands in the meta header of the file, and must be what its data set
 * is (PS3.10 7.1).
 */
static gboolean
is_as_announced (const Arrival *arrival)
{
  return g_str_equal (ic_header_get (arrival->header, IC_HEADER_SOP_INSTANCE_UID),
                      arrival->sop_instance_uid) &&
         g_str_equal (ic_header_get (arrival->header, IC_HEADER_SOP_CLASS_UID),
                      arrival->sop_class_uid);
}

static gboolean
is_asked_for (IcIntake *self, const Arrival *arrival)
{
  return g_hash_table_contains (self->study_uids,
                                ic_header_get (arrival->header, IC_HEADER_STUDY_INSTANCE_UID));
}

static char *
dup_key (const Arrival *arrival)
{
  return g_strconcat (ic_header_get (arrival->header, IC_HEADER_SERIES_INSTANCE_UID), "/",
                      arrival->sop_instance_uid, NULL);
}

static void
tell_proof (IcIntake *self, const Arrival *arrival)
{
  IcHeader *header = arrival->header;
  const char *study_uid = ic_header_get (header, IC_HEADER_STUDY_INSTANCE_UID);
  const char *series_uid = ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID);
  g_autofree char *key = dup_key (arrival);

  ic_proof_describe_series (self->proof, study_uid, series_uid,
                            ic_header_get (header, IC_HEADER_MODALITY),
                            ic_header_get (header, IC_HEADER_SERIES_NUMBER),
                            ic_header_get (header, IC_HEADER_SERIES_DESCRIPTION));
  ic_proof_add_retrieved (self->proof, study_uid, series_uid, arrival->sop_instance_uid,
                          arrival->sha256, arrival->size_bytes);
  ic_proof_set_flaw (self->proof, series_uid, arrival->sop_instance_uid, arrival->flaw);
  g_hash_table_remove (self->refused, arrival->sop_instance_uid);
  g_hash_table_remove (self->taken, key);
}

/* Under the name it was sent by: that is what is too much. */
static void
tell_stray (IcIntake *self, const Arrival *arrival, const char *remark)
{
  IcHeader *header = arrival->header;

  ic_proof_add_stray (self->proof, ic_header_get (header, IC_HEADER_STUDY_INSTANCE_UID),
                      ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID),
                      arrival->sop_instance_uid, remark);
}

/* The database holds it elsewhere already; it may be taken when it comes again as it should be. */
static void
turn_down (IcIntake *self, const Arrival *arrival, const char *reason)
{
  g_autofree char *key = dup_key (arrival);
  g_autoptr(GError) error = g_error_new (IC_ERROR, IC_ERROR_CONFLICT, "%s", reason);

  g_hash_table_remove (self->taken, key);
  refuse (self, arrival, REFUSED_CONFLICT, error);
}

/* Returns whether files are to be removed. */
static gboolean
tell_results (IcIntake *self, GPtrArray *results)
{
  gboolean remove = FALSE;

  for (guint i = 0; i < results->len; i++)
    {
      const IcCommitResult *result = results->pdata[i];
      const Arrival *arrival = self->ready->pdata[i];

      remove |= result->remove_path != NULL;
      self->replaced += result->outcome == IC_COMMIT_REPLACED;
      if (result->outcome == IC_COMMIT_CONFLICT)
        turn_down (self, arrival, result->reason);
      else
        tell_proof (self, arrival);
    }
  return remove;
}

static gboolean
check_room (IcIntake *self, GError **error)
{
  struct statvfs info;

  if (fstatvfs (self->folder_fd, &info) < 0 ||
      (guint64) info.f_bavail * info.f_frsize >= LOG_RESERVE_BYTES)
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_NO_SPACE,
                       "the last 16 MB of the store are kept for the log");
  return FALSE;
}

static gboolean
commit_ready (IcIntake *self, GError **error)
{
  IcStore *store = ic_desk_get_store (self->desk);
  g_autoptr(GPtrArray) results = NULL;
  g_autofree IcNewInstance *items = NULL;
  g_autoptr(GError) local_error = NULL;
  Commit commit = { .intake = self };
  gboolean remove = FALSE;

  if (self->ready->len == 0)
    return TRUE;
  if (!check_room (self, error) || !ic_store_write (store, reserve, &commit, error))
    return FALSE;
  if (!move_files (self, &commit.reservation, error))
    {
      remove_moved (self, &commit.reservation);
      return FALSE;
    }
  items = make_items (self, &commit.reservation);
  commit.items = items;
  if (!ic_store_write (store, commit_items, &commit, &local_error))
    {
      /* A full disk has certainly rolled back; of other failures only the next start is sure. */
      if (g_error_matches (local_error, IC_ERROR, IC_ERROR_NO_SPACE))
        remove_moved (self, &commit.reservation);
      g_propagate_error (error, g_steal_pointer (&local_error));
      g_clear_pointer (&commit.results, g_ptr_array_unref);
      return FALSE;
    }
  results = commit.results;
  remove = tell_results (self, results);
  self->committed += self->ready->len;
  g_ptr_array_set_size (self->ready, 0);
  ic_progress_report (self->progress, MIN (self->committed, self->expected), self->expected);
  return !remove || ic_sweep_removals (store, self->transfer, error);
}

static gboolean
is_commit_due (IcIntake *self)
{
  return self->ready->len >= GROUP_MAX ||
         (self->ready->len > 0 && g_get_monotonic_time () - self->ready_since >= GROUP_US);
}

/* Reading headers */

static void
fail (IcIntake *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
}

static void
commit_if_due (IcIntake *self)
{
  GError *error = NULL;

  if (self->error == NULL && is_commit_due (self) && !commit_ready (self, &error))
    fail (self, error);
}

/* Whether it is to be kept. What belongs to a study that nobody asked for, is not what it was said
 * to be, or is here already, is only reported.
 */
static gboolean
is_welcome (IcIntake *self, const Arrival *arrival)
{
  if (!is_asked_for (self, arrival))
    {
      refuse (self, arrival, REFUSED_UNASKED, NULL);
      tell_stray (self, arrival, refusal_texts[REFUSED_UNASKED]);
      return FALSE;
    }
  if (!is_as_announced (arrival))
    {
      refuse (self, arrival, REFUSED_MISNAMED, NULL);
      tell_stray (self, arrival, refusal_texts[REFUSED_MISNAMED]);
      return FALSE;
    }
  if (!ic_proof_has_retrieved (self->proof,
                               ic_header_get (arrival->header, IC_HEADER_SERIES_INSTANCE_UID),
                               arrival->sop_instance_uid) &&
      g_hash_table_add (self->taken, dup_key (arrival)))
    return TRUE;
  if (!self->repeats_expected)
    tell_stray (self, arrival, "arrived more than once");
  return FALSE;
}

static void
take_header (IcIntake *self, Arrival *arrival, IcHeader *header)
{
  arrival->header = ic_header_ref (header);
  if (!is_welcome (self, arrival))
    {
      drop_file (self, arrival);
      arrival_free (arrival);
      return;
    }
  if (self->ready->len == 0)
    self->ready_since = g_get_monotonic_time ();
  g_ptr_array_add (self->ready, arrival);
}

static void
header_read (gpointer item, IcHeader *header, const GError *error, gpointer user_data)
{
  IcIntake *self = user_data;
  Arrival *arrival = item;

  g_hash_table_steal (self->reading, arrival);
  /* Cut off at the source or on the way, that nobody can tell: it is kept and named. */
  if (header != NULL)
    {
      arrival->flaw = error != NULL ? g_strdup (error->message) : NULL;
      if (error != NULL)
        ic_progress_add_item (self->progress, arrival->sop_instance_uid, error);
      take_header (self, arrival, header);
      commit_if_due (self);
      return;
    }
  refuse (self, arrival, REFUSED_UNREADABLE, error);
  drop_file (self, arrival);
  arrival_free (arrival);
}

/* What the listener wrote belongs to whoever started it, and has its mode already. */
static gboolean
set_mode (IcIntake *self, int fd)
{
  const guint mode = ic_data_dir_get_file_mode (ic_desk_get_data_dir (self->desk));
  struct stat st;

  return fstat (fd, &st) == 0 && ((st.st_mode & ALLPERMS) == mode || fchmod (fd, mode) == 0);
}

static gboolean
hand_to_indexer (IcIntake *self, Arrival *arrival, GError **error)
{
  int fd = openat (self->folder_fd, arrival->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0 || !set_mode (self, fd))
    {
      int saved_errno = errno;

      if (fd >= 0)
        close (fd);
      arrival_free (arrival);
      return ic_error_set_errno (error, IC_ERROR_READ_FAILED, saved_errno,
                                 "failed to open an arrived file");
    }
  g_hash_table_add (self->reading, arrival);
  return ic_indexer_push (self->indexer, fd, arrival, self->cancellable, error);
}

/* Descriptors are limited, so files wait here as names. */
static void
pump (IcIntake *self)
{
  GError *error = NULL;

  while (self->error == NULL && !g_queue_is_empty (&self->arrived) &&
         ic_indexer_has_room (self->indexer))
    if (!hand_to_indexer (self, g_queue_pop_head (&self->arrived), &error))
      fail (self, error);
}

static gboolean
tick_cb (gpointer data)
{
  IcIntake *self = data;
  GError *error = NULL;

  pump (self);
  if (self->error == NULL && !ic_indexer_flush (self->indexer, self->cancellable, &error))
    fail (self, error);
  commit_if_due (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
check (IcIntake *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

static gboolean
open_folders (IcIntake *self, GError **error)
{
  IcDataDir *data_dir = ic_desk_get_data_dir (self->desk);

  self->data_dir_fd = open (ic_data_dir_get_path (data_dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->data_dir_fd >= 0)
    self->folder_fd =
        openat (self->data_dir_fd, ic_session_get_incoming (ic_desk_get_session (self->desk)),
                O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->folder_fd < 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                               "failed to open the folder for arriving files");
  return TRUE;
}

IcIntake *
ic_intake_new (IcDesk *desk,
               const char *source_name,
               const char *const *study_uids,
               gint64 transfer,
               IcProof *proof,
               IcProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr(IcIntake) self = g_new0 (IcIntake, 1);

  self->desk = ic_desk_ref (desk);
  self->source_name = g_strdup (source_name);
  self->transfer = transfer;
  self->study_uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; study_uids[i] != NULL; i++)
    g_hash_table_add (self->study_uids, g_strdup (study_uids[i]));
  self->proof = proof;
  self->progress = ic_progress_ref (progress);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->data_dir_fd = -1;
  self->folder_fd = -1;
  g_queue_init (&self->arrived);
  self->reading = g_hash_table_new_full (NULL, NULL, arrival_free, NULL);
  self->ready = g_ptr_array_new_with_free_func (arrival_free);
  self->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, refusal_free);
  if (!open_folders (self, error))
    return NULL;
  self->indexer = ic_indexer_new (0, header_read, self);
  self->tick = g_timeout_source_new (TICK_MS);
  g_source_set_callback (self->tick, tick_cb, self, NULL);
  g_source_attach (self->tick, g_main_context_get_thread_default ());
  return g_steal_pointer (&self);
}

/* What was not committed makes room now, and not when the program ends. */
static void
drop_rest (IcIntake *self)
{
  GHashTableIter iter;
  gpointer arrival = NULL;

  if (self->folder_fd < 0)
    return;
  for (GList *next = self->arrived.head; next != NULL; next = next->next)
    drop_file (self, next->data);
  g_hash_table_iter_init (&iter, self->reading);
  while (g_hash_table_iter_next (&iter, &arrival, NULL))
    drop_file (self, arrival);
  for (guint i = 0; i < self->ready->len; i++)
    drop_file (self, self->ready->pdata[i]);
}

void
ic_intake_free (IcIntake *self)
{
  drop_rest (self);
  if (self->tick != NULL)
    g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
  g_clear_pointer (&self->indexer, ic_indexer_free);
  g_queue_clear_full (&self->arrived, arrival_free);
  g_hash_table_unref (self->reading);
  g_ptr_array_unref (self->ready);
  g_hash_table_unref (self->taken);
  g_hash_table_unref (self->refused);
  if (self->folder_fd >= 0)
    close (self->folder_fd);
  if (self->data_dir_fd >= 0)
    close (self->data_dir_fd);
  g_hash_table_unref (self->study_uids);
  ic_progress_unref (self->progress);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self->source_name);
  ic_desk_unref (self->desk);
  g_free (self);
}

void
ic_intake_set_expected (IcIntake *self, guint expected)
{
  self->expected = expected;
}

void
ic_intake_expect_repeats (IcIntake *self)
{
  self->repeats_expected = TRUE;
}

guint
ic_intake_count (IcIntake *self)
{
  return self->committed;
}

guint
ic_intake_count_replaced (IcIntake *self)
{
  return self->replaced;
}

int
ic_intake_get_folder_fd (IcIntake *self)
{
  return self->folder_fd;
}

gboolean
ic_intake_add (IcIntake *self, const IcNetFile *file, GError **error)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->name = g_strdup (file->name);
  arrival->sop_class_uid = g_strdup (file->sop_class_uid);
  arrival->sop_instance_uid = g_strdup (file->sop_instance_uid);
  arrival->sha256 = g_strdup (file->sha256);
  arrival->checksum = g_strdup (file->checksum);
  arrival->size_bytes = file->size_bytes;
  g_queue_push_tail (&self->arrived, arrival);
  pump (self);
  return check (self, error);
}

static void
tell_refused (IcIntake *self)
{
  guint counts[N_REFUSALS] = { 0 };
  GHashTableIter iter;
  gpointer uid = NULL;
  gpointer refusal = NULL;

  g_hash_table_iter_init (&iter, self->refused);
  while (g_hash_table_iter_next (&iter, &uid, &refusal))
    {
      counts[((Refusal *) refusal)->kind]++;
      ic_progress_add_item (self->progress, uid, ((Refusal *) refusal)->error);
    }
  for (guint kind = 0; kind < N_REFUSALS; kind++)
    {
      g_autofree char *remark = g_strdup_printf ("%u %s", counts[kind], refusal_texts[kind]);

      if (counts[kind] > 0)
        ic_proof_add_fault (self->proof, remark);
    }
  g_hash_table_remove_all (self->refused);
}

gboolean
ic_intake_settle (IcIntake *self, GError **error)
{
  GError *failure = NULL;

  do
    {
      pump (self);
      if (!check (self, error) || !ic_indexer_finish (self->indexer, self->cancellable, error))
        return FALSE;
    }
  while (!g_queue_is_empty (&self->arrived));
  if (self->error == NULL && !commit_ready (self, &failure))
    fail (self, failure);
  return check (self, error);
}

gboolean
ic_intake_finish (IcIntake *self, GError **error)
{
  if (!ic_intake_settle (self, error))
    return FALSE;
  tell_refused (self);
  return TRUE;
}
