/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the data directory knows about a transfer that is being prepared: the series that are here,
 * what the sources said last, what went to the same recipient before, who is in the address book.
 * Read in one transaction on another thread, then only looked at.
 */
#pragma once

#include "domain/ic-viewer-image.h"
#include "store/ic-store.h"

G_BEGIN_DECLS

typedef struct
{
  char *series_uid;
  char *modality;
  char *number;
  char *description;
  guint n_here;
  guint n_expected; /* 0: nobody ever said */
  guint64 size_bytes;
  guint64 viewer_bytes[IC_VIEWER_N_QUALITIES]; /* its share of a viewer on the medium, estimated */
} IcFactSeries;

typedef struct
{
  char *study_uid;
  GPtrArray *series; /* of IcFactSeries: here, or announced */
  guint n_here;
  guint n_expected;
  gboolean has_list;   /* the source named every image once */
  gint64 listed_at;    /* when */
  GPtrArray *patients; /* of IcPatient: everyone the images here name */
} IcFactStudy;

typedef struct
{
  char **study_uids;
  char *recipient;
  char *prefix;
  char *output;          /* a path; "" for none */
  GPtrArray *studies;    /* of IcFactStudy, as study_uids */
  GPtrArray *repeats;    /* of IcTransfer */
  GPtrArray *recipients; /* of IcRecipient that fit the prefix */
  guint64 room_bytes;    /* free where @output is to stand; 0: not known */
  guint64 program_bytes; /* of the viewer on a medium; 0: there is none */
} IcTransferFacts;

/* Takes @study_uids. */
IcTransferFacts *ic_transfer_facts_new (char **study_uids,
                                        const char *recipient,
                                        const char *prefix,
                                        const char *output);
void ic_transfer_facts_free (gpointer facts);

/* An IcReadFunc: fills what was asked for. */
gboolean ic_transfer_facts_read (IcReadTx *tx, gpointer facts, GError **error);

/* NULL when there is none. */
const IcFactStudy *ic_transfer_facts_find (const IcTransferFacts *self, const char *study_uid);
const IcFactSeries *ic_transfer_facts_find_series (const IcTransferFacts *self,
                                                   const char *study_uid,
                                                   const char *series_uid);

G_END_DECLS
