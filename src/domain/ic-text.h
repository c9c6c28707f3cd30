/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people may write into a field that is free: it goes into the log, onto media and onto paper,
 * where an endless line or a control character does harm. One place knows how long is too long.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In characters. Patient keys may carry wildcards and the three component groups of a name
 * (PS3.5 6.2); the others are lines that people read.
 */
typedef enum
{
  IC_TEXT_NODE_NAME = 32,
  IC_TEXT_KEY = 64, /* patient ID, accession number */
  IC_TEXT_PERSON_NAME = 200,
  IC_TEXT_LINE = 200, /* institution, contact, recipient, words to look for */
  IC_TEXT_HOST = 253, /* RFC 1035 2.3.4 */
  IC_TEXT_REASON = 500,
  IC_TEXT_PATH = 4096, /* PATH_MAX */
} IcTextLimit;

/* Fails with IC_ERROR_USAGE when @text is no UTF-8, has control characters or more than one line,
 * or is longer than @limit. @what names the field and the error, @text is in no message. Blank is
 * fine.
 */
gboolean ic_text_check (const char *text, const char *what, IcTextLimit limit, GError **error);

/* "640 MB", "4.7 GB", in steps of 1000, in the language of whoever reads it. Free with g_free(). */
char *ic_text_dup_size (guint64 size_bytes);

G_END_DECLS
