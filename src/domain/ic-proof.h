/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The promise, as arithmetic: what the source has = what was retrieved = what was written = what
 * was read back, image by image. Events of a transfer go in, a verdict with every missing and every
 * extra image comes out. Pure; used from one thread.
 */
#pragma once

#include "domain/ic-expectation.h"
#include "domain/ic-selection.h"
#include "domain/ic-transfer.h"

G_BEGIN_DECLS

typedef struct _IcProof IcProof;

/* How far the images of this transfer are meant to go. */
typedef enum
{
  IC_PROOF_RETRIEVED, /* into the store */
  IC_PROOF_VERIFIED,  /* onto a medium or to a node, and read back or found there */
  IC_PROOF_ACCEPTED,  /* to a node that cannot say what it has: unproven at best */
} IcProofScope;

IcProof *ic_proof_new (void);

/* With its texts in @texts, for whoever has the same ones anyway. */
IcProof *ic_proof_new_sharing (IcTexts *texts);
IcTexts *ic_proof_get_texts (IcProof *self);
void ic_proof_free (IcProof *self);

/* The two readings of the source, one call per study. A reading that contradicts itself (its
 * remark, where it has a list) is a fault. Without a second reading (an expectation kept from
 * earlier) the first one stands for both.
 */
void ic_proof_expect_before (IcProof *self, IcExpectation *expectation);
void ic_proof_expect_after (IcProof *self, IcExpectation *expectation);

/* An instance is in the store, as its own header says (not as the node announced it). A second call
 * for the same instance is a duplicate, and shows as extra.
 */
void ic_proof_add_retrieved (IcProof *self,
                             const char *study_uid,
                             const char *series_uid,
                             const char *sop_instance_uid,
                             const char *sha256,
                             guint64 size_bytes);

/* What is wrong with the bytes of an instance as they came, e.g. that they are cut off; NULL or ""
 * when nothing is. It may be so at the source and goes the same way as the others, but never passes
 * for proved. @flaw carries no patient data.
 */
void ic_proof_set_flaw (IcProof *self,
                        const char *series_uid,
                        const char *sop_instance_uid,
                        const char *flaw);

/* Something arrived that was not kept: a second copy, or what nobody asked for. It is extra. */
void ic_proof_add_stray (IcProof *self,
                         const char *study_uid,
                         const char *series_uid,
                         const char *sop_instance_uid,
                         const char *remark);

/* Whether it has been told of this instance by ic_proof_add_retrieved(). */
gboolean ic_proof_has_retrieved (IcProof *self,
                                 const char *series_uid,
                                 const char *sop_instance_uid);

/* The same, with the bytes of @sha256. */
gboolean ic_proof_has_retrieved_as (IcProof *self,
                                    const char *series_uid,
                                    const char *sop_instance_uid,
                                    const char *sha256);

/* How many different instances of a study it has been told of. */
guint ic_proof_count_retrieved (IcProof *self, const char *study_uid);

/* Describes a series that the expectation does not know. */
void ic_proof_describe_series (IcProof *self,
                               const char *study_uid,
                               const char *series_uid,
                               const char *modality,
                               const char *number,
                               const char *description);

/* An instance goes out in another transfer syntax than it came in: from here on its bytes are
 * these. @how ("converted from … to …") is its remark when nothing is wrong with it.
 */
void ic_proof_set_converted (IcProof *self,
                             const char *series_uid,
                             const char *sop_instance_uid,
                             const char *sha256,
                             guint64 size_bytes,
                             const char *how);

/* An instance got a place on the medium. Written twice is once too often. */
void ic_proof_add_written (IcProof *self,
                           const char *series_uid,
                           const char *sop_instance_uid,
                           const char *file_id);

/* What the log of an earlier time has of an instance: it was retrieved, and written to where it
 * says.
 */
void ic_proof_add_logged (IcProof *self, const IcTransferInstance *instance);

/* Whether something was written to @file_id of the present medium; and how many have a place there.
 */
gboolean ic_proof_has_written (IcProof *self, const char *file_id);
guint ic_proof_count_written (IcProof *self);

/* Begins a list of the names on the present medium; and whether @file_id is a place there that the
 * list has not named yet.
 */
void ic_proof_begin_names (IcProof *self);
gboolean ic_proof_add_name (IcProof *self, const char *file_id);

/* The DICOMDIR of the present medium names this instance there. FALSE when it should not, or does
 * so again.
 */
gboolean ic_proof_add_reference (IcProof *self, const char *file_id, const char *sop_instance_uid);

/* Tells @func of each file of the present medium that did not come up when it was read back, and
 * returns how many are referenced by no DICOMDIR.
 */
typedef void (*IcProofFileFunc) (const char *file_id, gpointer user_data);
guint ic_proof_check_medium (IcProof *self, IcProofFileFunc not_found, gpointer user_data);

/* A file was read back from the medium. One that nobody planned, or whose digest is not that of the
 * instance written there, or that could not be read (""), proves nothing.
 */
void ic_proof_add_read_back (IcProof *self, const char *file_id, const char *sha256);

/* A node answered that it took this instance, or why it did not get or take it; a remark has no
 * patient data.
 */
void ic_proof_add_accepted (IcProof *self, const char *series_uid, const char *sop_instance_uid);
void ic_proof_set_refused (IcProof *self,
                           const char *series_uid,
                           const char *sop_instance_uid,
                           const char *remark);

/* The node that took it says that it has it. Nothing that it did not take counts, so that what it
 * had before proves nothing.
 */
void ic_proof_add_confirmed (IcProof *self, const char *series_uid, const char *sop_instance_uid);

/* Something went wrong that no instance shows (a tree of names that differs, a DICOMDIR that does
 * not fit): makes the transfer incomplete. @remark carries no patient data.
 */
void ic_proof_add_fault (IcProof *self, const char *remark);

/* Something that whoever reads the log should know, and that takes nothing from the proof. */
void ic_proof_add_note (IcProof *self, const char *note);

/* From here on a medium is written that has to hold everything; what was written and read back
 * before was another copy. One that was not good stays a fault.
 */
void ic_proof_begin_copy (IcProof *self);

/* From here on medium number @volume of several is written, each of which has File IDs of its own;
 * together they have to hold everything once.
 */
void ic_proof_begin_volume (IcProof *self, guint volume);

/* Whether all that was written to the present copy was read back, and nothing else was wrong. */
gboolean ic_proof_is_copy_good (IcProof *self);

/* Only these images are meant to go: the others are neither expected nor missing, and the remark
 * says how many there are of how many. What is selected and nowhere to be found is a fault.
 */
void ic_proof_select (IcProof *self, IcSelection *selection);

/* Who wants to know whenever the proof has been told something. */
typedef void (*IcProofFunc) (IcProof *self, gpointer user_data);
void ic_proof_set_observer (IcProof *self, IcProofFunc func, gpointer user_data);

/* How far one series has come, while the transfer runs. The texts are the proof's. */
typedef struct
{
  const char *series_uid;
  const char *modality;
  const char *number;
  const char *description;
  guint expected;
  guint retrieved;
  guint written;
  guint verified;
} IcProofTally;

/* Of IcProofTally for every series of which something is meant to go. */
GArray *ic_proof_count_series (IcProof *self);

/* Fills counts, series, instances, basis, remark and state of @transfer. */
void ic_proof_judge (IcProof *self, IcProofScope scope, IcTransfer *transfer);

/* The same, but of the instances only those that are missing, extra or failed. */
void ic_proof_judge_briefly (IcProof *self, IcProofScope scope, IcTransfer *transfer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcProof, ic_proof_free)

G_END_DECLS
