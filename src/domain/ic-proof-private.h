/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a proof has been told, for the two files that it consists of: one is told, the other judges.
 */
#pragma once

#include "domain/ic-proof.h"

G_BEGIN_DECLS

typedef struct _IcProofSeries IcProofSeries;

/* One instance in one series, as small as may be, because there may be 200,000. The same UID in
 * another series is another item: then the first is missing and the second extra, which is what
 * happened.
 */
typedef struct
{
  const IcProofSeries *series;
  const char *sop_instance_uid;
  const char *file_id;
  const char *sha256;
  const char *remark;    /* or NULL */
  const char *flaw;      /* of the bytes as they came, or NULL */
  const char *converted; /* in words, or NULL */
  guint64 size_bytes;
  guint volume;
  guint before : 1;     /* in the first reading */
  guint after : 1;      /* in the second reading */
  guint refused : 1;    /* by the node, whatever it says later */
  guint found : 1;      /* its file, on the present medium */
  guint referenced : 1; /* by the DICOMDIR of that */
  guint named : 1;      /* in the present list of the names there */
  guint16 retrieved;    /* how often */
  guint16 strays;       /* arrived, but not kept */
  guint16 written;
  guint16 verified;
} IcProofEntry;

struct _IcProofSeries
{
  const char *study_uid;
  const char *series_uid;
  char *modality;
  char *number;
  char *description;
  IcBasis basis;
  guint count_before;
  guint count_after;
  gboolean has_after;
  gboolean is_named; /* by a reading */
  GPtrArray *items;  /* of Item, by place on the medium once judged */
};

struct _IcProof
{
  IcTexts *texts;           /* of series and items */
  GPtrArray *blocks;        /* of so many items each, that they are in */
  guint n_free;             /* of the last one */
  GPtrArray *series;        /* of Series */
  GHashTable *series_index; /* series UID → Series */
  GHashTable *items;        /* set of Item, told apart by series and instance */
  GHashTable *files;        /* set of Item on the present medium, told apart by File ID */
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
