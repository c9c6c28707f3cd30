/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes arriving files into the store: has their headers read by the parse workers, then commits
 * groups of up to 64 files or a quarter of a second: contents on disk first, then names, then one
 * transaction. Only what came through that counts as retrieved, and is told to the proof. Belongs
 * to the thread of a job and works in its default main context.
 */
#pragma once

#include "dicom/ic-net-client.h"
#include "domain/ic-proof.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

/* What the fault of images says that are here already under another study, series or patient. */
#define IC_INTAKE_HERE_OTHERWISE "another study, series or patient has the same image"

typedef struct _IcIntake IcIntake;

/* @source_name: of the node. @study_uids: NULL-terminated, the studies that were asked for;
 * anything else that arrives is extra and not kept. @transfer brings them.
 */
IcIntake *ic_intake_new (IcDesk *desk,
                         const char *source_name,
                         const char *const *study_uids,
                         gint64 transfer,
                         IcProof *proof,
                         IcProgress *progress,
                         GCancellable *cancellable,
                         GError **error);
void ic_intake_free (IcIntake *self);

/* How many there will be, for the progress. */
void ic_intake_set_expected (IcIntake *self, guint expected);

/* The folder into which arriving files are written; borrowed. */
int ic_intake_get_folder_fd (IcIntake *self);

/* From now on the node is asked for what it may have sent already: what comes again is let go
 * without a word. Before, it is extra.
 */
void ic_intake_expect_repeats (IcIntake *self);

/* How many files have come through into the store so far. */
guint ic_intake_count (IcIntake *self);

/* How many of them had other bytes than those that were here before, which are gone now. */
guint ic_intake_count_replaced (IcIntake *self);

/* A file is complete in the folder. The work on it goes on while the main context iterates. */
gboolean ic_intake_add (IcIntake *self, const IcNetFile *file, GError **error);

/* Waits until everything that arrived is in the store or has been turned down; more may follow. */
gboolean ic_intake_settle (IcIntake *self, GError **error);

/* The same, and tells the proof what was turned down. */
gboolean ic_intake_finish (IcIntake *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcIntake, ic_intake_free)

G_END_DECLS
