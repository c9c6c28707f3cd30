/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something that is being done for a patient, as people see it in the queue: a job with what it is,
 * for whom, how far it is and how it ended. It can be done again. Belongs to the main thread.
 */
#pragma once

#include "core/ic-job.h"
#include "ops/ic-export-job.h"
#include "ops/ic-send-job.h"

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
 * "fraction" (0..1), "message" (what it does right now), "active" (not finished),
 * "running", "interruptible", "seconds-left" (-1 unknown), "outcome" (sentence, "" before the end),
 * "proved" (ended well and proved).
 */
IcActivity *ic_activity_new_retrieve (IcDesk *desk,
                                      IcNode *node,
                                      const char *const *study_uids,
                                      IcPatient *patient);
IcActivity *ic_activity_new_export (IcDesk *desk, const IcExportOrder *order);
IcActivity *ic_activity_new_send (IcDesk *desk, const IcSendOrder *order);

/* The same once more: a new one that has not begun. */
IcActivity *ic_activity_dup_again (IcActivity *self);

IcActivityKind ic_activity_get_kind (IcActivity *self);
IcJob *ic_activity_get_job (IcActivity *self);
IcUrgency ic_activity_get_urgency (IcActivity *self);
const char *ic_activity_get_title (IcActivity *self);
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
