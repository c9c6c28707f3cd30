/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending over an IcNetClient: batches of files go to its worker without waiting for one another,
 * so that two of them can be in flight and several clients can send side by side from one thread.
 * Belongs to the thread of the client and works in its default main context.
 */
#pragma once

#include "dicom/ic-net-client.h"
#include "domain/ic-send-plan.h"

G_BEGIN_DECLS

#define IC_SEND_BATCH_MAX 64 /* files, because their descriptors go along */

/* Where the time of a batch went, in microseconds. */
typedef struct
{
  guint64 total_us;
  guint64 waited_us; /* for answers of the node */
} IcSendShare;

typedef struct _IcSendBatch IcSendBatch;

/* Whether the association that @client has open has a context for @class_uid with
 * @transfer_syntax_uid, for each pair: strings "class syntax", in a set of char *. NULL on failure.
 */
GHashTable *ic_net_client_list_accepted (IcNetClient *client,
                                         GCancellable *cancellable,
                                         GError **error);

/* Hands @items (of IcSendItem, taken) over with as many descriptors in @fds, which are closed; at
 * most IC_SEND_BATCH_MAX.
 */
IcSendBatch *ic_send_batch_start (IcNetClient *client, GPtrArray *items, GArray *fds);

/* Whether the worker has answered, so that finishing does not wait. */
gboolean ic_send_batch_is_done (IcSendBatch *self);

/* Waits for the answer and settles every item in @plan. FALSE when the association is lost, with
 * the errors of ic_net_client_open(), IC_ERROR_STORE_DAMAGED, IC_ERROR_WORKER_DIED or
 * G_IO_ERROR_CANCELLED: what is not accepted is waiting again or given up. Frees the batch.
 */
gboolean ic_send_batch_finish (IcSendBatch *self,
                               IcSendPlan *plan,
                               IcSendShare *share,
                               GCancellable *cancellable,
                               GError **error);

/* What a node says about one instance that it was asked to keep. */
typedef struct
{
  char *sop_instance_uid;
  guint16 reason; /* why it does not keep it, (0008,1197); 0 when it does */
} IcCommitmentAnswer;

/* From an a(sq) of the wire: UID and reason. */
GArray *ic_commitment_answers_read (GVariant *report);

/* Asks for storage commitment of @instances (of IcInstance) on the association that is open, and
 * waits @patience_ms for the report. *@answers (of IcCommitmentAnswer) is NULL when none came: the
 * node reports later, on an association of its own. FALSE when it does not take the request on.
 */
gboolean ic_net_client_commit (IcNetClient *client,
                               const char *transaction_uid,
                               GPtrArray *instances,
                               guint patience_ms,
                               GArray **answers,
                               GCancellable *cancellable,
                               GError **error);

/* Opens an association for storage commitment only. */
gboolean ic_net_client_open_for_commitment (IcNetClient *client,
                                            GCancellable *cancellable,
                                            GError **error);

G_END_DECLS
