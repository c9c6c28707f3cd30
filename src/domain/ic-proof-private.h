/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a proof has been told, for the two files that it consists of: one is told, the other judges.
 */
#pragma once

#include "domain/ic-proof.h"

G_BEGIN_DECLS

/* One instance in one series. The same UID in another series is another item: then the first is
 * missing and the second extra, which is what happened.
 */
typedef struct
{
  GRefString *study_uid;  /* that of its series */
  GRefString *series_uid; /* likewise */
  GRefString *sop_instance_uid;
  GRefString *file_id;
  GRefString *sha256;
  guint volume;
  guint64 size_bytes;
  guint before : 1;  /* in the first reading */
  guint after : 1;   /* in the second reading */
  guint refused : 1; /* by the node, whatever it says later */
  guint retrieved;   /* how often */
  guint strays;      /* arrived, but not kept */
  guint written;
  guint verified;
  GRefString *remark;
  GRefString *flaw;      /* of the bytes as they came, or NULL */
  GRefString *converted; /* in words, or NULL */
} IcProofEntry;

typedef struct
{
  GRefString *study_uid;
  GRefString *series_uid;
  char *modality;
  char *number;
  char *description;
  IcBasis basis;
  guint count_before;
  guint count_after;
  gboolean has_after;
  gboolean is_named; /* by a reading */
  GPtrArray *items;  /* of Item, owned, by place on the medium once judged */
} IcProofSeries;

struct _IcProof
{
  GPtrArray *series;        /* of Series */
  GHashTable *series_index; /* series UID → Series */
  GHashTable *items;        /* set of Item, told apart by series and instance */
  GHashTable *files;        /* File ID → Item */
  GPtrArray *faults;        /* of char * */
  GPtrArray *notes;         /* of char * */
  GHashTable *studies;      /* study UID → IcBasis of its readings, for those that have any */
  IcBasis basis;
  gboolean has_expectation;
  gboolean has_after;
  guint volume; /* the present one of several */
  guint n_faults_before_copy;
  IcSelection *selection; /* NULL: everything */
  IcProofFunc observer;   /* or NULL */
  gpointer observer_data;
};

G_END_DECLS
