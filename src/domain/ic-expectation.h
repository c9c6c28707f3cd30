/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a source says a study consists of: the UID lists it gave, and how good that answer is. Built
 * by a query, then only read; reference counted.
 */
#pragma once

#include "core/ic-texts.h"

G_BEGIN_DECLS

typedef enum
{
  IC_BASIS_NONE,       /* the source would not say */
  IC_BASIS_COUNT_ONLY, /* it gave numbers, but no UIDs of instances */
  IC_BASIS_UID_LIST,   /* it named every instance */
} IcBasis;

typedef struct
{
  char *series_uid;
  char *modality;
  char *number;
  char *description;
  GHashTable *instances; /* set of SOP Instance UIDs, empty unless the basis is uid-list */
  IcTexts *texts;        /* of these */
  guint count;           /* (0020,1209) where given, else the number of instances named */
} IcExpectedSeries;

typedef struct
{
  char *study_uid;
  char *source;      /* name of the node */
  gint64 taken_at;   /* seconds since 1970, UTC */
  IcBasis basis;     /* the weakest of all series */
  char *remark;      /* why the basis is weak, or what did not agree; "" when all is well */
  GPtrArray *series; /* of IcExpectedSeries */
  IcTexts *texts;
} IcExpectation;

IcExpectation *ic_expectation_new (const char *study_uid, const char *source, gint64 taken_at);
/* The same, with the UIDs of its instances in @texts; NULL for texts of its own. */
IcExpectation *ic_expectation_new_sharing (IcTexts *texts,
                                           const char *study_uid,
                                           const char *source,
                                           gint64 taken_at);
IcExpectation *ic_expectation_ref (IcExpectation *self);
void ic_expectation_unref (IcExpectation *self);

/* Appends an empty series, owned by @self, for the builder to fill. */
IcExpectedSeries *ic_expectation_add_series (IcExpectation *self, const char *series_uid);
IcExpectedSeries *ic_expectation_find_series (IcExpectation *self, const char *series_uid);

/* Returns what stands for it in @instances. */
const char *ic_expected_series_add (IcExpectedSeries *self, const char *sop_instance_uid);

/* The number of instances expected, by the counts. */
guint ic_expectation_count (IcExpectation *self);

const char *ic_basis_to_string (IcBasis basis);  /* "uid-list", "count-only", "none" */
IcBasis ic_basis_from_string (const char *text); /* IC_BASIS_NONE for anything else */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcExpectation, ic_expectation_unref)

G_END_DECLS
