/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The studies in the store: finding, listing and removing them. How they come in is in
 * ic-instance-repo.h.
 */
#pragma once

#include "domain/ic-study.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

/* What to look for; NULL or "" does not matter. "*" and "?" are wildcards in IDs and names. */
typedef struct
{
  const char *patient_id;
  const char *patient_name; /* "doe*" or "doe^jane"; case and accents do not matter */
  const char *birth_date;   /* YYYYMMDD */
  const char *accession;
  const char *date_from; /* study date YYYYMMDD, inclusive */
  const char *date_to;
  const char *modality; /* of any series */
  const char *study_uid;
} IcStudyFilter;

/* Where a page ended: pass what the last row of a page had. */
typedef struct
{
  const char *date; /* NULL for the first page */
  gint64 id;
} IcStudyKey;

/* One row of a list. */
typedef struct
{
  gint64 id; /* with the date the key of the next page */
  char *study_uid;
  IcPatient *patient;
  char *date;
  char *time;
  char *accession;
  char *description;
  char *modalities; /* sorted, joined by "\" */
  guint n_series;
  guint n_instances;
  guint64 size_bytes;
  gint64 retrieved_at; /* the last of its instances, seconds since 1970, UTC */
} IcStudySummary;

/* The whole tree in order; IC_ERROR_NOT_FOUND when it is not here. */
IcStudy *ic_study_repo_find (IcReadTx *tx, const char *study_uid, GError **error);

/* Only whose images they are. */
IcPatient *ic_study_repo_find_patient (IcReadTx *tx, const char *study_uid, GError **error);

/* The whole tree, with the texts of its instances in @texts; the checksums are for sending only. */
IcStudy *ic_study_repo_find_sharing (IcReadTx *tx,
                                     const char *study_uid,
                                     IcTexts *texts,
                                     gboolean with_checksums,
                                     GError **error);

/* The checksum of one whose file has that SHA-256; "" for none. Free with g_free(). */
char *ic_study_repo_dup_checksum (IcReadTx *tx,
                                  const char *sop_instance_uid,
                                  const char *sha256,
                                  GError **error);

/* Newest study date first, at most @limit of IcStudySummary after @after (NULL: from the start). */
GPtrArray *ic_study_repo_list (IcReadTx *tx,
                               const IcStudyFilter *filter,
                               const IcStudyKey *after,
                               guint limit,
                               GError **error);

/* Everyone the instances of a study name, as GPtrArray of IcPatient: more than one means that they
 * do not agree among each other.
 */
GPtrArray *ic_study_repo_list_identities (IcReadTx *tx, const char *study_uid, GError **error);

/* The study that has been here the longest among those that neither came nor went since @before and
 * that no order names; NULL as *@study_uid without one, and while any transfer runs. Free it with
 * g_free().
 */
gboolean ic_study_repo_find_idle (IcReadTx *tx, gint64 before, char **study_uid, GError **error);

/* How many of those there are, whatever runs, and how large they are together. */
gboolean ic_study_repo_count_idle (IcReadTx *tx,
                                   gint64 before,
                                   guint *n,
                                   guint64 *size_bytes,
                                   GError **error);

/* Forgets a study and logs that; its files go with the next ic_sweep_removals(). Fails with
 * IC_ERROR_NOT_FOUND.
 */
gboolean ic_study_repo_remove (IcWriteTx *tx,
                               const char *study_uid,
                               const char *operator_name,
                               GError **error);

void ic_study_summary_free (IcStudySummary *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcStudySummary, ic_study_summary_free)

G_END_DECLS
