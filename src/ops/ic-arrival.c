/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-arrival.h"

#include "core/ic-error.h"
#include "ops/ic-source-reading.h"

#include <glib/gi18n.h>

#define FIRST_PAUSE_US (250 * 1000)
#define LONGEST_PAUSE_US (4 * G_USEC_PER_SEC)
#define POLL_US (50 * 1000)

typedef struct
{
  const IcArrival *order;
  IcNetClient *client;
  GHashTable *accepted; /* set of SOP Instance UIDs */
  GHashTable *found;    /* set of those of them that the node lists */
  gboolean is_listed;   /* every study, in the last round */
  GError *refusal;      /* why it does not list them, as the node said; may be NULL */
} Check;

/* The same instance in another series is another image. */
static void
look_for_series (Check *self, const IcSeries *series, IcExpectation *there)
{
  IcExpectedSeries *listed = ic_expectation_find_series (there, series->series_uid);

  for (guint i = 0; listed != NULL && i < series->instances->len; i++)
    {
      const IcInstance *instance = series->instances->pdata[i];

      if (!g_hash_table_contains (listed->instances, instance->sop_instance_uid) ||
          !g_hash_table_contains (self->accepted, instance->sop_instance_uid))
        continue;
      g_hash_table_add (self->found, (gpointer) instance->sop_instance_uid);
      ic_proof_add_confirmed (self->order->proof, series->series_uid, instance->sop_instance_uid);
    }
}

/* A node may have lost the study and still be asked; it just does not have it. */
static gboolean
is_empty_answer (const GError *error)
{
  return g_error_matches (error, IC_ERROR, IC_ERROR_NOT_FOUND);
}

static void
note_refusal (Check *self, GError *error)
{
  self->is_listed = FALSE;
  g_clear_error (&self->refusal);
  self->refusal = error;
}

static gboolean
ask_for_study (Check *self, const IcStudy *study, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcSourceReading) reading =
                 ic_source_reading_take (self->client, self->order->node->name, study->study_uid,
                                         FALSE, ic_proof_get_texts (self->order->proof),
                                         self->order->cancellable, &local_error);

  if (reading == NULL && is_empty_answer (local_error))
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (reading == NULL)
    {
      note_refusal (self, g_steal_pointer (&local_error));
      return TRUE;
    }
  for (guint i = 0; i < study->series->len; i++)
    look_for_series (self, study->series->pdata[i], reading->expectation);
  if (reading->expectation->basis != IC_BASIS_UID_LIST)
    note_refusal (self, NULL);
  return TRUE;
}

static gboolean
ask_for_all (Check *self, GError **error)
{
  self->is_listed = TRUE;
  for (guint i = 0; self->is_listed && i < self->order->studies->len; i++)
    if (!ask_for_study (self, self->order->studies->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
is_all_found (Check *self)
{
  return g_hash_table_size (self->found) == g_hash_table_size (self->accepted);
}

static gboolean
sleep_until (gint64 until_us, GCancellable *cancellable, GError **error)
{
  while (g_get_monotonic_time () < until_us)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_usleep (POLL_US);
    }
  return TRUE;
}

/* Many nodes answer first and look into what they took later. */
static gboolean
ask_until_found (Check *self, GError **error)
{
  gint64 until_us = g_get_monotonic_time () + self->order->patience_s * G_USEC_PER_SEC;
  gint64 pause_us = FIRST_PAUSE_US;

  while (ask_for_all (self, error))
    {
      gint64 next_us = g_get_monotonic_time () + pause_us;

      if (!self->is_listed || is_all_found (self) || next_us > until_us)
        return TRUE;
      ic_progress_set_message (self->order->progress,
                               _ ("Waiting until the node lists the images"));
      if (!sleep_until (next_us, self->order->cancellable, error))
        return FALSE;
      pause_us = MIN (2 * pause_us, LONGEST_PAUSE_US);
    }
  return FALSE;
}

/* One that cannot be asked is no failure of ours: it cannot say. */
static gboolean
open_client (Check *self, GError **error)
{
  const IcArrival *order = self->order;
  g_autofree char *aet = ic_desk_dup_calling_aet (order->desk, order->node, error);
  GError *local_error = NULL;

  if (aet == NULL)
    return FALSE;
  self->client = ic_net_client_take (order->spare, order->node, aet, order->cancellable, error);
  if (self->client == NULL)
    return FALSE;
  self->is_listed = ic_net_client_open_for_query (self->client, order->cancellable, &local_error);
  if (self->is_listed)
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  note_refusal (self, local_error);
  return TRUE;
}

static void
add_notice (Check *self)
{
  const char *node = self->order->node->name;

  if (self->is_listed)
    return;
  g_ptr_array_add (self->order->notices,
                   self->refusal != NULL
                       ? g_strdup_printf (_ ("%s does not list its images: %s"), node,
                                          self->refusal->message)
                       : g_strdup_printf (_ ("%s does not list its images"), node));
}

gboolean
ic_arrival_check (const IcArrival *order, gboolean *listed, GError **error)
{
  g_autoptr(GHashTable) accepted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);
  Check self = { .order = order, .accepted = accepted, .found = found };
  gboolean ok = FALSE;

  for (guint i = 0; i < order->accepted->len; i++)
    g_hash_table_add (accepted,
                      (gpointer) ((IcInstance *) order->accepted->pdata[i])->sop_instance_uid);
  ic_progress_set_message (order->progress, _ ("Asking whether all has arrived"));
  ok = open_client (&self, error) && (!self.is_listed || ask_until_found (&self, error));
  if (ok)
    add_notice (&self);
  *listed = ok && self.is_listed;
  if (self.client != NULL)
    ic_net_client_give (self.client, order->spare);
  g_clear_error (&self.refusal);
  return ok;
}
