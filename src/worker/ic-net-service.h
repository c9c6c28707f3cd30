/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Net1 interface of courier-dicom: one association at a time with a node; what arrives is
 * written unparsed into the folder at descriptor 4.
 */
#pragma once

#include "dicom/shim/ic-shim-association.h"
#include "worker/ic-worker-service.h"

G_BEGIN_DECLS

gboolean ic_net_service_export (IcWorkerService *service,
                                GDBusConnection *connection,
                                GError **error);

/* What another service of this profile does with the association, on the job's thread. NULL with
 * @error set when it fails.
 */
typedef GVariant *(*IcNetVerb) (IcWorkerJob *job, IcAssociation *association, GError **error);

/* Runs @verb with the association that is open, which ends when the job is cancelled. NULL with
 * IC_ERROR_INTERNAL when none is.
 */
GVariant *ic_net_service_run_verb (IcWorkerJob *job, IcNetVerb verb, GError **error);

G_END_DECLS
