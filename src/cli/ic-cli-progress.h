/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a job to its end while its progress is shown on a terminal and Ctrl+C or SIGTERM ask it to
 * stop. Where standard error is no terminal it is quiet, but for what people have to hear (see
 * ic_progress_tell()): lines of text, or with --json objects with a member "message".
 */
#pragma once

#include "cli/ic-cli.h"
#include "core/ic-job.h"

G_BEGIN_DECLS

/* TRUE when the job succeeded. Otherwise its error, or G_IO_ERROR_CANCELLED. */
gboolean ic_cli_run_job (IcCli *cli, IcJob *job, GError **error);

G_END_DECLS
