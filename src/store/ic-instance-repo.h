/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How instances come into the store: numbers are reserved, the caller puts the files in place and
 * makes that durable, then one transaction tells the database. Between the two only the reservation
 * knows the files, and when the program dies there the sweep of the next one removes them.
 */
#pragma once

#include "domain/ic-header.h"
#include "store/ic-session.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

/* The numbers @first to @first + @n - 1. */
typedef struct
{
  gint64 id;
  gint64 first;
  guint n;
} IcReservation;

typedef struct
{
  gint64 id; /* of the reservation */
  IcHeader *header;
  const char *sha256; /* of the whole file, hexadecimal */
  guint64 size_bytes;
  const char *node;     /* name of the node or medium it came from */
  gint64 retrieved_at;  /* seconds since 1970, UTC */
  const char *flaw;     /* what is wrong with the file as it came; NULL for nothing */
  gint64 transfer;      /* that brings it, for the log; 0 for none */
  const char *checksum; /* XXH3-128 of the whole file, hexadecimal; NULL for none */
} IcNewInstance;

typedef enum
{
  IC_COMMIT_ADDED,
  IC_COMMIT_ALREADY_HERE, /* the same bytes: the fresh file takes over, the old one goes */
  IC_COMMIT_REPLACED,     /* other bytes of the same instance: the old file goes */
  IC_COMMIT_CONFLICT,     /* it is elsewhere in the tree, or somebody else's: the new file goes */
} IcCommitOutcome;

typedef struct
{
  IcCommitOutcome outcome;
  const char *reason; /* of a conflict: "other study", "other series", "other patient", "no UID" */
  char *remove_path;  /* the file that is to go, relative to the data directory; NULL for none */
} IcCommitResult;

/* "dicom/0000/00000012.dcm" for 12; free with g_free(). */
char *ic_instance_repo_dup_path (gint64 id);

/* Reserves @n numbers for @session and makes the folders they need. */
gboolean ic_instance_repo_reserve (IcWriteTx *tx,
                                   IcSession *session,
                                   guint n,
                                   IcReservation *reservation,
                                   GError **error);

/* Tells the database about files that are in place. The renames must be durable by then: the caller
 * has done syncfs() on the contents before, and fsync() on the folders after them. Numbers that
 * @items does not name are given back. Answers one IcCommitResult for each item, in their order;
 * the files that are to go are noted in the same transaction, and ic_sweep_removals() removes them.
 * IC_ERROR_CONFLICT when the reservation is not there any more.
 */
GPtrArray *ic_instance_repo_commit (IcWriteTx *tx,
                                    const IcReservation *reservation,
                                    const IcNewInstance *items,
                                    guint n,
                                    const char *operator_name,
                                    GError **error);

void ic_commit_result_free (IcCommitResult *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcCommitResult, ic_commit_result_free)

G_END_DECLS
