/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is collected for the next transfer: studies of one patient, and the images marked as key
 * images in them. A second patient is refused as soon as it is offered. Belongs to the main thread.
 */
#pragma once

#include "domain/ic-patient.h"
#include "model/ic-draft-item.h"

G_BEGIN_DECLS

#define IC_TYPE_TRANSFER_DRAFT (ic_transfer_draft_get_type ())
G_DECLARE_FINAL_TYPE (IcTransferDraft, ic_transfer_draft, IC, TRANSFER_DRAFT, GObject)

/* Property "patient" (pointer to IcPatient, notified). Signal "changed": anything in it did. */
IcTransferDraft *ic_transfer_draft_new (void);

/* NULL while the draft is empty. Borrowed. */
IcPatient *ic_transfer_draft_get_patient (IcTransferDraft *self);

/* Does nothing when the study is in it already. Fails with IC_ERROR_REFUSED and a sentence for
 * people when @patient cannot be shown to be the one whose studies are in it.
 */
gboolean ic_transfer_draft_add_study (IcTransferDraft *self,
                                      IcPatient *patient,
                                      const IcDraftStudy *study,
                                      GError **error);

/* Its key images go with it; with the last study goes the patient. */
void ic_transfer_draft_remove_study (IcTransferDraft *self, const char *study_uid);

gboolean ic_transfer_draft_has_study (IcTransferDraft *self, const char *study_uid);

/* Of IcDraftItem, in the order in which they were added. */
GListModel *ic_transfer_draft_get_studies (IcTransferDraft *self);

void ic_transfer_draft_clear (IcTransferDraft *self);

/* Images may be marked before their study is chosen; only those of chosen studies are counted. */
void ic_transfer_draft_set_key_image (IcTransferDraft *self,
                                      const char *study_uid,
                                      const char *series_uid,
                                      const char *sop_instance_uid,
                                      gboolean is_key);
gboolean ic_transfer_draft_is_key_image (IcTransferDraft *self, const char *sop_instance_uid);
guint ic_transfer_draft_count_key_images (IcTransferDraft *self);

/* The SOP Instance UIDs of the key images of chosen studies; NULL-terminated, free with
 * g_strfreev().
 */
char **ic_transfer_draft_dup_key_images (IcTransferDraft *self);

/* What was answered so far about the transfer ("recipient", "reason", …); "" when nothing was. */
const char *ic_transfer_draft_get_answer (IcTransferDraft *self, const char *question);
void ic_transfer_draft_set_answer (IcTransferDraft *self, const char *question, const char *answer);

/* All of it as text, to be kept in the data directory and nowhere else; free with g_free(). */
char *ic_transfer_draft_dup_text (IcTransferDraft *self);

/* Replaces what is in it; IC_ERROR_BAD_DATA, and then it is empty. */
gboolean ic_transfer_draft_load_text (IcTransferDraft *self, const char *text, GError **error);

G_END_DECLS
