/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a transfer and its proof are printed: as one JSON object, or as a table of series with the
 * verdict in words.
 */
#pragma once

#include "cli/ic-cli.h"
#include "core/ic-job.h"
#include "domain/ic-transfer.h"
#include "ops/ic-export-job.h"
#include "words/ic-transfer-words.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What else is known about the act, all optional. */
typedef struct
{
  const char *profile;
  guint64 size_bytes;
  guint64 viewer_bytes; /* of those, for the viewer */
  GPtrArray *notices;   /* of char * */
  const char *medium;   /* "CD-R", of a disc in a drive; the others then say how it ended */
  guint good_copies;
  gboolean is_spoilt;
  GPtrArray *volumes; /* of IcExportedVolume, NULL or as many as there are media */
} IcProofExtras;

/* The members that every proof in JSON has, into the object that @builder has begun. */
void ic_cli_transfer_add_members (JsonBuilder *builder, IcTransfer *transfer);

/* Who, why, when and by which way, as the log keeps it. */
void ic_cli_transfer_add_record (JsonBuilder *builder, IcTransfer *transfer);

/* How the bytes on a medium or the images at a node were looked at again, as a line. */
void ic_cli_print_read_back (IcTransfer *transfer);

void ic_cli_print_series (IcTransfer *transfer, IcProofView view);

/* Reports how an act ended, on standard output in the form that was asked for and, where it was not
 * proved, by exit code and a sentence, after what @job says of single items. @transfer is NULL
 * where there is none to show for it;
 * @failure is why the job failed, or NULL, and is copied into @error. FALSE in that case.
 */
gboolean ic_cli_report_transfer (IcCli *cli,
                                 IcJob *job,
                                 IcTransfer *transfer,
                                 IcProofView view,
                                 const IcProofExtras *extras,
                                 const GError *failure,
                                 GError **error);

/* The same for an act that failed before there was anything to report, such as a node that is not
 * known: the object is printed all the same, without numbers. Takes @failure. FALSE.
 */
gboolean ic_cli_report_failure (IcCli *cli, IcProofView view, GError *failure, GError **error);

G_END_DECLS
