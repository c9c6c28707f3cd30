/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports on storage commitment that wait for a program to keep them: added and waited for by the
 * threads that serve associations, told and answered by the main thread.
 */
#pragma once

#include "dicom/shim/ic-shim-commitment.h"

#include "ic-wire.h"

G_BEGIN_DECLS

typedef struct _IcListenReports IcListenReports;

IcListenReports *ic_listen_reports_new (void);

/* Returns its number. */
guint32 ic_listen_reports_add (IcListenReports *self, const IcCommitmentReport *report);

/* The status it was answered with; IC_REPORT_NOT_TAKEN when nobody did in time. Once for each. */
guint16 ic_listen_reports_wait (IcListenReports *self, guint32 id);

/* Tells @client all that nobody has been told; without one (NULL) they are not taken. */
void ic_listen_reports_tell (IcListenReports *self, IcWireListen *client);
void ic_listen_reports_answer (IcListenReports *self, guint32 id, guint16 status);

/* @client is gone: what it had been told is to be told to another. */
void ic_listen_reports_take_back (IcListenReports *self, IcWireListen *client);

G_END_DECLS
