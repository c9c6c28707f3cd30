/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what people type: dates, ranges, numbers, UIDs and paths. Failures are IC_ERROR_USAGE and
 * name the option, never the value: it may say who somebody is.
 */
#pragma once

#include "domain/ic-node.h"
#include "domain/ic-transfer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* FALSE, with @message about what was typed. */
gboolean ic_cli_refuse (GError **error, const char *message);

/* YYYYMMDD from YYYYMMDD or YYYY-MM-DD, when there is such a day; NULL otherwise. @what is "the
 * birth date" and the like. Free with g_free().
 */
char *ic_cli_parse_date (const char *text, const char *what, GError **error);

/* "A-B", "A-", "-B" or "A", each a date as above, into DICOM's range (PS3.4 C.2.2.2.5). *@from and
 * *@to, which may be NULL pointers, get the ends or NULL. Free with g_free().
 */
char *ic_cli_parse_date_range (const char *text,
                               const char *what,
                               char **from,
                               char **to,
                               GError **error);

/* The first second of day YYYYMMDD, local time; @days later. */
gint64 ic_cli_date_to_time (const char *date, int days);

gboolean ic_cli_parse_number (const char *text,
                              const char *what,
                              guint min,
                              guint max,
                              guint *number,
                              GError **error);

/* @name as typed, NULL for none, which leaves *@urgency as it is. */
gboolean ic_cli_check_urgency (const char *name, IcUrgency *urgency, GError **error);

gboolean ic_cli_check_uids (char **uids, const char *option, GError **error);

/* What was given must say something; NULL was not given. @what as above, "the key patient-id". */
gboolean ic_cli_check_not_blank (const char *text, const char *what, GError **error);

/* The same place named from the root; "stdio:" is kept in front. Free with g_free(). */
char *ic_cli_dup_absolute_path (const char *path);

/* "get" or "move"; NULL leaves *@method as it is. */
gboolean ic_cli_parse_retrieve (const char *text,
                                const char *option,
                                IcRetrieveMethod *method,
                                GError **error);

G_END_DECLS
