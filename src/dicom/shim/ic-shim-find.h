/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C-FIND (PS3.4 C.4.1): rows are handed on as they arrive, decoded to UTF-8. */
#pragma once

#include "dicom/shim/ic-shim-association.h"
#include "domain/ic-query.h"

G_BEGIN_DECLS

/* @values: by IcQueryKey, NULL where the peer said nothing about a key; several values are joined
 * by backslashes. Valid until the function returns.
 */
typedef void (*IcFindRowFunc) (const char *const values[IC_N_QUERY_KEYS], gpointer user_data);

typedef struct
{
  guint16 status;        /* the final one */
  guint rows;            /* handed on */
  gboolean truncated;    /* stopped at the limit; there may be more */
  gboolean keys_ignored; /* the peer warned that it does not support every key (0xff01) */
} IcFindOutcome;

/* The SOP class that serves @query, to be proposed with the native syntaxes. Static. */
const char *ic_find_get_sop_class (const IcQuery *query);

/* Asks and calls @row for each answer, @limit at most (0: all of them). FALSE with the errors of
 * ic_association_open(), IC_ERROR_NODE_FAILED with the status, BAD_DATA (nonsense from the peer),
 * USAGE (the query is incomplete, or its text does not exist in its character set), or
 * G_IO_ERROR_CANCELLED: cancelling sends C-CANCEL and gives the peer a moment; when it does not
 * stop, the association is no longer usable. @outcome is filled in every case.
 */
gboolean ic_association_find (IcAssociation *self,
                              const IcQuery *query,
                              guint limit,
                              IcFindRowFunc row,
                              gpointer user_data,
                              IcFindOutcome *outcome,
                              GError **error);

G_END_DECLS
