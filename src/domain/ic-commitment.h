/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a node was asked to keep (storage commitment, PS3.4 J), and what it said. A plain record:
 * one owner fills it, the store keeps it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  IC_COMMITMENT_PENDING,   /* asked, not answered */
  IC_COMMITMENT_COMMITTED, /* every instance is kept */
  IC_COMMITMENT_REFUSED,   /* some are not */
  IC_COMMITMENT_REPLACED,  /* asked again, not answered */
} IcCommitmentState;

/* How a report is answered (PS3.7 10.1.1.1.8). */
enum
{
  IC_REPORT_TAKEN = 0x0000,
  IC_REPORT_NOT_TAKEN = 0x0110,   /* processing failure: the peer may try again */
  IC_REPORT_NO_INSTANCE = 0x0112, /* it is about another than the well-known instance */
  IC_REPORT_NO_EVENT = 0x0113,    /* neither success (1) nor failure (2) */
  IC_REPORT_UNKNOWN = 0x0115,     /* nobody asked, or it makes no sense */
  IC_REPORT_NO_CLASS = 0x0118,
};

#define IC_COMMITMENT_UNANSWERED (-1)

typedef struct
{
  char *sop_instance_uid;
  char *sop_class_uid;
  gint reason; /* 0 kept, IC_COMMITMENT_UNANSWERED, or the failure reason (0008,1197) */
} IcCommitmentInstance;

typedef struct
{
  gint64 id; /* 0 before it is kept */
  char *transaction_uid;
  gint64 transfer;
  char *node; /* its name */
  IcCommitmentState state;
  gint64 asked_at;      /* seconds since 1970, UTC */
  gint64 answered_at;   /* 0 while nobody has */
  GPtrArray *instances; /* of IcCommitmentInstance */
  GHashTable *by_uid;   /* the same; a report names as many as were asked for */
} IcCommitment;

/* With a transaction UID of its own, pending, asked now. */
IcCommitment *ic_commitment_new (gint64 transfer, const char *node);
void ic_commitment_free (IcCommitment *self);

void ic_commitment_add (IcCommitment *self,
                        const char *sop_instance_uid,
                        const char *sop_class_uid,
                        gint reason);
IcCommitmentInstance *ic_commitment_find (IcCommitment *self, const char *sop_instance_uid);

/* Sets the answer for one instance; others than those asked for are ignored. An instance is kept
 * when it was answered so and never otherwise.
 */
void ic_commitment_answer (IcCommitment *self, const char *sop_instance_uid, gint reason);

/* Ends it by what was answered: committed only when every instance is kept. */
void ic_commitment_close (IcCommitment *self);

guint ic_commitment_count_kept (IcCommitment *self);

/* The words of the log and of --json. The way back gives IC_COMMITMENT_PENDING for any other. */
const char *ic_commitment_state_to_string (IcCommitmentState state);
IcCommitmentState ic_commitment_state_from_string (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcCommitment, ic_commitment_free)

G_END_DECLS
