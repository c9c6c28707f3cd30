/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One study as one source tells of it, on its way into the list of results. */
#pragma once

#include "domain/ic-patient.h"
#include "domain/ic-query.h"
#include "store/ic-study-repo.h"

G_BEGIN_DECLS

#define IC_COUNT_UNKNOWN (-1)

typedef struct
{
  IcPatient *patient;
  char *study_uid;
  char *date;
  char *time;
  char *accession;
  char *description;
  char *modalities;   /* joined by "\" */
  gint64 n_series;    /* or IC_COUNT_UNKNOWN */
  gint64 n_instances; /* or IC_COUNT_UNKNOWN */
  guint64 size_bytes; /* 0 from a node */
} IcFoundStudy;

/* @values: IC_N_QUERY_KEYS strings. NULL when the study has no UID, so that nobody could ask for
 * it.
 */
IcFoundStudy *ic_found_study_new_from_row (const char *const *values);
IcFoundStudy *ic_found_study_new_from_summary (const IcStudySummary *summary);
void ic_found_study_free (IcFoundStudy *self);

/* A count in a row of an answer, or IC_COUNT_UNKNOWN. */
gint64 ic_found_study_parse_count (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcFoundStudy, ic_found_study_free)

G_END_DECLS
