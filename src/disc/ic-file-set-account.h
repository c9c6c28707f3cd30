/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a file-set is all that the source has, in the words of README.TXT and INDEX.HTM: for the
 * whole of it and for each series. Good news and bad come from here alike. Pure; only the pages use
 * it.
 */
#pragma once

#include "domain/ic-study.h"
#include "domain/ic-transfer.h"

G_BEGIN_DECLS

typedef struct _IcFileSetAccount IcFileSetAccount;

/* @judgement: by ic_proof_judge() with IC_PROOF_RETRIEVED, or NULL when there is none; borrowed, as
 * @studies (of IcStudy) and @volumes (NULL, or all media as IcFileSetInfo has them) are.
 */
IcFileSetAccount *ic_file_set_account_new (IcTransfer *judgement,
                                           GPtrArray *studies,
                                           GPtrArray *volumes);
void ic_file_set_account_free (IcFileSetAccount *self);

/* Succeeded: every image that the source listed is here, and nothing else. Unproven also where
 * there is no judgement.
 */
IcTransferState ic_file_set_account_get_state (IcFileSetAccount *self);

/* How many images of the whole are missing, came without being listed, or came damaged: what the
 * headline says. 0 without judgement.
 */
typedef struct
{
  guint missing;
  guint extra;
  guint damaged;
} IcFileSetFaults;

IcFileSetFaults ic_file_set_account_get_faults (IcFileSetAccount *self);

/* "Not complete: 2 of 36 images are missing." NULL without judgement; free with g_free(). */
char *ic_file_set_account_dup_headline (IcFileSetAccount *self);

/* "34 of 36", or how many there are when the source gave no number; and what is wrong with them:
 * "2 images are missing", "" when nothing is. Free both with g_free().
 */
char *ic_file_set_account_dup_count (IcFileSetAccount *self, const IcSeries *series);
char *ic_file_set_account_dup_fault (IcFileSetAccount *self, const IcSeries *series);

/* Of IcTransferSeries: what the source has and of which nothing is here; and their two texts. */
GPtrArray *ic_file_set_account_get_absent (IcFileSetAccount *self);
char *ic_file_set_account_dup_absent_count (const IcTransferSeries *series);
char *ic_file_set_account_dup_absent_fault (const IcTransferSeries *series);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcFileSetAccount, ic_file_set_account_free)

G_END_DECLS
