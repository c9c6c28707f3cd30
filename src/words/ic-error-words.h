/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place that turns errors into what people read: a sentence that says what happened, to
 * which item and what to do next. Nothing here prints.
 */
#pragma once

#include "core/ic-error.h"

G_BEGIN_DECLS

/* Whether it is something that a node did or did not do. */
gboolean ic_error_words_is_of_node (const GError *error);

/* What the sentence is about; all optional. */
typedef struct
{
  const char *subject;        /* the item it happened to, without patient data */
  gboolean subject_is_phrase; /* our own words ("the log"), not a name that somebody gave */
  const char *our_aet;        /* how we called ourselves to it */
  const char *help;           /* the command that explains the usage, where it was typed */
  gboolean is_plain;          /* without the technical text, which is shown elsewhere */
} IcErrorContext;

/* Free with g_free(). */
char *ic_error_words_dup_sentence (const GError *error, const IcErrorContext *context);

G_END_DECLS
