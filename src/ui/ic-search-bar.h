/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where one types what studies to look for, and chooses the places to look in. Enter anywhere in it
 * begins the search.
 */
#pragma once

#include "model/ic-study-search.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_SEARCH_BAR (ic_search_bar_get_type ())
G_DECLARE_FINAL_TYPE (IcSearchBar, ic_search_bar, IC, SEARCH_BAR, GtkWidget)

/* Remembers in @settings which places are not searched, and the period. */
void ic_search_bar_set_search (IcSearchBar *self, IcStudySearch *search, GSettings *settings);

/* Begins a search; what is mistyped is marked and said instead. */
void ic_search_bar_find (IcSearchBar *self);

/* Fills the patient's name, or the ID where @text has digits, and searches. */
void ic_search_bar_find_text (IcSearchBar *self, const char *text);

void ic_search_bar_focus (IcSearchBar *self);

/* Empties every field. */
void ic_search_bar_clear (IcSearchBar *self);

G_END_DECLS
