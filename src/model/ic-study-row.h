/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study that was found, perhaps in several places: at nodes, and here. It knows how many images
 * each place counts and when it was sent out last; its series are read when somebody opens it (see
 * IcStudyContents).
 */
#pragma once

#include "model/ic-draft-item.h"
#include "model/ic-found-study.h"
#include "model/ic-node-item.h"
#include "model/ic-result-row.h"

G_BEGIN_DECLS

#define IC_TYPE_STUDY_ROW (ic_study_row_get_type ())
G_DECLARE_FINAL_TYPE (IcStudyRow, ic_study_row, IC, STUDY_ROW, IcResultRow)

/* Where its series stand. */
typedef enum
{
  IC_SERIES_UNREAD,
  IC_SERIES_ASKING,
  IC_SERIES_READ,
} IcSeriesState;

/* When it went out last. */
typedef struct
{
  gint64 time; /* seconds since 1970; 0: never */
  char *recipient;
} IcLastSent;

/* @node: NULL for the local store. Takes nothing. */
IcStudyRow *ic_study_row_new (const IcFoundStudy *found, IcNode *node);

/* Another place has it too, or the same one says it again. A place that names another patient is
 * kept as a dispute.
 */
void ic_study_row_add_place (IcStudyRow *self, const IcFoundStudy *found, IcNode *node);

const char *ic_study_row_get_uid (IcStudyRow *self);
IcPatient *ic_study_row_get_patient (IcStudyRow *self);
const char *ic_study_row_get_date (IcStudyRow *self);
const char *ic_study_row_get_accession (IcStudyRow *self);
char *ic_study_row_dup_title (IcStudyRow *self);   /* "Chest PA", or that it has no description */
char *ic_study_row_dup_heading (IcStudyRow *self); /* "CT · Chest PA · 14 Feb 2026" */

/* Nodes that have it; the first is asked for its images. NULL: none is known. Borrowed. */
IcNode *ic_study_row_get_node (IcStudyRow *self);

/* What the nodes count, the most of them, else what they were read to have; or IC_COUNT_UNKNOWN. */
gint64 ic_study_row_get_n_remote (IcStudyRow *self);
gint64 ic_study_row_get_n_here (IcStudyRow *self);
guint64 ic_study_row_get_size_bytes (IcStudyRow *self); /* of what is here */
IcHere ic_study_row_get_here (IcStudyRow *self);
void ic_study_row_set_here (IcStudyRow *self, gint64 n_here, guint64 size_bytes);

/* What a node that does not count was read to have when images were brought here; or
 * IC_COUNT_UNKNOWN.
 */
gboolean ic_study_row_is_counted (IcStudyRow *self); /* by a node */
void ic_study_row_set_n_read (IcStudyRow *self, gint64 n_read);

/* Copies @recipient. */
void ic_study_row_set_last_sent (IcStudyRow *self, gint64 time, const char *recipient);

/* "On ARCHIVE 1,212 · here 604 · last sent 3 Mar 2026" */
char *ic_study_row_dup_whereabouts (IcStudyRow *self);

/* That places disagree whose study it is; NULL when they do not. Borrowed. */
const char *ic_study_row_get_dispute (IcStudyRow *self);

/* Of IcSeriesRow, empty until they are read. */
GListStore *ic_study_row_get_series (IcStudyRow *self);
IcSeriesState ic_study_row_get_series_state (IcStudyRow *self);
const char *ic_study_row_get_series_trouble (IcStudyRow *self); /* "" for none */
void ic_study_row_set_series_state (IcStudyRow *self, IcSeriesState state, const char *trouble);

/* What a node did not say of the study its series say: modalities, and how many they are. */
void ic_study_row_complete_from_series (IcStudyRow *self);

/* For the tray; the strings are borrowed from @self. */
void ic_study_row_fill_draft (IcStudyRow *self, IcDraftStudy *draft);

/* By what @column shows; equal ones by date, newest first. */
int ic_study_row_compare (IcStudyRow *a, IcStudyRow *b, IcColumn column);

G_END_DECLS
