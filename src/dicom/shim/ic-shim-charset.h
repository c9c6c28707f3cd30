/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DICOM text to UTF-8 and back (PS3.5 6.1 and annexes H to J): ISO 2022 is taken apart here, each
 * piece goes through a converter of the C library. Decoding never fails, because half a name is
 * worth more than an error; encoding fails where a letter does not exist in the set. Safe in any
 * thread after ic_charset_init(), which opens every converter once and for good.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where code extensions fall back to their start (PS3.5 6.1.2.5.3), and what is padding. */
typedef enum
{
  IC_TEXT_NAME,  /* PN: at ^ = and backslash */
  IC_TEXT_LIST,  /* LO, SH, UC: at backslash */
  IC_TEXT_PLAIN, /* ST, LT, UT: at line ends; backslash is a letter, leading spaces count */
} IcTextKind;

/* Opens the converters. IC_ERROR_INTERNAL names the first that the C library does not have. */
gboolean ic_charset_init (GError **error);

/* @charset: the value of (0008,0005), several joined by backslashes; NULL or "" is ASCII. @bytes:
 * the value as it stands in the file. Returns valid UTF-8 without the padding, delimiters kept;
 * what makes no sense becomes U+FFFD, control characters too unless @kind is IC_TEXT_PLAIN. Never
 * NULL; free with g_free().
 */
char *ic_charset_decode (const char *charset, IcTextKind kind, gconstpointer bytes, gsize n_bytes);

/* The bytes of @utf8 in @charset, with the escapes that are needed and each component ended in its
 * first set, not padded; NULL when a character is in none of its sets, or the set is not known.
 */
GBytes *ic_charset_encode (const char *charset, const char *utf8);

G_END_DECLS
