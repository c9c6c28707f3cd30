/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked for and has not ended: kept so that jobs that wait survive the end of the program.
 * What has ended is in the log and no longer here.
 */
#pragma once

#include "domain/ic-transfer.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

/* Strings are never NULL. */
typedef struct
{
  char *id; /* a UUID */
  gboolean was_begun;
  char *kind; /* "retrieve", "export", "send" */
  IcUrgency urgency;
  char *operator_name;
  gint64 asked_at;   /* seconds since 1970, UTC */
  char **study_uids; /* NULL-terminated */
  char *source;      /* node; "" for what is here */
  char *destination; /* node; "" for media */
  IcPatient *patient;
  char *recipient;
  char *reason;
  char *output;
  char *options; /* what else the kind needs, in the words of whoever keeps it */
} IcOrder;

IcOrder *ic_order_new (void);
void ic_order_free (IcOrder *self);

/* Keeps a new order of @session as waiting, behind all others. */
gboolean ic_order_repo_add (IcWriteTx *tx, const char *session, IcOrder *order, GError **error);

/* It is being worked on. */
gboolean ic_order_repo_begin (IcWriteTx *tx, const char *id, GError **error);

/* The order in which they are to be worked on; NULL-terminated. */
gboolean ic_order_repo_arrange (IcWriteTx *tx, const char *const *ids, GError **error);

/* It has ended. One that is gone already is fine. */
gboolean ic_order_repo_remove (IcWriteTx *tx, const char *id, GError **error);

/* Leaves the orders of a session that is dead to whoever adopts them. */
gboolean ic_order_repo_release (IcWriteTx *tx, const char *session, GError **error);

/* Makes the orders that nobody has those of @session: of IcOrder, in order. */
GPtrArray *ic_order_repo_adopt (IcWriteTx *tx, const char *session, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcOrder, ic_order_free)

G_END_DECLS
