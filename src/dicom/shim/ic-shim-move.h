/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C-MOVE (PS3.4 C.4.2): asks a node to send instances to an AE title, ours. They arrive on other
 * associations, which the listener takes (ic-shim-accept.h); here is only what the node says about
 * them, and that is never believed. Blocks as every verb of ic-shim-association.h.
 */
#pragma once

#include "dicom/shim/ic-shim-get.h"

G_BEGIN_DECLS

typedef struct
{
  const char *destination; /* AE title */
  guint16 message_id;      /* what the node names as the originator of each instance; not 0 */
  /* In the thread of ic_association_move(), for each pending response; may be NULL. */
  void (*progress) (const IcGetProgress *progress, gpointer user_data);
  gpointer user_data;
} IcMoveOrder;

/* The SOP class that serves @query, to be proposed with the native syntaxes. Static. */
const char *ic_move_get_sop_class (const IcQuery *query);

/* Asks for what the unique keys of @query name. TRUE when the peer ended with success or a warning.
 * FALSE with the errors of ic_association_open(), IC_ERROR_NODE_FAILED with the status, BAD_DATA,
 * USAGE or G_IO_ERROR_CANCELLED. In every case @outcome is filled, its received and refused being
 * 0; free it with ic_get_outcome_clear(). A node may be silent until all is sent, so the
 * association should have a long dimse_timeout_ms.
 */
gboolean ic_association_move (IcAssociation *self,
                              const IcQuery *query,
                              const IcMoveOrder *order,
                              IcGetOutcome *outcome,
                              GError **error);

G_END_DECLS
