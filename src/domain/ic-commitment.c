/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-commitment.h"

#include "domain/ic-uid.h"

static const char *const state_names[] = {
  [IC_COMMITMENT_PENDING] = "pending",
  [IC_COMMITMENT_COMMITTED] = "committed",
  [IC_COMMITMENT_REFUSED] = "refused",
  [IC_COMMITMENT_REPLACED] = "replaced",
};

static void
instance_free (gpointer data)
{
  IcCommitmentInstance *instance = data;

  g_free (instance->sop_instance_uid);
  g_free (instance->sop_class_uid);
  g_free (instance);
}

IcCommitment *
ic_commitment_new (gint64 transfer, const char *node)
{
  IcCommitment *self = g_new0 (IcCommitment, 1);

  self->transaction_uid = ic_uid_generate ();
  self->transfer = transfer;
  self->node = g_strdup (node);
  self->asked_at = g_get_real_time () / G_USEC_PER_SEC;
  self->instances = g_ptr_array_new_with_free_func (instance_free);
  self->by_uid = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
ic_commitment_free (IcCommitment *self)
{
  g_free (self->transaction_uid);
  g_free (self->node);
  g_hash_table_unref (self->by_uid);
  g_ptr_array_unref (self->instances);
  g_free (self);
}

void
ic_commitment_add (IcCommitment *self,
                   const char *sop_instance_uid,
                   const char *sop_class_uid,
                   gint reason)
{
  IcCommitmentInstance *instance = g_new0 (IcCommitmentInstance, 1);

  instance->sop_instance_uid = g_strdup (sop_instance_uid);
  instance->sop_class_uid = g_strdup (sop_class_uid);
  instance->reason = reason;
  g_ptr_array_add (self->instances, instance);
  g_hash_table_insert (self->by_uid, instance->sop_instance_uid, instance);
}

IcCommitmentInstance *
ic_commitment_find (IcCommitment *self, const char *sop_instance_uid)
{
  return g_hash_table_lookup (self->by_uid, sop_instance_uid);
}

/* Named as kept and as failed in one report: failed it is. */
static void
take_answer (IcCommitmentInstance *instance, gint reason)
{
  if (instance != NULL && instance->reason <= 0)
    instance->reason = reason;
}

void
ic_commitment_answer (IcCommitment *self, const char *sop_instance_uid, gint reason)
{
  take_answer (ic_commitment_find (self, sop_instance_uid), reason);
}

guint
ic_commitment_count_kept (IcCommitment *self)
{
  guint n = 0;

  for (guint i = 0; i < self->instances->len; i++)
    n += ((IcCommitmentInstance *) self->instances->pdata[i])->reason == 0;
  return n;
}

void
ic_commitment_close (IcCommitment *self)
{
  self->state = self->instances->len > 0 && ic_commitment_count_kept (self) == self->instances->len
                    ? IC_COMMITMENT_COMMITTED
                    : IC_COMMITMENT_REFUSED;
  self->answered_at = g_get_real_time () / G_USEC_PER_SEC;
}

const char *
ic_commitment_state_to_string (IcCommitmentState state)
{
  return state_names[state];
}

IcCommitmentState
ic_commitment_state_from_string (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++)
    if (g_strcmp0 (state_names[i], text) == 0)
      return (IcCommitmentState) i;
  return IC_COMMITMENT_PENDING;
}
