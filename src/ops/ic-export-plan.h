/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an export was asked to do, and whether that can be done at all. Private to ic-export-*.c. */
#pragma once

#include "ops/ic-export.h"

G_BEGIN_DECLS

IcExportPlan *ic_export_plan_new (IcDesk *desk, const IcExportOrder *order);
void ic_export_plan_free (gpointer plan);

/* What can be said without looking anywhere; IC_ERROR_USAGE. */
gboolean ic_export_plan_check (IcExportPlan *self, GError **error);

/* Whether the medium at hand can meet the profile that was asked for; IC_ERROR_MEDIUM_UNSUITABLE.
 */
gboolean ic_export_plan_check_output (IcExportPlan *self, IcOutput *output, GError **error);

/* As the log takes it before anything is done. */
IcTransfer *ic_export_plan_make_transfer (IcExportPlan *self);

G_END_DECLS
