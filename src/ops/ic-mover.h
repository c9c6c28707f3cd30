/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Retrieval by C-MOVE (PS3.4 C.4.2): asks a node to send to the listener, and hands what the
 * listener got for it to an intake, which does not care which way an instance came. Belongs to the
 * thread of a job. What arrives for nobody, or when it is over, is turned away by the listener and
 * logged; it is never part of a transfer.
 */
#pragma once

#include "dicom/ic-net-client.h"
#include "ops/ic-desk.h"
#include "ops/ic-intake.h"

G_BEGIN_DECLS

typedef struct _IcMover IcMover;

/* Joins the listener of the data directory. @our_aet is how we call ourselves to @node and where it
 * is asked to send; @uids are the SOP instances expected, as far as known. @client is borrowed, has
 * an association for C-MOVE when ic_mover_request() is called, and @intake is borrowed too. Besides
 * the errors of the worker: IC_ERROR_BUSY when the port is not to be had.
 */
IcMover *ic_mover_new (IcDesk *desk,
                       IcNode *node,
                       const char *our_aet,
                       const char *const *uids,
                       IcNetClient *client,
                       IcIntake *intake,
                       GCancellable *cancellable,
                       GError **error);
void ic_mover_free (IcMover *self);

/* As ic_net_client_get(). IC_ERROR_TIMED_OUT when neither an answer nor an image comes for two
 * minutes.
 */
gboolean ic_mover_request (IcMover *self, IcQuery *query, IcNetGetResult *result, GError **error);

/* The last answer may overtake the last images, which come on other associations: waits until
 * @is_complete, or nothing has come for a while.
 */
gboolean ic_mover_wait (IcMover *self,
                        gboolean (*is_complete) (gpointer user_data),
                        gpointer user_data,
                        GError **error);

/* Why the node, or somebody at its address, could not connect to us for TLS; "" for none of that.
 */
const char *ic_mover_get_trouble (IcMover *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcMover, ic_mover_free)

G_END_DECLS
