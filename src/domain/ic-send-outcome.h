/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of one instance that was to be sent to a node. Said by the worker, judged by whoever
 * sends.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  IC_SEND_NOT_SENT,   /* its turn did not come */
  IC_SEND_UNANSWERED, /* the association broke in it: it may be there or not */
  IC_SEND_ACCEPTED,   /* answered with success or a warning */
  IC_SEND_REFUSED,    /* answered with a failure */
  IC_SEND_NO_CONTEXT, /* not sent: the peer takes no such class in that syntax */
  IC_SEND_UNFIT,      /* not sent, or not to the end: the file is not what the store says */
  IC_SEND_UNTOLD,     /* who was to send it is gone: nobody knows whether its turn came */
} IcSendResult;

#define IC_SEND_N_RESULTS (IC_SEND_UNTOLD + 1)

typedef struct
{
  IcSendResult result;
  guint16 status; /* of the answer, PS3.4 B.2.3 */
  char *message;  /* why it was not accepted, or accepted with a warning; without patient data */
} IcSendOutcome;

static inline void
ic_send_outcome_clear (IcSendOutcome *self)
{
  g_clear_pointer (&self->message, g_free);
}

G_END_DECLS
