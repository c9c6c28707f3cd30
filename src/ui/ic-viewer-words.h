/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in the corners of a picture, from its own header. Pure.
 */
#pragma once

#include "domain/ic-image-facts.h"
#include "domain/ic-patient.h"
#include "model/ic-viewport.h"

G_BEGIN_DECLS

/* All free with g_free(). */
char *ic_viewer_words_dup_patient (const IcImageFacts *facts);
char *ic_viewer_words_dup_study (const IcImageFacts *facts);

/* @slot: counted from 0; @frame: within its file. */
char *ic_viewer_words_dup_place (const IcImageFacts *facts,
                                 guint slot,
                                 guint n_slots,
                                 guint frame,
                                 gboolean is_key);
char *ic_viewer_words_dup_look (const IcViewport *viewport, const IcScene *scene, IcFrame *frame);

/* A sentence when @facts name somebody else than the study they are in; else NULL. */
char *ic_viewer_words_dup_mismatch (const IcImageFacts *facts, IcPatient *of_study);

G_END_DECLS
