/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a node said of keeping images, in a sentence. Nothing here prints. */
#pragma once

#include "domain/ic-commitment.h"

G_BEGIN_DECLS

/* "CLINIC keeps all 36 images (22 Nov 2026 07:10)."; NULL for one that was asked again. Free with
 * g_free().
 */
char *ic_commitment_words_dup_sentence (IcCommitment *commitment);

/* The sentences of @commitments (of IcCommitment), one after another; "" when there are none. Free
 * with g_free().
 */
char *ic_commitment_words_dup_sentences (GPtrArray *commitments);

G_END_DECLS
