/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every page works on: the desk, the nodes, and what is being done (its activities). Reads and
 * writes of the store go through it so that nobody who draws waits for a disk. Belongs to the main
 * thread.
 */
#pragma once

#include "domain/ic-node.h"
#include "model/ic-drive-watch.h"
#include "model/ic-thumbnails.h"
#include "model/ic-transfer-draft.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

#define IC_TYPE_WORKSPACE (ic_workspace_get_type ())
G_DECLARE_FINAL_TYPE (IcWorkspace, ic_workspace, IC, WORKSPACE, GObject)

/* Signals:
 * "nodes-changed": a node was added, changed or removed; the list is read again.
 * "store-changed": studies came here or went.
 * "log-changed": a transfer began or ended.
 * "trouble" (a GError): something that nobody waits for could not be done.
 */
IcWorkspace *ic_workspace_new (IcDesk *desk);

IcDesk *ic_workspace_get_desk (IcWorkspace *self);

/* Of IcNodeItem, in order of name. */
GListModel *ic_workspace_get_nodes (IcWorkspace *self);

/* Reads the list of nodes again, and emits "nodes-changed" when that is done. */
void ic_workspace_reload_nodes (IcWorkspace *self);

/* What is collected for the next transfer. Borrowed. */
IcTransferDraft *ic_workspace_get_draft (IcWorkspace *self);

/* The drives of this machine. Borrowed. */
IcDriveWatch *ic_workspace_get_drives (IcWorkspace *self);

IcThumbnails *ic_workspace_get_thumbnails (IcWorkspace *self);

/* All that was started since the program was, in order; of IcActivity. */
GListModel *ic_workspace_get_activities (IcWorkspace *self);

/* Takes a reference; it begins as soon as its lane is free, before what waits there with less
 * hurry. Until it has ended the store keeps it, see ic_workspace_resume().
 */
void ic_workspace_start (IcWorkspace *self, IcActivity *activity);

/* Goes on with what waited when the program that had it ended. What was being done then, and discs,
 * come back as ended: somebody has to ask for them again. To be called once, when the window is
 * there. Also removes, now and once a day, the studies that were here for long enough.
 */
void ic_workspace_resume (IcWorkspace *self);

/* Stops what is being done; what waits is kept for the next time. Nothing begins from here on. */
void ic_workspace_suspend (IcWorkspace *self);

/* Whether the store knows all that there is to know of what was asked for. */
gboolean ic_workspace_is_settled (IcWorkspace *self);

/* Lets @activity begin before @before, or with NULL after all that wait. */
void ic_workspace_place (IcWorkspace *self, IcActivity *activity, IcActivity *before);

/* Starts the same once more in place of @activity, which has ended; see ic_activity_dup_again(). */
void ic_workspace_retry (IcWorkspace *self, IcActivity *activity, gboolean may_erase);

/* Drops @activity, which has ended, from the list. */
void ic_workspace_remove (IcWorkspace *self, IcActivity *activity);

/* Drops the activities that have finished from the list. */
void ic_workspace_clear_finished (IcWorkspace *self);

/* How many activities have not finished. */
guint ic_workspace_count_unfinished (IcWorkspace *self);

void ic_workspace_emit_store_changed (IcWorkspace *self);
void ic_workspace_emit_log_changed (IcWorkspace *self);

/* Runs @func inside a transaction without holding up the main loop. Takes @data, which the finish
 * function hands back, also when it failed, and which must not be touched meanwhile. *@data of a
 * failed read is freed by @data_free.
 */
void ic_workspace_read_async (IcWorkspace *self,
                              IcReadFunc func,
                              gpointer data,
                              GDestroyNotify data_free,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
void ic_workspace_write_async (IcWorkspace *self,
                               IcWriteFunc func,
                               gpointer data,
                               GDestroyNotify data_free,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/* @data as it was handed in, now the caller's; NULL with @error. For both of the above. */
gpointer ic_workspace_transact_finish (IcWorkspace *self, GAsyncResult *result, GError **error);

G_END_DECLS
