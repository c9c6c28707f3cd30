/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something that is being done for a patient, as people see it in the queue: a job with what it is,
 * for whom, how far it is and how it ended. It can be done again. Belongs to the main thread.
 */
#pragma once

#include "core/ic-job.h"
#include "ops/ic-export-job.h"
#include "ops/ic-send-job.h"
#include "store/ic-order-repo.h"

G_BEGIN_DECLS

typedef enum
{
  IC_ACTIVITY_RETRIEVE,
  IC_ACTIVITY_EXPORT,
  IC_ACTIVITY_SEND,
} IcActivityKind;

#define IC_TYPE_ACTIVITY (ic_activity_get_type ())
G_DECLARE_FINAL_TYPE (IcActivity, ic_activity, IC, ACTIVITY, GObject)

/* Orders are copied. @patient: whom it is for, as shown. Properties, all notified:
 * "title" ("Disc image for DOE, Jane"), "subtitle" ("2 studies from ARCHIVE"),
 * "fraction" (0..1), "message" (what it does right now), "request" (what somebody has to do before
 * it goes on; NULL mostly), "active" (not finished),
 * "running", "interruptible", "seconds-left" (-1 unknown), "outcome" (sentence, "" before the end),
 * "proved" (ended well and proved), "rank" (see below), "ended-at" (monotonic; 0 before).
 */
IcActivity *ic_activity_new_retrieve (IcDesk *desk,
                                      IcNode *node,
                                      const char *const *study_uids,
                                      IcPatient *patient);
IcActivity *ic_activity_new_export (IcDesk *desk, const IcExportOrder *order);
IcActivity *ic_activity_new_send (IcDesk *desk, const IcSendOrder *order);

/* What was kept of one by ic_activity_dup_order(), with the nodes that it names; NULL with @error
 * when it makes no sense, or @source or @destination is missing.
 */
IcActivity *ic_activity_new_from_order (IcDesk *desk,
                                        const IcOrder *order,
                                        IcNode *source,
                                        IcNode *destination,
                                        GError **error);

/* What has to be kept to do it later. Free with ic_order_free(). */
IcOrder *ic_activity_dup_order (IcActivity *self);

/* A UUID, by which it is kept. */
const char *ic_activity_get_id (IcActivity *self);

/* Ends one that never began, with @sentence as its outcome: somebody has to say that it is to be
 * done again.
 */
void ic_activity_interrupt (IcActivity *self, const char *sentence);

/* Whether it writes a disc. */
gboolean ic_activity_needs_drive (IcActivity *self);

/* Whether it waits for its turn. */
gboolean ic_activity_is_waiting (IcActivity *self);

/* Among those that wait, the lowest comes first. Property "rank", notified. */
guint ic_activity_get_rank (IcActivity *self);
void ic_activity_set_rank (IcActivity *self, guint rank);

/* The same once more: a new one that has not begun. @may_erase: the rewritable disc that is in the
 * drive now, of which somebody was asked; what was agreed to the last time counts no more.
 */
IcActivity *ic_activity_dup_again (IcActivity *self, gboolean may_erase);

IcActivityKind ic_activity_get_kind (IcActivity *self);
IcJob *ic_activity_get_job (IcActivity *self);
IcUrgency ic_activity_get_urgency (IcActivity *self);
const char *ic_activity_get_title (IcActivity *self);

/* Where an export goes: path or drive; NULL for other kinds. */
const char *ic_activity_get_output (IcActivity *self);
const char *ic_activity_get_request (IcActivity *self);
const char *ic_activity_get_outcome (IcActivity *self);
gboolean ic_activity_is_proved (IcActivity *self);
gboolean ic_activity_is_finished (IcActivity *self);

/* What the log has of it once it ended; NULL before, or when it came to nothing. Borrowed. */
IcTransfer *ic_activity_get_transfer (IcActivity *self);

/* What the operator should know, without patient data, of char *; NULL before the end. Borrowed. */
GPtrArray *ic_activity_get_notices (IcActivity *self);

/* What an export left beside its transfer; NULL before the end and for other kinds. Borrowed. */
const IcExportResult *ic_activity_get_export_result (IcActivity *self);

void ic_activity_cancel (IcActivity *self);

G_END_DECLS
