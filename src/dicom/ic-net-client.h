/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library's way to a node: one net worker that holds one association at a time. Names are
 * resolved and certificates read here, because the worker can do neither. Blocks the thread that
 * uses it (a job's), iterating its default main context.
 */
#pragma once

#include "core/ic-progress.h"
#include "dicom/ic-net-file.h"
#include "domain/ic-node.h"
#include "domain/ic-presentation.h"
#include "domain/ic-query.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcNetClient IcNetClient;

/* Rows of an answer: @values has IC_N_QUERY_KEYS strings, "" for what was not asked or given. They
 * come as they arrive.
 */
typedef void (*IcNetRowFunc) (const char *const *values, gpointer user_data);

/* What the node itself counted. */
typedef struct
{
  guint received; /* not by the node, but by us: files that C-GET brought */
  guint completed;
  guint failed;
  guint warning;
  char **failed_uids; /* SOP instances it named as failed */
} IcNetGetResult;

/* Starts the worker. @calling_aet is how we call ourselves; @incoming_fd is the folder that C-GET
 * writes into, or -1. NULL with IC_ERROR_TLS when a certificate file cannot be read, or
 * IC_ERROR_NODE_UNREACHABLE when the host name is unknown.
 */
IcNetClient *ic_net_client_new (IcNode *node,
                                const char *calling_aet,
                                int incoming_fd,
                                GCancellable *cancellable,
                                GError **error);
void ic_net_client_free (IcNetClient *self);

/* The one in *@spare, which is then NULL, or a new one without a folder: to start a worker for each
 * of several acts on the same node costs more than some of the acts.
 */
IcNetClient *ic_net_client_take (IcNetClient **spare,
                                 IcNode *node,
                                 const char *calling_aet,
                                 GCancellable *cancellable,
                                 GError **error);

/* Keeps @self, whose association is released, in *@spare for the next act; frees it where there is
 * one already.
 */
void ic_net_client_give (IcNetClient *self, IcNetClient **spare);

/* Opens an association with these contexts, of IcPresentationContext, after releasing the former.
 */
gboolean ic_net_client_open (IcNetClient *self,
                             GArray *contexts,
                             GCancellable *cancellable,
                             GError **error);

/* The same of a client that has none open, without waiting: the node has @acse_ms to answer. */
typedef struct _IcNetOpening IcNetOpening;
IcNetOpening *ic_net_client_start_opening (IcNetClient *self, GArray *contexts, guint acse_ms);
gboolean ic_net_opening_is_done (IcNetOpening *self);

/* Whether it came about; one that is not done is given up, with the worker. Frees it. */
gboolean ic_net_opening_finish (IcNetOpening *self, GError **error);

/* The same with the contexts that echo and find need. */
gboolean ic_net_client_open_for_query (IcNetClient *self,
                                       GCancellable *cancellable,
                                       GError **error);

/* The same with the storage contexts of @plan and the one that C-GET itself needs. */
gboolean ic_net_client_open_for_get (IcNetClient *self,
                                     const IcPresentationPlan *plan,
                                     GCancellable *cancellable,
                                     GError **error);

/* The same with the one that C-MOVE needs. The node may then be silent for as long as it likes. */
gboolean ic_net_client_open_for_move (IcNetClient *self, GCancellable *cancellable, GError **error);

gboolean ic_net_client_echo (IcNetClient *self, GCancellable *cancellable, GError **error);

/* @max: 0 for all; *@truncated tells whether there would have been more. */
gboolean ic_net_client_find (IcNetClient *self,
                             IcQuery *query,
                             guint max,
                             IcNetRowFunc func,
                             gpointer user_data,
                             gboolean *truncated,
                             GCancellable *cancellable,
                             GError **error);

/* File names in the folder start with @prefix. @result is filled also on failure, as far as the
 * node got.
 */
gboolean ic_net_client_get (IcNetClient *self,
                            IcQuery *query,
                            const char *prefix,
                            IcNetFileFunc func,
                            gpointer user_data,
                            IcNetGetResult *result,
                            IcProgress *progress,
                            GCancellable *cancellable,
                            GError **error);
/* Asks the node to send to @destination, under @message_id, which a listener has given. @result is
 * filled also on failure. The node itself is not watched for silence: whoever hears images arrive
 * says so with touch(), and judges by get_last_sign(), a monotonic time.
 */
gboolean ic_net_client_move (IcNetClient *self,
                             IcQuery *query,
                             const char *destination,
                             guint16 message_id,
                             IcNetGetResult *result,
                             IcProgress *progress,
                             GCancellable *cancellable,
                             GError **error);
void ic_net_client_touch (IcNetClient *self);
gint64 ic_net_client_get_last_sign (IcNetClient *self);

void ic_net_get_result_clear (IcNetGetResult *result);

void ic_net_client_release (IcNetClient *self);

/* For the other parts of this folder; borrowed. */
struct _IcWorker;
struct _IcWorker *ic_net_client_get_worker (IcNetClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcNetClient, ic_net_client_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IcNetGetResult, ic_net_get_result_clear)

G_END_DECLS
