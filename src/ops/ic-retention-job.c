/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-retention-job.h"

#include "ops/ic-settings.h"
#include "store/ic-study-repo.h"
#include "store/ic-sweep.h"

#define DAY_S (24 * 60 * 60)

/* Who has been here since then stays. */
static gint64
get_start (guint64 days)
{
  return g_get_real_time () / G_USEC_PER_SEC - (gint64) days * DAY_S;
}

gboolean
ic_retention_foresee (IcReadTx *tx, gpointer data, GError **error)
{
  IcRetentionOutlook *self = data;

  return ic_study_repo_count_idle (tx, get_start (self->days), &self->n_studies, &self->size_bytes,
                                   error);
}

/* One study at a time, so that nobody who reads the store waits for long. */
typedef struct
{
  const char *operator_name;
  gint64 before;
  gboolean is_removed; /* there was one, and it is gone */
} Purge;

static gboolean
remove_oldest (IcWriteTx *tx, gpointer data, GError **error)
{
  Purge *purge = data;
  g_autofree char *study_uid = NULL;

  purge->is_removed = FALSE;
  if (!ic_study_repo_find_idle (ic_write_tx_read (tx), purge->before, &study_uid, error))
    return FALSE;
  purge->is_removed = study_uid != NULL;
  return study_uid == NULL || ic_study_repo_remove (tx, study_uid, purge->operator_name, error);
}

static gboolean
purge_studies (IcDesk *desk, guint64 days, guint *n, GCancellable *cancellable, GError **error)
{
  Purge purge = { .operator_name = ic_desk_get_operator (desk), .before = get_start (days) };

  do
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !ic_store_write (ic_desk_get_store (desk), remove_oldest, &purge, error))
        return FALSE;
      *n += purge.is_removed;
    }
  while (purge.is_removed);
  return *n == 0 || ic_sweep_removals (ic_desk_get_store (desk), 0, error);
}

static gboolean
run (gpointer data,
     IcProgress *progress,
     gpointer *result,
     GCancellable *cancellable,
     GError **error)
{
  IcDesk *desk = data;
  g_autofree char *text =
      ic_desk_dup_setting (desk, ic_setting_get_key (IC_SETTING_KEEP_DAYS), error);
  guint64 days = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
  guint *n = g_new0 (guint, 1);

  *result = n;
  return text != NULL && (days == 0 || purge_studies (desk, days, n, cancellable, error));
}

IcJob *
ic_retention_job_new (IcDesk *desk)
{
  return ic_job_new ("Retention", NULL, run, ic_desk_ref (desk), (GDestroyNotify) ic_desk_unref,
                     g_free);
}
