/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What C-GET and C-MOVE share: the responses with their counts of sub-operations and the list of
 * those that failed (PS3.4 C.4.2.1, C.4.3.1).
 */
#pragma once

#include "dicom/shim/ic-shim-dimse.hh"
#include "dicom/shim/ic-shim-get.h"

/* Before anything has been answered. */
void retrieve_begin (IcGetOutcome *outcome);

/* Takes one response, and the identifier that may follow it. @progress may be NULL. */
bool retrieve_take_response (IcAssociation *association,
                             guint8 context,
                             const Command &response,
                             IcGetOutcome *outcome,
                             void (*progress) (const IcGetProgress *progress, gpointer user_data),
                             gpointer user_data,
                             GError **error);

/* The last response is there: true when it says success or warning. */
bool retrieve_finish (IcAssociation *association,
                      const char *verb,
                      const IcGetOutcome *outcome,
                      GError **error);
