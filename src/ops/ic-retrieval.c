/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-retrieval.h"

#include "core/ic-error.h"
#include "dicom/ic-net-client.h"
#include "ops/ic-intake.h"
#include "ops/ic-mover.h"
#include "ops/ic-node-lane.h"
#include "ops/ic-source-reading.h"
#include "store/ic-expectation-repo.h"

#include <glib/gi18n.h>
#include <string.h>

#define CONNECTIONS_PER_NODE 2
#define UIDS_PER_REQUEST 64

typedef struct
{
  IcDesk *desk;
  IcNode *node;
  const char *const *study_uids;
  IcProof *proof;
  gint64 transfer;
  IcProgress *progress;
  GCancellable *cancellable;
  char *our_aet;
  IcNetClient *client;
  IcIntake *intake;
  IcMover *mover;       /* NULL while C-GET is used */
  GPtrArray *readings;  /* of IcSourceReading, in the order of study_uids */
  guint *announced;     /* the images of each study by the node's count of its own operations */
  GError *node_failure; /* the last failure status that the node gave */
} Retrieval;

typedef struct
{
  IcExpectation *expectation;
  gint64 transfer;
} Keeping;

static gboolean
keep_expectation (IcWriteTx *tx, gpointer data, GError **error)
{
  Keeping *keeping = data;

  return ic_expectation_repo_put (tx, keeping->expectation, keeping->transfer, error) &&
         ic_expectation_repo_put (tx, keeping->expectation, 0, error);
}

/* Reads what the node has of every study. */
static GPtrArray *
read_source (Retrieval *self, gboolean with_classes, GError **error)
{
  g_autoptr(GPtrArray) readings =
                 g_ptr_array_new_with_free_func ((GDestroyNotify) ic_source_reading_free);

  if (!ic_net_client_open_for_query (self->client, self->cancellable, error))
    return NULL;
  for (gsize i = 0; self->study_uids[i] != NULL; i++)
    {
      IcSourceReading *reading =
          ic_source_reading_take (self->client, self->node->name, self->study_uids[i], with_classes,
                                  ic_proof_get_texts (self->proof), self->cancellable, error);
      Keeping keeping = { .transfer = self->transfer };

      if (reading == NULL)
        return NULL;
      g_ptr_array_add (readings, reading);
      keeping.expectation = reading->expectation;
      if (!ic_store_write (ic_desk_get_store (self->desk), keep_expectation, &keeping, error))
        return NULL;
    }
  return g_steal_pointer (&readings);
}

static gboolean
read_before (Retrieval *self, GError **error)
{
  ic_progress_set_message (self->progress, _ ("Asking what there is"));
  self->readings = read_source (self, TRUE, error);
  for (guint i = 0; self->readings != NULL && i < self->readings->len; i++)
    ic_proof_expect_before (self->proof,
                            ((IcSourceReading *) self->readings->pdata[i])->expectation);
  return self->readings != NULL;
}

static gboolean
read_after (Retrieval *self, GError **error)
{
  g_autoptr(GPtrArray) readings = NULL;

  ic_progress_set_message (self->progress, _ ("Asking again what there is"));
  readings = read_source (self, FALSE, error);
  for (guint i = 0; readings != NULL && i < readings->len; i++)
    ic_proof_expect_after (self->proof, ((IcSourceReading *) readings->pdata[i])->expectation);
  return readings != NULL;
}

static guint
count_expected (Retrieval *self)
{
  guint n = 0;

  for (guint i = 0; i < self->readings->len; i++)
    n += ic_expectation_count (((IcSourceReading *) self->readings->pdata[i])->expectation);
  return MAX (n, 1);
}

/* The classes to negotiate, each once; NULL when the node would not say and all must be proposed.
 */
static GPtrArray *
collect_classes (Retrieval *self)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) classes = g_ptr_array_new ();

  for (guint i = 0; i < self->readings->len; i++)
    {
      IcSourceReading *reading = self->readings->pdata[i];
      GHashTableIter iter;
      gpointer class_uid = NULL;

      if (!reading->all_classes_known)
        return NULL;
      g_hash_table_iter_init (&iter, reading->classes);
      while (g_hash_table_iter_next (&iter, NULL, &class_uid))
        if (g_hash_table_add (seen, class_uid))
          g_ptr_array_add (classes, class_uid);
    }
  g_ptr_array_add (classes, NULL);
  return g_steal_pointer (&classes);
}

static gboolean
file_received (const IcNetFile *file, gpointer user_data, GError **error)
{
  Retrieval *self = user_data;

  return ic_intake_add (self->intake, file, error);
}

/* By C-GET or C-MOVE. */
static gboolean
ask_for (Retrieval *self, IcQuery *query, IcNetGetResult *result, GError **error)
{
  static gint n_requests = 0; /* all of a program write into one folder */
  g_autofree char *prefix = NULL;

  if (self->mover != NULL)
    return ic_mover_request (self->mover, query, result, error);
  prefix = g_strdup_printf ("g%d-", g_atomic_int_add (&n_requests, 1));
  return ic_net_client_get (self->client, query, prefix, file_received, self, result, NULL,
                            self->cancellable, error);
}

/* A node that answers with a failure is asked on: what came counts, and the proof knows what did
 * not. Anything else that goes wrong ends the retrieval.
 */
static gboolean
request (Retrieval *self, IcQuery *query, guint *announced, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_auto(IcNetGetResult) result = { 0 };
  const gboolean ok = ask_for (self, query, &result, &local_error);

  if (announced != NULL)
    *announced = MAX (*announced, result.completed + result.failed + result.warning);
  if (ok)
    return TRUE;
  if (!g_error_matches (local_error, IC_ERROR, IC_ERROR_NODE_FAILED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  g_clear_error (&self->node_failure);
  self->node_failure = g_steal_pointer (&local_error);
  return TRUE;
}

static gboolean
request_study (Retrieval *self, guint study, GError **error)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, self->study_uids[study]);
  return request (self, query, &self->announced[study], error);
}

static gboolean
request_images (Retrieval *self,
                IcExpectation *expectation,
                IcExpectedSeries *series,
                GPtrArray *uids,
                GError **error)
{
  for (guint first = 0; first < uids->len; first += UIDS_PER_REQUEST)
    {
      guint n = MIN (UIDS_PER_REQUEST, uids->len - first);
      g_autofree char **part = g_new0 (char *, n + 1);
      g_autofree char *list = NULL;
      g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_IMAGE);

      memcpy (part, uids->pdata + first, n * sizeof *part);
      list = g_strjoinv ("\\", part);
      ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, expectation->study_uid);
      ic_query_set (query, IC_QUERY_SERIES_INSTANCE_UID, series->series_uid);
      ic_query_set (query, IC_QUERY_SOP_INSTANCE_UID, list);
      if (!request (self, query, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
plan_has_class (const IcPresentationPlan *plan, const char *class_uid)
{
  for (guint i = 0; i < plan->classes->len; i++)
    if (g_str_equal (plan->classes->pdata[i], class_uid))
      return TRUE;
  return FALSE;
}

/* The instances of a series that this association can carry. */
static GPtrArray *
pick_images (IcSourceReading *reading, IcExpectedSeries *series, const IcPresentationPlan *plan)
{
  GPtrArray *uids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer uid = NULL;

  g_hash_table_iter_init (&iter, series->instances);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    if (plan_has_class (plan, g_hash_table_lookup (reading->classes, uid)))
      g_ptr_array_add (uids, uid);
  return uids;
}

/* Several associations for one study: each asks for the images of its own classes only. */
static gboolean
request_part (Retrieval *self,
              IcSourceReading *reading,
              const IcPresentationPlan *plan,
              GError **error)
{
  GPtrArray *all = reading->expectation->series;

  for (guint i = 0; i < all->len; i++)
    {
      IcExpectedSeries *series = all->pdata[i];
      g_autoptr(GPtrArray) uids = pick_images (reading, series, plan);

      if (!request_images (self, reading->expectation, series, uids, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether as many images of a study came as the node counted, in its lists or while it sent them.
 */
static gboolean
all_of_study_came (Retrieval *self, guint study)
{
  const IcSourceReading *reading = self->readings->pdata[study];
  const guint came = ic_proof_count_retrieved (self->proof, self->study_uids[study]);

  return came > 0 && came >= self->announced[study] &&
         came >= ic_expectation_count (reading->expectation);
}

static gboolean
request_all (Retrieval *self, const IcPresentationPlan *plan, gboolean in_parts, GError **error)
{
  if (!ic_net_client_open_for_get (self->client, plan, self->cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->readings->len; i++)
    {
      if (in_parts ? !request_part (self, self->readings->pdata[i], plan, error)
                   : !all_of_study_came (self, i) && !request_study (self, i, error))
        return FALSE;
    }
  return TRUE;
}

/* The images of a series that have not arrived, as far as the node named them. */
static GPtrArray *
list_missing (Retrieval *self, IcExpectedSeries *series)
{
  GPtrArray *uids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer uid = NULL;

  g_hash_table_iter_init (&iter, series->instances);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    if (!ic_proof_has_retrieved (self->proof, series->series_uid, uid))
      g_ptr_array_add (uids, uid);
  return uids;
}

static gboolean
all_listed (Retrieval *self)
{
  for (guint i = 0; i < self->readings->len; i++)
    if (((IcSourceReading *) self->readings->pdata[i])->expectation->basis != IC_BASIS_UID_LIST)
      return FALSE;
  return TRUE;
}

static guint
count_missing (Retrieval *self)
{
  guint n = 0;

  for (guint i = 0; i < self->readings->len; i++)
    {
      GPtrArray *all = ((IcSourceReading *) self->readings->pdata[i])->expectation->series;

      for (guint k = 0; k < all->len; k++)
        {
          g_autoptr(GPtrArray) uids = list_missing (self, all->pdata[k]);

          n += uids->len;
        }
    }
  return n;
}

static gboolean
request_missing (Retrieval *self, GError **error)
{
  for (guint i = 0; i < self->readings->len; i++)
    {
      IcExpectation *expectation = ((IcSourceReading *) self->readings->pdata[i])->expectation;

      for (guint k = 0; k < expectation->series->len; k++)
        {
          IcExpectedSeries *series = expectation->series->pdata[k];
          g_autoptr(GPtrArray) uids = list_missing (self, series);

          if (!request_images (self, expectation, series, uids, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* A node that takes none of the contexts is no reason to give up: others may do. */
static gboolean
try_single_syntax (Retrieval *self, const IcPresentationPlan *plan, GError **error)
{
  g_autoptr(GError) local_error = NULL;

  if (ic_net_client_open_for_get (self->client, plan, self->cancellable, &local_error))
    return request_missing (self, error) && ic_intake_settle (self->intake, error);
  if (g_error_matches (local_error, IC_ERROR, IC_ERROR_NODE_REJECTED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Some nodes answer on the first context of a class whatever the syntax of the file, and fail for
 * all compressed ones. What is still missing is asked for again, one syntax at a time.
 */
static gboolean
bring_missing (Retrieval *self, GPtrArray *plans, guint first, GError **error)
{
  if (!ic_intake_settle (self->intake, error))
    return FALSE;
  for (guint i = first; i < plans->len && count_missing (self) > 0; i++)
    {
      ic_progress_set_message (self->progress, _ ("Asking again for what is missing"));
      if (!try_single_syntax (self, plans->pdata[i], error))
        return FALSE;
    }
  return TRUE;
}

/* The node said what kinds of objects there are: one association, or as many as they need. */
static gboolean
bring_known (Retrieval *self, const char *const *classes, GError **error)
{
  g_autoptr(GPtrArray) plans = ic_presentation_plan_get (classes);
  g_autoptr(GPtrArray) singles = ic_presentation_plan_single_syntaxes (classes);

  for (guint i = 0; i < plans->len; i++)
    if (!request_all (self, plans->pdata[i], plans->len > 1, error))
      return FALSE;
  return bring_missing (self, singles, 1, error);
}

static gboolean
all_counted_came (Retrieval *self)
{
  for (guint i = 0; i < self->readings->len; i++)
    if (!all_of_study_came (self, i))
      return FALSE;
  return TRUE;
}

/* Nothing is listed, so whole studies are asked for until the counts are met. A node that takes
 * none of the contexts is no reason to give up: others may do.
 */
static gboolean
try_studies (Retrieval *self, const IcPresentationPlan *plan, GError **error)
{
  g_autoptr(GError) local_error = NULL;

  ic_intake_expect_repeats (self->intake);
  if (!request_all (self, plan, FALSE, &local_error) &&
      !g_error_matches (local_error, IC_ERROR, IC_ERROR_NODE_REJECTED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return ic_intake_settle (self->intake, error);
}

/* It did not, so all classes are offered, in more than one association because they are many. Most
 * files are native, so that comes first, and other syntaxes one by one.
 */
static gboolean
bring_unknown (Retrieval *self, GError **error)
{
  g_autoptr(GPtrArray) plans = ic_presentation_plan_single_syntaxes (NULL);

  if (!request_all (self, plans->pdata[0], FALSE, error))
    return FALSE;
  if (all_listed (self))
    return bring_missing (self, plans, 1, error);
  if (!ic_intake_settle (self->intake, error))
    return FALSE;
  for (guint i = 1; i < plans->len && !all_counted_came (self); i++)
    if (!try_studies (self, plans->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* Nothing at all, and a failure: that failure is the reason. Otherwise it is one more fault, unless
 * everything that was named has come.
 */
static gboolean
judge_failure (Retrieval *self, GError **error)
{
  if (self->node_failure == NULL)
    return TRUE;
  if (ic_intake_count (self->intake) == 0)
    {
      g_propagate_error (error, g_steal_pointer (&self->node_failure));
      return FALSE;
    }
  if (count_missing (self) > 0 || !all_listed (self))
    ic_proof_add_fault (self->proof, self->node_failure->message);
  return TRUE;
}

/* A node that counts more images than came knows of some that it did not send. */
static void
compare_counts (Retrieval *self)
{
  for (guint i = 0; i < self->readings->len; i++)
    {
      guint came = ic_proof_count_retrieved (self->proof, self->study_uids[i]);
      g_autofree char *remark = NULL;

      if (came >= self->announced[i])
        continue;
      remark = g_strdup_printf ("the source was to send %u and %u came", self->announced[i], came);
      ic_proof_add_fault (self->proof, remark);
    }
}

static gboolean
bring_by_get (Retrieval *self, GError **error)
{
  g_autoptr(GPtrArray) classes = collect_classes (self);

  if (classes != NULL)
    return bring_known (self, (const char *const *) classes->pdata, error);
  return bring_unknown (self, error);
}

/* NULL-terminated; the readings own what is in it. */
static const char **
list_expected_uids (Retrieval *self)
{
  g_autoptr(GPtrArray) uids = g_ptr_array_new ();

  for (guint i = 0; i < self->readings->len; i++)
    {
      GPtrArray *all = ((IcSourceReading *) self->readings->pdata[i])->expectation->series;

      for (guint k = 0; k < all->len; k++)
        {
          GHashTableIter iter;
          gpointer uid = NULL;

          g_hash_table_iter_init (&iter, ((IcExpectedSeries *) all->pdata[k])->instances);
          while (g_hash_table_iter_next (&iter, &uid, NULL))
            g_ptr_array_add (uids, uid);
        }
    }
  g_ptr_array_add (uids, NULL);
  return (const char **) g_ptr_array_free (g_steal_pointer (&uids), FALSE);
}

static gboolean
is_all_here (gpointer data)
{
  Retrieval *self = data;

  return all_counted_came (self) && count_missing (self) == 0;
}

/* What the node told is said already where it told something. */
static void
note_trouble (Retrieval *self)
{
  const char *trouble = ic_mover_get_trouble (self->mover);
  g_autofree char *note = NULL;

  if (*trouble == '\0' || self->node_failure != NULL || is_all_here (self))
    return;
  note = g_strdup_printf ("when the source connected to us: %s", trouble);
  ic_proof_add_note (self->proof, note);
}

/* The node sends whatever it has, in whatever syntax: one request a study is enough. */
static gboolean
bring_by_move (Retrieval *self, GError **error)
{
  g_autofree const char **uids = list_expected_uids (self);

  self->mover = ic_mover_new (self->desk, self->node, self->our_aet, uids, self->client,
                              self->intake, self->cancellable, error);
  if (self->mover == NULL || !ic_net_client_open_for_move (self->client, self->cancellable, error))
    return FALSE;
  for (guint i = 0; i < self->readings->len; i++)
    if (!request_study (self, i, error))
      return FALSE;
  if (!ic_mover_wait (self->mover, is_all_here, self, error))
    return FALSE;
  note_trouble (self);
  return TRUE;
}

/* It took the association but not the service, or nothing of what it was offered. */
static gboolean
lacks_get (Retrieval *self, const GError *error)
{
  if (ic_intake_count (self->intake) > 0)
    return FALSE;
  if (error != NULL)
    return g_error_matches (error, IC_ERROR, IC_ERROR_NODE_REJECTED) &&
           (strstr (error->message, "does not offer the service") != NULL ||
            strstr (error->message, "accepts none of the presentation contexts") != NULL);
  return self->node_failure != NULL && (strstr (self->node_failure->message, "0x0122") != NULL ||
                                        strstr (self->node_failure->message, "0x0211") != NULL);
}

/* Nothing but this is tried in another way: what a node does by C-GET it would do by C-MOVE too. */
static gboolean
bring_somehow (Retrieval *self, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  gboolean ok = FALSE;

  if (self->node->retrieve == IC_RETRIEVE_MOVE)
    return bring_by_move (self, error);
  ok = bring_by_get (self, &local_error);
  if (lacks_get (self, local_error))
    {
      g_clear_error (&self->node_failure);
      ic_proof_add_note (self->proof,
                         "the source does not offer C-GET, so it was asked to send by C-MOVE");
      ic_progress_set_message (self->progress, _ ("It does not offer C-GET: asking it to send"));
      return bring_by_move (self, error);
    }
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return ok;
}

static gboolean
bring (Retrieval *self, GError **error)
{
  gboolean ok = FALSE;

  ic_progress_set_message (self->progress, _ ("Retrieving"));
  ok = bring_somehow (self, error);
  if (ok)
    compare_counts (self);
  return ok && judge_failure (self, error);
}

static gboolean
open_ends (Retrieval *self, GError **error)
{
  self->our_aet = ic_desk_dup_calling_aet (self->desk, self->node, error);
  if (self->our_aet == NULL)
    return FALSE;
  self->intake = ic_intake_new (self->desk, self->node->name, self->study_uids, self->transfer,
                                self->proof, self->progress, self->cancellable, error);
  if (self->intake == NULL)
    return FALSE;
  self->client =
      ic_net_client_new (self->node, self->our_aet, ic_intake_get_folder_fd (self->intake),
                         self->cancellable, error);
  return self->client != NULL;
}

/* What arrived before a failure is kept and counted, unless the store itself is the problem. */
static gboolean
run (Retrieval *self, GError **error)
{
  g_autoptr(GError) local_error = NULL;

  if (!open_ends (self, error) || !read_before (self, error))
    return FALSE;
  ic_intake_set_expected (self->intake, count_expected (self));
  if (!bring (self, &local_error))
    {
      ic_intake_finish (self->intake, NULL);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return ic_intake_finish (self->intake, error) && read_after (self, error);
}

/* A source may have corrected them, or something spoilt them: whoever has sent them out before
 * wants to know.
 */
static void
note_replaced (IcIntake *intake, GPtrArray *notices)
{
  guint n = ic_intake_count_replaced (intake);

  if (n > 0)
    g_ptr_array_add (
        notices,
        g_strdup_printf (ngettext ("%u image came with other bytes than those stored before and "
                                   "replaced them; 'courierctl log show' names it",
                                   "%u images came with other bytes than those stored before and "
                                   "replaced them; 'courierctl log show' names them",
                                   n),
                         n));
}

gboolean
ic_retrieval_run (IcDesk *desk,
                  IcNode *node,
                  const char *const *study_uids,
                  IcProof *proof,
                  GPtrArray *notices,
                  gint64 transfer,
                  IcProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  Retrieval self = {
    .desk = desk,
    .node = node,
    .study_uids = study_uids,
    .proof = proof,
    .transfer = transfer,
    .progress = progress,
    .cancellable = cancellable,
  };
  g_autofree guint *announced = g_new0 (guint, g_strv_length ((char **) study_uids));
  g_autoptr(IcLock) lane = ic_node_lane_wait (desk, node, "node", CONNECTIONS_PER_NODE, progress,
                                               cancellable, error);
  gboolean ok = FALSE;

  self.announced = announced;
  ok = lane != NULL && run (&self, error);
  if (self.intake != NULL)
    note_replaced (self.intake, notices);

  g_clear_error (&self.node_failure);
  g_clear_pointer (&self.mover, ic_mover_free);
  g_clear_pointer (&self.client, ic_net_client_free);
  g_clear_pointer (&self.intake, ic_intake_free);
  g_clear_pointer (&self.readings, g_ptr_array_unref);
  g_free (self.our_aet);
  return ok;
}
