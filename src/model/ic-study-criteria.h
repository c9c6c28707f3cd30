/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What studies somebody looks for, as it was typed, and what is asked of nodes and store for it.
 * Pure values; strings are never NULL, "" does not matter.
 */
#pragma once

#include "domain/ic-query.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Study dates that people look for. */
typedef enum
{
  IC_PERIOD_ANY,
  IC_PERIOD_TODAY,
  IC_PERIOD_WEEK,  /* the last seven days */
  IC_PERIOD_MONTH, /* since the same day of last month */
  IC_PERIOD_YEAR,
  IC_PERIOD_RANGE, /* from and to are typed */
  IC_N_PERIODS,
} IcPeriod;

typedef struct
{
  char *name;        /* a pattern, see ic_study_criteria_dup_name_pattern() */
  char *patient_id;  /* with "*" and "?" */
  char *birth_date;  /* YYYYMMDD */
  char *accession;   /* with "*" and "?" */
  char *from;        /* YYYYMMDD */
  char *to;          /* YYYYMMDD */
  char **modalities; /* NULL-terminated; none: any */
} IcStudyCriteria;

/* One without restrictions. */
IcStudyCriteria *ic_study_criteria_new (void);
IcStudyCriteria *ic_study_criteria_copy (const IcStudyCriteria *self);
void ic_study_criteria_free (IcStudyCriteria *self);

/* Replaces one string. */
void ic_study_criteria_set (char **field, const char *text);

/* Sets from and to, counted back from @today. Does nothing for IC_PERIOD_RANGE. */
void ic_study_criteria_set_period (IcStudyCriteria *self, IcPeriod period, GDateTime *today);

/* What people mean by a name: "doe" is doe*, "doe, jane" is doe*^jane*, "doe jane" is doe*jane*;
 * who types wildcards has them as typed. Free with g_free().
 */
char *ic_study_criteria_dup_name_pattern (const char *typed);

/* YYYYMMDD of "19610312", "1961-03-12", "12.3.1961" or "12 Mar 1961"; "" of blank. Fails with
 * IC_ERROR_USAGE, also for what could be day or month first. Free with g_free().
 */
char *ic_study_criteria_parse_date (const char *typed, GError **error);

/* Of IcQuery. Several: a node that takes a list of modalities for nothing would find too little, so
 * each is asked for alone; and letters of names are asked for in each way in which they are kept,
 * for nodes that tell case apart. Those that differ in the name's case alone stand last.
 */
GPtrArray *ic_study_criteria_make_queries (const IcStudyCriteria *self);

/* Whether @name answers @pattern in other letters than those asked for: the node does not tell case
 * apart.
 */
gboolean ic_study_criteria_shows_case_ignored (const char *pattern, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcStudyCriteria, ic_study_criteria_free)

G_END_DECLS
