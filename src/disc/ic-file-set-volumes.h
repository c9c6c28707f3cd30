/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of a file-set say when a transfer takes several discs: which of them this is, and
 * what is on the others. Nothing where it is the only one. Pure; only the pages use it.
 */
#pragma once

#include "disc/ic-file-set-text.h"

G_BEGIN_DECLS

/* "Disc 1 of 2: 60 of 98 images and other objects are here." NULL without others; free with
 * g_free().
 */
char *ic_file_set_volumes_dup_headline (const IcFileSetFacts *facts);

/* Lines of README.TXT, without descriptions, because people write names into them. */
void ic_file_set_volumes_append_text (GString *out, const IcFileSetFacts *facts);

/* A table of INDEX.HTM. */
void ic_file_set_volumes_append_table (GString *out, const IcFileSetFacts *facts);

G_END_DECLS
