/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of a file-set for people: README.TXT and INDEX.HTM. Every value in them may come from a
 * hostile file, and none may break out of its line or its cell. Pure; only IcFileSet uses it.
 */
#pragma once

#include "disc/ic-file-set-account.h"
#include "disc/ic-file-set.h"

G_BEGIN_DECLS

/* What both pages are made of; nothing is owned. */
typedef struct
{
  const IcFileSetInfo *info;
  GPtrArray *studies;
  GPtrArray *generated;
  IcMediaProfiles profiles;
  const char *profile_reason;
  guint n_instances;
  IcFileSetAccount *account;
} IcFileSetFacts;

/* Plain text, UTF-8, CRLF, no patient data but counts and UIDs (IHE RAD TF-2 4.47). */
GBytes *ic_file_set_readme_new_bytes (const IcFileSetFacts *facts);

/* XHTML 1.0, complete without script; nothing is loaded from elsewhere than this medium. */
GBytes *ic_file_set_index_new_bytes (const IcFileSetFacts *facts);

/* @text as one line: valid UTF-8, no control characters, none that turn the direction of writing.
 */
char *ic_file_set_text_dup_line (const char *text);

/* The same, safe inside XHTML text and attributes. */
char *ic_file_set_text_dup_markup (const char *text);

/* "14 Feb 2026" from "20260214"; anything else comes back as a clean line. */
char *ic_file_set_text_dup_date (const char *da);

/* "14 Feb 2026 10:30 +01:00", the same in every locale. */
char *ic_file_set_text_dup_moment (GDateTime *when);

#define IC_NOT_FOR_DIAGNOSIS                                                                       \
  "Imaging Courier is not a medical device. What is shown here is not for diagnosis."

G_END_DECLS
