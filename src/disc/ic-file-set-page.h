/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of a file-set have in common: XHTML 1.0 without script, complete in itself, with
 * one style. Pure; only the pages use it.
 */
#pragma once

#include "domain/ic-patient.h"

G_BEGIN_DECLS

/* Up to and with the heading. @has_script: the viewer on this medium may run, and reach nothing
 * beyond it.
 */
GString *ic_file_set_page_begin (const char *title, const char *heading, gboolean has_script);

/* Takes @out. */
GBytes *ic_file_set_page_end (GString *out);

/* printf with %s and %% only; every string is made safe, @format itself is markup. */
void ic_file_set_page_append (GString *out, const char *format, ...) G_GNUC_PRINTF (2, 3);

const char *ic_file_set_page_or_else (const char *text, const char *otherwise);
void ic_file_set_page_append_patient (GString *out, IcPatient *patient);

/* "Series 2: Chest 5.0 lung" and "CT, CHEST"; not yet safe in markup. Free with g_free(). */
char *ic_file_set_page_dup_series_name (const char *number, const char *description);
char *ic_file_set_page_dup_kind (const char *modality, const char *body_part);

G_END_DECLS
