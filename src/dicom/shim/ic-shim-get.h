/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C-GET (PS3.4 C.4.3): instances arrive on the association that asks for them and go to files as
 * they came, byte for byte; nothing of a data set is parsed. What arrived is whatever was reported:
 * the numbers of the peer are kept beside it and never believed.
 */
#pragma once

#include "dicom/shim/ic-shim-association.h"
#include "domain/ic-query.h"

G_BEGIN_DECLS

/* One complete file in the folder. @name, @size_bytes, @sha256 and @checksum are our own; the rest
 * is what the peer said, checked for its form only.
 */
typedef struct
{
  const char *name; /* of the file, chosen by us */
  const char *sop_class_uid;
  const char *sop_instance_uid; /* of the C-STORE-RQ; the data set may name another */
  const char *transfer_syntax_uid;
  guint64 size_bytes;   /* of the whole file */
  const char *sha256;   /* of the whole file, hexadecimal */
  const char *checksum; /* XXH3-128 of the whole file, hexadecimal */
} IcGetInstance;

/* How many sub-operations the peer says there are (PS3.7 9.1.3.1). */
typedef struct
{
  gboolean known; /* it said so at all */
  guint remaining;
  guint completed;
  guint failed;
  guint warning;
} IcGetProgress;

typedef struct
{
  guint16 status; /* the final one, 0xffff when there was none */
  IcGetProgress progress;
  char **failed_uids; /* (0008,0058), NULL-terminated, only valid UIDs; may be empty */
  guint received;     /* complete files */
  guint refused;      /* C-STORE-RQ that we answered with a failure: bad UIDs, wrong class */
  guint64 size_bytes; /* of all complete files */
} IcGetOutcome;

typedef struct
{
  int dir_fd;              /* files are created below it with openat() */
  const char *name_prefix; /* files are called @name_prefix and a number of eight digits */
  guint first_number;
  /* Both called in the thread of ic_association_get(), both may be NULL. */
  void (*instance) (const IcGetInstance *instance, gpointer user_data);
  void (*progress) (const IcGetProgress *progress, gpointer user_data);
  /* Bytes of a data set are arriving: at most every 100 ms, may be NULL. */
  void (*receiving) (gpointer user_data);
  gpointer user_data;
} IcGetSink;

/* The SOP class that serves @query, to be proposed with the native syntaxes beside the storage
 * contexts of ic_presentation_plan_get(). Static.
 */
const char *ic_get_get_sop_class (const IcQuery *query);

/* Retrieves what the unique keys of @query name. TRUE when the peer ended with success or a
 * warning. FALSE with the errors of ic_association_open(), IC_ERROR_NODE_FAILED with the status,
 * NO_SPACE or WRITE_FAILED (the peer was told to stop), BAD_DATA, USAGE or G_IO_ERROR_CANCELLED.
 * In every case @outcome is filled, what was reported stays, and no incomplete file is left. Free
 * the outcome with ic_get_outcome_clear().
 */
gboolean ic_association_get (IcAssociation *self,
                             const IcQuery *query,
                             const IcGetSink *sink,
                             IcGetOutcome *outcome,
                             GError **error);

void ic_get_outcome_clear (IcGetOutcome *outcome);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IcGetOutcome, ic_get_outcome_clear)

G_END_DECLS
