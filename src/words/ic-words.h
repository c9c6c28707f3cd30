/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How values read to people, on a terminal as on a screen, in the language of the locale: counts,
 * sizes, dates, names. Pure; usable from every thread.
 */
#pragma once

#include "domain/ic-patient.h"

G_BEGIN_DECLS

/* All free with g_free(). */
char *ic_words_dup_count (guint64 count);         /* "1,212" */
char *ic_words_dup_size (guint64 size_bytes);     /* "640 MB" */
char *ic_words_dup_date (const char *date);       /* "14 Feb 2026" from YYYYMMDD, else as it is */
char *ic_words_dup_day (GDateTime *day);          /* "14 Feb 2026" */
char *ic_words_dup_time (gint64 seconds);         /* "14 Feb 2026 14:05", local; "" for 0 */
char *ic_words_dup_iso_time (gint64 seconds);     /* "2026-02-14T14:05:00Z"; NULL for 0 */
char *ic_words_dup_name (const char *name);       /* "DOE, Jane" from "DOE^Jane" */
char *ic_words_dup_patient (IcPatient *patient);  /* "DOE, Jane", without a name the ID */
char *ic_words_dup_modalities (const char *list); /* "CT, SR" from "CT\SR" */

/* @text without control characters and signs that change its direction. */
char *ic_words_dup_printable (const char *text);

G_END_DECLS
