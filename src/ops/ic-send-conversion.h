/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts what a node does not take as it is stored, between the round of sending that found out
 * and the one that sends it. Belongs to the thread of a job.
 */
#pragma once

#include "domain/ic-send-plan.h"
#include "ops/ic-conversion.h"
#include "ops/ic-sending.h"

G_BEGIN_DECLS

/* Converts the unwanted items of @plan by @conversion, which must live until they are sent, and
 * logs that it did; they wait then, those that cannot be converted have failed. FALSE when
 * cancelled or when we failed ourselves.
 */
gboolean ic_send_conversion_run (const IcSending *order,
                                 IcSendPlan *plan,
                                 IcConversion *conversion,
                                 IcProgress *progress,
                                 GError **error);

G_END_DECLS
