/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What DIMSE status codes mean (PS3.7 annex C, PS3.4 C.4), and the one way they become errors. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  IC_STATUS_SUCCESS,
  IC_STATUS_PENDING,
  IC_STATUS_WARNING,
  IC_STATUS_CANCELLED,
  IC_STATUS_FAILURE,
} IcStatusKind;

IcStatusKind ic_status_classify (guint16 status);

/* A static lower-case fragment such as "out of resources". */
const char *ic_status_describe (guint16 status);

/* Sets IC_ERROR_NODE_FAILED "@node answered @verb with status 0xa700: out of resources". Always
 * returns FALSE.
 */
gboolean ic_status_set_error (GError **error, const char *node, const char *verb, guint16 status);

G_END_DECLS
