/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one error domain of the project. A code is a decision for the caller; the message is a
 * lower-case fragment without patient data, made longer by each layer with g_prefix_error().
 * Sentences for people are made from the code in ui/ and cli/. Cancellation is always
 * G_IO_ERROR_CANCELLED and never one of these.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_ERROR (ic_error_quark ())

typedef enum
{
  IC_ERROR_INTERNAL,          /* our own fault */
  IC_ERROR_BAD_DATA,          /* foreign bytes that make no sense */
  IC_ERROR_UNSUPPORTED,       /* valid, but nothing we can do */
  IC_ERROR_NOT_FOUND,         /* no such study, node, transfer, file */
  IC_ERROR_CONFLICT,          /* exists already, or changed meanwhile */
  IC_ERROR_REFUSED,           /* a safety rule says no */
  IC_ERROR_INCOMPLETE,        /* some images are missing */
  IC_ERROR_NODE_UNREACHABLE,  /* no TCP connection */
  IC_ERROR_NODE_REJECTED,     /* association rejected, e.g. unknown AE title */
  IC_ERROR_NODE_ABORTED,      /* the node ended the association half-way */
  IC_ERROR_NODE_FAILED,       /* the node answered with a failure status */
  IC_ERROR_TIMED_OUT,         /* no answer in time */
  IC_ERROR_TLS,               /* certificates do not fit */
  IC_ERROR_NO_SPACE,          /* the disk or medium is full */
  IC_ERROR_MEDIUM_UNSUITABLE, /* wrong, finalised, too small, read-only */
  IC_ERROR_WRITE_FAILED,      /* the medium or disk could not be written */
  IC_ERROR_READ_FAILED,       /* the medium or disk could not be read */
  IC_ERROR_BUSY,              /* somebody else holds the drive, node or data directory */
  IC_ERROR_WORKER_DIED,       /* a worker crashed, hung or was killed */
  IC_ERROR_STORE_DAMAGED,     /* the database or its log does not verify */
  IC_ERROR_USAGE,             /* the person asked for something impossible */
} IcErrorCode;

GQuark ic_error_quark (void);

/* Sets @error from errno @saved_errno with the code that fits (NO_SPACE for ENOSPC and EDQUOT,
 * else @code) and the message "@what: strerror". A missing file is NOT_FOUND only where a person
 * named it, which only the caller knows. Always returns FALSE.
 */
gboolean ic_error_set_errno (GError **error, IcErrorCode code, int saved_errno, const char *what);

G_END_DECLS
