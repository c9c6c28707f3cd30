/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the log keeps: who asked for images (request), who is at the other end (recipient), and each
 * act that moved images (transfer) with its evidence, per series and per instance. Plain records:
 * one owner fills them, the store keeps them. Strings are UTF-8 and never NULL.
 */
#pragma once

#include "core/ic-texts.h"
#include "domain/ic-expectation.h"
#include "domain/ic-patient.h"

G_BEGIN_DECLS

typedef enum
{
  IC_TRANSFER_RUNNING,    /* begun, not ended: nothing is known yet */
  IC_TRANSFER_SUCCEEDED,  /* proved, image by image */
  IC_TRANSFER_INCOMPLETE, /* something is missing or extra */
  IC_TRANSFER_UNPROVEN,   /* the source gave no list to compare with */
  IC_TRANSFER_FAILED,
  IC_TRANSFER_CANCELLED,
  IC_TRANSFER_REFUSED, /* a safety rule said no */
} IcTransferState;

typedef enum
{
  IC_DIRECTION_OUT,
  IC_DIRECTION_IN,
} IcDirection;

typedef enum
{
  IC_URGENCY_ROUTINE,
  IC_URGENCY_URGENT,
  IC_URGENCY_EMERGENCY,
} IcUrgency;

typedef enum
{
  IC_ROUTE_DISC,
  IC_ROUTE_FOLDER,
  IC_ROUTE_USB, /* the top of a stick, where other things may stand too */
  IC_ROUTE_ISO,
  IC_ROUTE_ZIP,
  IC_ROUTE_NODE,
  IC_ROUTE_DICOMWEB,
  IC_ROUTE_SFTP,
  IC_ROUTE_FILM,
  IC_ROUTE_PAPER,
  IC_ROUTE_MANUAL, /* the act happened in another program */
} IcRoute;

/* How the bytes that were compared came back. */
typedef enum
{
  IC_READ_BACK_NONE,
  IC_READ_BACK_CACHE_DROPPED,
  IC_READ_BACK_MEDIUM,
  IC_READ_BACK_LISTED,    /* not the bytes: the node names the images among those it has */
  IC_READ_BACK_COMMITTED, /* not the bytes: the node has committed itself to keeping them */
} IcReadBack;

typedef enum
{
  IC_ITEM_MISSING,   /* expected, never arrived */
  IC_ITEM_EXTRA,     /* arrived, not expected */
  IC_ITEM_FAILED,    /* arrived or written, but wrong: the remark says how */
  IC_ITEM_RETRIEVED, /* in the store */
  IC_ITEM_WRITTEN,   /* on the medium, not read back */
  IC_ITEM_VERIFIED,  /* read back, and the same */
} IcItemState;

/* Somebody or some place in the address book. */
typedef struct
{
  gint64 id;          /* 0 before it is kept */
  char *name;         /* unique */
  char *organisation; /* "" when unknown */
  char *contact;      /* address, telephone; "" when unknown */
} IcRecipient;

typedef struct
{
  gint64 id; /* 0 before it is kept */
  IcDirection direction;
  gint64 recipient; /* id of the other end */
  char *requested_by;
  char *reason;
  IcUrgency urgency;
  IcPatient *patient;
  gint64 opened_at; /* seconds since 1970, UTC */
  gint64 due_at;    /* 0 when there is no date */
} IcRequest;

/* One instance of a manifest. There may be 200,000 of them, so that their texts are those of the
 * transfer, which it may share with the proof.
 */
typedef struct
{
  const char *sop_instance_uid;
  const char *study_uid;
  const char *series_uid;
  const char *file_id; /* on the medium, components joined by "/"; "" when not written */
  guint volume;        /* which of several media that is, from 1; 0 where there is only one */
  const char *sha256;  /* "" when it never arrived */
  guint64 size_bytes;
  IcItemState state;
  const char *remark; /* without patient data, "" when all is well */
} IcTransferInstance;

/* The proof of one series: expected = retrieved = written = verified. */
typedef struct
{
  char *study_uid;
  char *series_uid;
  char *modality;
  char *number;
  char *description;
  IcBasis basis;
  guint expected;
  guint retrieved;
  guint written;
  guint verified;
  guint missing;
  guint extra;
} IcTransferSeries;

typedef struct
{
  gint64 id; /* its number without letters, 0 before it is kept */
  gint64 request;
  IcDirection direction;
  IcRoute route;
  IcTransferState state;
  IcBasis basis;
  IcReadBack read_back;
  IcUrgency urgency;
  char *operator_name;
  char *recipient; /* its name, as it was then */
  char *reason;
  char *legal_basis; /* the lawful ground for it, as the operator put it; "" when not said */
  char *source;      /* node or kind of medium the images came from, without patient data */
  char *output;      /* where they went: path, drive, node; "" when they came in */
  char *remark;      /* why it ended as it did, without patient data */
  IcPatient *patient;
  gint64 started_at; /* seconds since 1970, UTC */
  gint64 ended_at;   /* 0 while it runs */
  guint expected;
  guint retrieved;
  guint written;
  guint verified;
  guint offered;     /* by the source, where a selection of it went; the log has it in the remark */
  char *log_head;    /* "N:HASH" of the audit chain after it ended, "" before */
  GPtrArray *series; /* of IcTransferSeries */
  GPtrArray *instances; /* of IcTransferInstance */
  IcTexts *texts;       /* of the instances, or NULL as long as they have none */
} IcTransfer;

/* Records with every string "", every array empty and the patient without identity. */
IcRecipient *ic_recipient_new (const char *name);
void ic_recipient_free (IcRecipient *self);
IcRequest *ic_request_new (void);
void ic_request_free (IcRequest *self);
IcTransfer *ic_transfer_new (void);
void ic_transfer_free (IcTransfer *self);

/* Appends an empty record, owned by @self, for the caller to fill: that of a series with
 * ic_transfer_set_text(), that of an instance with what ic_transfer_keep_text() returns.
 */
IcTransferSeries *ic_transfer_add_series (IcTransfer *self);
IcTransferInstance *ic_transfer_add_instance (IcTransfer *self);

/* Replaces one string of a record; NULL counts as "". */
void ic_transfer_set_text (char **field, const char *text);

/* What stands for @text in the instances; NULL counts as "". */
const char *ic_transfer_keep_text (IcTransfer *self, const char *text);

/* From here on the instances have their texts in common with whoever else has @texts. */
void ic_transfer_share_texts (IcTransfer *self, IcTexts *texts);
void ic_transfer_set_patient (IcPatient **field, IcPatient *patient);

/* How people name a transfer: "IC000123". Free with g_free(). */
char *ic_transfer_dup_number (gint64 id);

/* The id of "IC000123", "ic123" or "123"; 0 when @number is none of these. */
gint64 ic_transfer_id_from_number (const char *number);

/* The words of the log and of --json. The way back gives FALSE for a word that is none. */
const char *ic_transfer_state_to_string (IcTransferState state);
gboolean ic_transfer_state_from_string (const char *text, IcTransferState *state);
const char *ic_direction_to_string (IcDirection direction);
gboolean ic_direction_from_string (const char *text, IcDirection *direction);
const char *ic_urgency_to_string (IcUrgency urgency);
gboolean ic_urgency_from_string (const char *text, IcUrgency *urgency);
const char *ic_route_to_string (IcRoute route);
gboolean ic_route_from_string (const char *text, IcRoute *route);
const char *ic_read_back_to_string (IcReadBack read_back);
gboolean ic_read_back_from_string (const char *text, IcReadBack *read_back);
const char *ic_item_state_to_string (IcItemState state);
gboolean ic_item_state_from_string (const char *text, IcItemState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcRecipient, ic_recipient_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcRequest, ic_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcTransfer, ic_transfer_free)

G_END_DECLS
