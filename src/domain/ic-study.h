/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The study tree as the local store holds it: study, series, instance. Built once by whoever reads
 * it (store, scan), then only read; reference counted. Strings are UTF-8, never NULL. There may be
 * 200,000 instances: their texts stand in those of the study, and are never freed one by one.
 */
#pragma once

#include "core/ic-texts.h"
#include "domain/ic-header.h"

G_BEGIN_DECLS

typedef struct
{
  const char *sop_instance_uid;
  const char *sop_class_uid;
  const char *transfer_syntax_uid;
  const char *number;   /* (0020,0013), "" when absent */
  const char *path;     /* of the file, relative to the data directory */
  const char *sha256;   /* of the whole file, hexadecimal */
  const char *checksum; /* XXH3-128 of it, hexadecimal; "" or NULL for none */
  const char *flaw;     /* what is wrong with the file as it came, "" or NULL for nothing */
  guint64 size_bytes;   /* of the whole file */
  const guint8 *keys;   /* of the IMAGE-level directory record, see IcHeader; NULL for none */
  guint keys_size;
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
  GPtrArray *lenders;   /* of a part of a series: whose instances these are, or NULL */
  IcTexts *texts;       /* of these */
  IcTexts *all_keys;    /* of these, or NULL */
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
  IcTexts *texts;
} IcStudy;

/* The strings of the header are copied; the arrays start empty. */
IcStudy *ic_study_new_from_header (IcHeader *header);
IcSeries *ic_series_new_from_header (IcStudy *study, IcHeader *header);

/* Appends it; it belongs to the series. */
IcInstance *ic_series_add_from_header (IcSeries *self,
                                       IcHeader *header,
                                       const char *path,
                                       const char *sha256,
                                       guint64 size_bytes);

/* Empty ones, for a reader that fills the fields itself: every string must be set, and that of an
 * instance is what ic_texts_keep() makes of it in the texts of the series.
 */
IcStudy *ic_study_new (void);
IcStudy *ic_study_new_sharing (IcTexts *texts);
IcSeries *ic_series_new (IcTexts *texts);
IcInstance *ic_series_add_instance (IcSeries *self);

/* The keys of the directory record of one instance; copied. */
void ic_series_set_keys (IcSeries *self, IcInstance *instance, gconstpointer keys, gsize size);

/* The same object of @self in another file. */
void ic_series_replace_file (IcSeries *self,
                             IcInstance *instance,
                             IcHeader *header,
                             const char *path,
                             const char *sha256,
                             guint64 size_bytes);

/* When no DICOMDIR is going to be made of it any more: they take a good part of its memory. */
void ic_study_drop_instance_keys (IcStudy *self);

/* The same with nothing below it, for a part of a study or series. Texts and instances are shared:
 * the whole must lose none of them as long as it has parts.
 */
IcStudy *ic_study_copy_empty (const IcStudy *self);
IcSeries *ic_series_copy_empty (const IcSeries *self);

/* Appends one of the series that it is a part of. */
void ic_series_add_shared (IcSeries *self, IcInstance *instance);

IcStudy *ic_study_ref (IcStudy *self);
void ic_study_unref (IcStudy *self);
void ic_series_free (IcSeries *self);

/* Sorts series and instances by their numbers as integers, then by UID. */
void ic_study_sort (IcStudy *self);

guint ic_study_count_instances (IcStudy *self);
guint64 ic_study_sum_size_bytes (IcStudy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcStudy, ic_study_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSeries, ic_series_free)

G_END_DECLS
