/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values in the scripts that the viewer on a medium loads: JSON in pure ASCII, so that neither the
 * character set of a page nor what stands in a name can turn it into anything else. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "…", valid whatever @text is; NULL counts as "". */
void ic_script_text_append (GString *out, const char *text);

/* A member of an object, behind a comma where it is not the first. */
void ic_script_text_append_name (GString *out, const char *name);
void ic_script_text_append_string (GString *out, const char *name, const char *value);
void ic_script_text_append_number (GString *out, const char *name, guint64 value);

/* The comma before what stands next in an array or object, where one is needed. */
void ic_script_text_append_comma (GString *out);

G_END_DECLS
