/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of a PACS by C-FIND and C-GET: a level and the values of its keys (PS3.4 C.4.1 and
 * C.4.3). Filled by one thread, then only read. Wildcards (* and ?), date ranges (FROM-TO) and UID
 * lists (joined by backslashes) are passed on as they are.
 */
#pragma once

#include "domain/ic-header.h"

G_BEGIN_DECLS

/* The order is the order of the tags, of values in a row and on the wire. */
typedef enum
{
  IC_QUERY_SOP_CLASS_UID,          /* (0008,0016) */
  IC_QUERY_SOP_INSTANCE_UID,       /* (0008,0018) */
  IC_QUERY_STUDY_DATE,             /* (0008,0020) */
  IC_QUERY_STUDY_TIME,             /* (0008,0030) */
  IC_QUERY_ACCESSION_NUMBER,       /* (0008,0050) */
  IC_QUERY_RETRIEVE_AET,           /* (0008,0054) */
  IC_QUERY_AVAILABILITY,           /* (0008,0056) */
  IC_QUERY_MODALITY,               /* (0008,0060) */
  IC_QUERY_MODALITIES_IN_STUDY,    /* (0008,0061) */
  IC_QUERY_SOP_CLASSES_IN_STUDY,   /* (0008,0062) */
  IC_QUERY_REFERRING_PHYSICIAN,    /* (0008,0090) */
  IC_QUERY_STUDY_DESCRIPTION,      /* (0008,1030) */
  IC_QUERY_SERIES_DESCRIPTION,     /* (0008,103E) */
  IC_QUERY_PATIENT_NAME,           /* (0010,0010) */
  IC_QUERY_PATIENT_ID,             /* (0010,0020) */
  IC_QUERY_ISSUER_OF_PATIENT_ID,   /* (0010,0021) */
  IC_QUERY_PATIENT_BIRTH_DATE,     /* (0010,0030) */
  IC_QUERY_PATIENT_SEX,            /* (0010,0040) */
  IC_QUERY_BODY_PART_EXAMINED,     /* (0018,0015) */
  IC_QUERY_STUDY_INSTANCE_UID,     /* (0020,000D) */
  IC_QUERY_SERIES_INSTANCE_UID,    /* (0020,000E) */
  IC_QUERY_STUDY_ID,               /* (0020,0010) */
  IC_QUERY_SERIES_NUMBER,          /* (0020,0011) */
  IC_QUERY_INSTANCE_NUMBER,        /* (0020,0013) */
  IC_QUERY_PATIENT_STUDY_COUNT,    /* (0020,1200) */
  IC_QUERY_PATIENT_SERIES_COUNT,   /* (0020,1202) */
  IC_QUERY_PATIENT_INSTANCE_COUNT, /* (0020,1204) */
  IC_QUERY_STUDY_SERIES_COUNT,     /* (0020,1206) */
  IC_QUERY_STUDY_INSTANCE_COUNT,   /* (0020,1208) */
  IC_QUERY_SERIES_INSTANCE_COUNT,  /* (0020,1209) */
  IC_QUERY_NUMBER_OF_FRAMES,       /* (0028,0008) */
  IC_QUERY_ROWS,                   /* (0028,0010) */
  IC_QUERY_COLUMNS,                /* (0028,0011) */
  IC_N_QUERY_KEYS,
} IcQueryKey;

typedef struct
{
  guint32 tag;      /* group << 16 | element */
  const char *vr;   /* two letters */
  const char *name; /* in JSON and on the wire, e.g. patient_id */
  gboolean is_text; /* depends on the character set (PS3.5 6.1.2.2) */
} IcQueryKeyInfo;

const IcQueryKeyInfo *ic_query_key_get_info (IcQueryKey key);

/* FALSE when there is no key of that name. */
gboolean ic_query_key_from_name (const char *name, IcQueryKey *key);

typedef struct _IcQuery IcQuery;

/* A query that asks for all usual keys of @level without restricting any. The study root model is
 * used except at patient level, which only the patient root has.
 */
IcQuery *ic_query_new (IcLevel level);
void ic_query_free (IcQuery *self);

/* @value restricts the answers; "" asks for the value only, NULL does not ask for it at all. */
void ic_query_set (IcQuery *self, IcQueryKey key, const char *value);
void ic_query_set_patient_root (IcQuery *self, gboolean patient_root);

/* How values that are not ASCII are sent: a defined term of (0008,0005), "ISO_IR 192" until set. */
void ic_query_set_character_set (IcQuery *self, const char *character_set);

IcLevel ic_query_get_level (const IcQuery *self);
const char *ic_query_get_level_name (const IcQuery *self); /* for (0008,0052) */
gboolean ic_query_get_patient_root (const IcQuery *self);
const char *ic_query_get (const IcQuery *self, IcQueryKey key); /* NULL when not asked */
const char *ic_query_get_character_set (const IcQuery *self);

/* Whether a value is not ASCII, so that the character set must be named. */
gboolean ic_query_needs_character_set (const IcQuery *self);

/* Hierarchical queries name every unique key above their level (PS3.4 C.4.1.2.2.1), and for C-GET
 * (@for_retrieve) that of the level itself (C.4.3.2.2). Fails with IC_ERROR_USAGE otherwise, or
 * when a UID in it is none, or a value has control characters.
 */
gboolean ic_query_check (const IcQuery *self, gboolean for_retrieve, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcQuery, ic_query_free)

G_END_DECLS
