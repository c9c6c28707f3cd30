/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The study tree as the local store holds it: study, series, instance. Built once by whoever reads
 * it (store, scan), then only read; reference counted. Strings are UTF-8, never NULL.
 */
#pragma once

#include "domain/ic-header.h"

G_BEGIN_DECLS

typedef struct
{
  char *sop_instance_uid;
  char *sop_class_uid;
  char *transfer_syntax_uid;
  char *number;       /* (0020,0013), "" when absent */
  char *path;         /* of the file, relative to the data directory */
  char *sha256;       /* of the whole file, hexadecimal */
  char *checksum;     /* XXH3-128 of it, hexadecimal; "" or NULL for none */
  guint64 size_bytes; /* of the whole file */
  char *flaw;         /* what is wrong with the file as it came, "" or NULL for nothing */
  GBytes *keys;       /* of the IMAGE-level directory record, see IcHeader */
} IcInstance;

typedef struct
{
  char *series_uid;
  char *modality;
  char *number;
  char *description;
  char *body_part;
  GBytes *keys;
  GPtrArray *instances; /* of IcInstance, in order of number, then of UID */
} IcSeries;

typedef struct
{
  char *study_uid;
  char *date;
  char *time;
  char *accession;
  char *id;
  char *description;
  IcPatient *patient;
  GBytes *patient_keys;
  GBytes *keys;
  GPtrArray *series; /* of IcSeries, in order of number, then of UID */
} IcStudy;

/* The strings of the header are copied; the arrays start empty. */
IcStudy *ic_study_new_from_header (IcHeader *header);
IcSeries *ic_series_new_from_header (IcHeader *header);
IcInstance *ic_instance_new_from_header (IcHeader *header,
                                         const char *path,
                                         const char *sha256,
                                         guint64 size_bytes);

/* Empty ones, for a reader that fills the fields itself: every string and blob must be set. */
IcStudy *ic_study_new (void);
IcSeries *ic_series_new (void);
IcInstance *ic_instance_new (void);

/* The same object in another file. */
void ic_instance_replace_file (IcInstance *self,
                               IcHeader *header,
                               const char *path,
                               const char *sha256,
                               guint64 size_bytes);

/* The same with nothing below it, for a part of a study or series. */
IcStudy *ic_study_copy_empty (const IcStudy *self);
IcSeries *ic_series_copy_empty (const IcSeries *self);
IcInstance *ic_instance_copy (const IcInstance *self);

IcStudy *ic_study_ref (IcStudy *self);
void ic_study_unref (IcStudy *self);
void ic_series_free (IcSeries *self);
void ic_instance_free (IcInstance *self);

/* Sorts series and instances by their numbers as integers, then by UID. */
void ic_study_sort (IcStudy *self);

guint ic_study_count_instances (IcStudy *self);
guint64 ic_study_sum_size_bytes (IcStudy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcStudy, ic_study_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSeries, ic_series_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcInstance, ic_instance_free)

G_END_DECLS
