/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks a medium that we once wrote, or any with a MANIFEST.TXT: reads every byte, compares with
 * the manifest, the DICOMDIR and, where the log knows the transfer, with what was sent.
 */
#pragma once

#include "core/ic-job.h"
#include "domain/ic-transfer.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* @path: an image file, a folder, a drive or "stdio:/path". Result: IcTransfer, not kept in the log
 * as a transfer (its id is that of the transfer that was checked, 0 when unknown), also when the
 * job fails. The check itself is logged.
 */
IcJob *ic_verify_job_new (IcDesk *desk, const char *path);

G_END_DECLS
