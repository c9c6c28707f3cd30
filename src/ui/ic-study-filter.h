/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where one types what studies to look for, and chooses the places to look in. Enter anywhere in it
 * begins the search.
 */
#pragma once

#include "model/ic-study-search.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_STUDY_FILTER (ic_study_filter_get_type ())
G_DECLARE_FINAL_TYPE (IcStudyFilter, ic_study_filter, IC, STUDY_FILTER, GtkWidget)

/* Remembers in @settings which places are not searched, and the period. */
void ic_study_filter_set_search (IcStudyFilter *self, IcStudySearch *search, GSettings *settings);

/* Begins a search; what is mistyped is marked and said instead. */
void ic_study_filter_find (IcStudyFilter *self);

/* Fills the patient's name, or the ID where @text has digits, and searches. */
void ic_study_filter_find_text (IcStudyFilter *self, const char *text);

void ic_study_filter_focus (IcStudyFilter *self);

/* Empties every field. */
void ic_study_filter_clear (IcStudyFilter *self);

G_END_DECLS
