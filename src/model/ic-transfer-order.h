/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A transfer while it is being prepared: the draft with all that was answered about it, what the
 * data directory knows, what stands in the way, and finally the activity that carries it out.
 * Belongs to the main thread.
 */
#pragma once

#include "model/ic-content-item.h"
#include "model/ic-transfer-facts.h"
#include "model/ic-workspace.h"

G_BEGIN_DECLS

typedef enum
{
  IC_STEP_WHAT,
  IC_STEP_WHOM,
  IC_STEP_HOW,
  IC_STEP_CHECK,
  IC_STEP_DOING,
  IC_STEP_PROOF,
  IC_N_STEPS,
} IcTransferStep;

/* What is asked; the answers are texts, and kept with the draft. */
#define IC_ASK_RECIPIENT "recipient"
#define IC_ASK_ORGANISATION "organisation"
#define IC_ASK_CONTACT "contact"
#define IC_ASK_REASON "reason"
#define IC_ASK_LEGAL_BASIS "legal-basis"
#define IC_ASK_AGAIN "again"       /* why it goes to the same recipient once more */
#define IC_ASK_URGENCY "urgency"   /* as ic_urgency_to_string() */
#define IC_ASK_ROUTE "route"       /* as ic_route_to_string() */
#define IC_ASK_IMAGE "image"       /* path */
#define IC_ASK_FOLDER "folder"     /* path */
#define IC_ASK_ZIP "zip"           /* path */
#define IC_ASK_DRIVE "drive"       /* "/dev/sr0" */
#define IC_ASK_NODE "node"         /* name */
#define IC_ASK_PROFILE "profile"   /* as ic_media_profile_get_name() */
#define IC_ASK_VIEWER "viewer"     /* as ic_viewer_quality_get_name() */
#define IC_ASK_CAPACITY "capacity" /* bytes of one medium; "" all on one */
#define IC_ASK_COPIES "copies"
#define IC_ASK_SPEED "speed"       /* as printed on discs; "" the fastest */
#define IC_ASK_KEY_ONLY "key-only" /* "yes" */

#define IC_TYPE_TRANSFER_ORDER (ic_transfer_order_get_type ())
G_DECLARE_FINAL_TYPE (IcTransferOrder, ic_transfer_order, IC, TRANSFER_ORDER, GObject)

/* Signal "changed": any of it did. */
IcTransferOrder *ic_transfer_order_new (IcWorkspace *workspace);

IcWorkspace *ic_transfer_order_get_workspace (IcTransferOrder *self);
IcTransferDraft *ic_transfer_order_get_draft (IcTransferOrder *self);

const char *ic_transfer_order_get_answer (IcTransferOrder *self, const char *question);
void ic_transfer_order_set_answer (IcTransferOrder *self, const char *question, const char *answer);

/* Of IcContentItem: each study followed by its series, as far as they are known. */
GListModel *ic_transfer_order_get_content (IcTransferOrder *self);

/* NULL until they were read. */
const IcTransferFacts *ic_transfer_order_get_facts (IcTransferOrder *self);
void ic_transfer_order_reload (IcTransferOrder *self);

/* Of what is selected. Sizes of what is not here are not known, and count nothing. */
guint ic_transfer_order_count_images (IcTransferOrder *self);
guint64 ic_transfer_order_sum_size (IcTransferOrder *self, gboolean *is_exact);
gboolean ic_transfer_order_is_selection (IcTransferOrder *self);
gboolean ic_transfer_order_can_select_series (IcTransferOrder *self);

/* NULL-terminated, of the studies of which something is selected; free with g_strfreev(). */
char **ic_transfer_order_dup_study_uids (IcTransferOrder *self);

/* The node that has the studies; NULL when they go out as they are here. *@is_mixed: they come from
 * several places. Borrowed.
 */
IcNode *ic_transfer_order_find_source (IcTransferOrder *self, gboolean *is_mixed);

IcRoute ic_transfer_order_get_route (IcTransferOrder *self);
IcMediaProfiles ic_transfer_order_get_profile (IcTransferOrder *self);
IcViewerQuality ic_transfer_order_get_viewer (IcTransferOrder *self);

/* Where it goes, as the route wants it: path, drive, name of a node; "" while it is not said. */
const char *ic_transfer_order_get_output (IcTransferOrder *self);

/* NULL when @step is done, else what is to be done there, in words. */
const char *ic_transfer_order_get_obstacle (IcTransferOrder *self, IcTransferStep step);

/* Takes the draft as it is now; NULL with @error when something is still missing. The workspace
 * runs it. @may_erase: the rewritable disc that is in the drive now, of which somebody was asked.
 */
IcActivity *ic_transfer_order_start (IcTransferOrder *self, gboolean may_erase, GError **error);

G_END_DECLS
