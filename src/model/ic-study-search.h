/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One search in several places at once: every node that is chosen and the local store. What they
 * find is merged as it arrives into patients with their studies, each study with where it is. Rows
 * come in portions that hold up nobody. Belongs to the main thread.
 */
#pragma once

#include "model/ic-patient-row.h"
#include "model/ic-search-source.h"
#include "model/ic-workspace.h"

G_BEGIN_DECLS

#define IC_TYPE_STUDY_SEARCH (ic_study_search_get_type ())
G_DECLARE_FINAL_TYPE (IcStudySearch, ic_study_search, IC, STUDY_SEARCH, GObject)

/* Properties, notified: "asking" (somebody has still to answer, or rows are on their way),
 * "summary" ("1,240 studies found, still asking CARDIOLOGY"), "n-studies".
 */
IcStudySearch *ic_study_search_new (IcWorkspace *workspace);

/* Of IcSearchSource: the nodes in order of name, then the local store. */
GListModel *ic_study_search_get_sources (IcStudySearch *self);

/* Of IcPatientRow, sorted. */
GListModel *ic_study_search_get_patients (IcStudySearch *self);

/* Forgets what was found and asks every chosen source. */
void ic_study_search_start (IcStudySearch *self, const IcStudyCriteria *criteria);

/* The same once more; nothing when nothing was asked yet. */
void ic_study_search_repeat (IcStudySearch *self);

/* Asks one source again; what others found stays. */
void ic_study_search_retry (IcStudySearch *self, IcSearchSource *source);

/* Nobody is asked any more; what was found stays. */
void ic_study_search_stop (IcStudySearch *self);

void ic_study_search_set_order (IcStudySearch *self, IcColumn column, gboolean descending);

gboolean ic_study_search_was_asked (IcStudySearch *self);
gboolean ic_study_search_is_asking (IcStudySearch *self);
guint ic_study_search_get_n_studies (IcStudySearch *self);
char *ic_study_search_dup_summary (IcStudySearch *self);

/* What a source found, for whoever has it from elsewhere; takes @found. @node: NULL for the local
 * store.
 */
void ic_study_search_take (IcStudySearch *self, IcFoundStudy *found, IcNode *node);

/* The longest that one portion of rows, or a change of the order, has held up the main loop, in CPU
 * time. */
gint64 ic_study_search_get_longest_us (IcStudySearch *self);

G_END_DECLS
