/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-transfer-log.h"

#include "core/ic-error.h"
#include "disc/ic-dicomdir.h"
#include "store/ic-audit.h"
#include "store/ic-request-repo.h"
#include "store/ic-sweep.h"
#include "store/ic-transfer-repo.h"

typedef struct
{
  IcDesk *desk;
  IcTransfer *transfer;
} Act;

static IcRequest *
make_request (IcTransfer *transfer, IcRecipient *recipient, const char *operator_name)
{
  IcRequest *request = ic_request_new ();

  request->direction = transfer->direction;
  request->recipient = recipient->id;
  request->urgency = transfer->urgency;
  request->opened_at = transfer->started_at;
  ic_transfer_set_text (&request->requested_by, operator_name);
  ic_transfer_set_text (&request->reason, transfer->reason);
  ic_transfer_set_patient (&request->patient, transfer->patient);
  return request;
}

static gboolean
begin (IcWriteTx *tx, gpointer data, GError **error)
{
  Act *act = data;
  IcTransfer *transfer = act->transfer;
  const char *operator_name = ic_desk_get_operator (act->desk);
  g_autoptr(IcRecipient) recipient = ic_recipient_new (transfer->recipient);
  g_autoptr(IcRequest) request = NULL;

  if (!ic_recipient_repo_ensure (tx, recipient, error))
    return FALSE;
  request = make_request (transfer, recipient, operator_name);
  if (!ic_request_repo_open (tx, request, operator_name, error))
    return FALSE;
  transfer->request = request->id;
  return ic_transfer_repo_begin (tx, transfer, ic_desk_get_session (act->desk), error);
}

gboolean
ic_transfer_log_begin (IcDesk *desk, IcTransfer *transfer, GError **error)
{
  Act act = { desk, transfer };

  transfer->state = IC_TRANSFER_RUNNING;
  transfer->started_at = g_get_real_time () / G_USEC_PER_SEC;
  ic_transfer_set_text (&transfer->operator_name, ic_desk_get_operator (desk));
  return ic_store_write (ic_desk_get_store (desk), begin, &act, error);
}

static gboolean
end (IcWriteTx *tx, gpointer data, GError **error)
{
  return ic_transfer_repo_end (tx, ((Act *) data)->transfer, error);
}

static IcTransferState
state_from_failure (const GError *failure)
{
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return IC_TRANSFER_CANCELLED;
  if (g_error_matches (failure, IC_ERROR, IC_ERROR_REFUSED))
    return IC_TRANSFER_REFUSED;
  if (g_error_matches (failure, IC_ERROR, IC_ERROR_INCOMPLETE))
    return IC_TRANSFER_INCOMPLETE;
  return IC_TRANSFER_FAILED;
}

gboolean
ic_transfer_log_end (IcDesk *desk,
                     IcTransfer *transfer,
                     IcProof *proof,
                     IcProofScope scope,
                     const GError *failure,
                     GError **error)
{
  Act act = { desk, transfer };

  if (proof != NULL)
    ic_proof_judge (proof, scope, transfer);
  if (failure != NULL)
    {
      transfer->state = state_from_failure (failure);
      ic_transfer_set_text (&transfer->remark, failure->message);
    }
  transfer->ended_at = g_get_real_time () / G_USEC_PER_SEC;
  if (!ic_store_write (ic_desk_get_store (desk), end, &act, error))
    return FALSE;
  /* What others replaced or removed meanwhile was kept for it; else the next sweep has it. */
  ic_sweep_removals (ic_desk_get_store (desk), 0, NULL);
  return TRUE;
}

typedef struct
{
  Act act;
  const IcAuditField *receiver;
  guint n_instances;
  const char *changes;
} Converted;

static gboolean
append_converted (IcWriteTx *tx, gpointer data, GError **error)
{
  Converted *converted = data;
  g_autofree char *count = g_strdup_printf ("%u", converted->n_instances);
  const IcAuditField details[] = {
    *converted->receiver, { "images", count }, { "changes", converted->changes }, { NULL, NULL }
  };
  const IcAuditEvent event = { .operator_name = ic_desk_get_operator (converted->act.desk),
                               .action = "instances-converted",
                               .request = converted->act.transfer->request,
                               .transfer = converted->act.transfer->id,
                               .details = details };

  return ic_audit_append (tx, &event, error);
}

gboolean
ic_transfer_log_converted (IcDesk *desk,
                           IcTransfer *transfer,
                           const IcAuditField *receiver,
                           guint n_instances,
                           const char *changes,
                           GError **error)
{
  Converted converted = { { desk, transfer }, receiver, n_instances, changes };

  return ic_store_write (ic_desk_get_store (desk), append_converted, &converted, error);
}

typedef struct
{
  Act act;
  GPtrArray *keys; /* of IcGeneratedKey */
} Generated;

/* One line each. */
static char *
describe_keys (GPtrArray *keys)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < keys->len; i++)
    {
      const IcGeneratedKey *key = keys->pdata[i];
      const char *value = ic_generated_key_is_personal (key) ? "(personal)" : key->value;

      g_string_append_printf (text, "%s %s = %s\n", key->subject, key->keyword, value);
    }
  return g_string_free (text, FALSE);
}

/* There is one patient on a medium. */
static const char *
find_personal (GPtrArray *keys)
{
  for (guint i = 0; i < keys->len; i++)
    {
      const IcGeneratedKey *key = keys->pdata[i];

      if (ic_generated_key_is_personal (key))
        return key->value;
    }
  return "";
}

static gboolean
append_generated (IcWriteTx *tx, gpointer data, GError **error)
{
  Generated *generated = data;
  g_autofree char *text = describe_keys (generated->keys);
  const IcAuditField details[] = { { "keys", text }, { NULL, NULL } };
  const IcAuditField personal[] = { { "generated_patient_id", find_personal (generated->keys) },
                                    { NULL, NULL } };
  const IcAuditEvent event = { .operator_name = ic_desk_get_operator (generated->act.desk),
                               .action = "directory-keys-generated",
                               .request = generated->act.transfer->request,
                               .transfer = generated->act.transfer->id,
                               .details = details,
                               .personal = personal };

  return ic_audit_append (tx, &event, error);
}

gboolean
ic_transfer_log_generated_keys (IcDesk *desk, IcTransfer *transfer, GPtrArray *keys, GError **error)
{
  Generated generated = { { desk, transfer }, keys };

  return ic_store_write (ic_desk_get_store (desk), append_generated, &generated, error);
}
