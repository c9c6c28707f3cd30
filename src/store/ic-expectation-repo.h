/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sources said that studies consist of. The latest reading of each study and source is kept
 * for the day when the source cannot be asked; those taken for a transfer are kept with it for
 * ever.
 */
#pragma once

#include "domain/ic-expectation.h"
#include "store/ic-tx.h"

G_BEGIN_DECLS

/* Keeps @expectation, for transfer @transfer or, with 0, in the place of the latest reading of the
 * same study and source that belongs to no transfer.
 */
gboolean ic_expectation_repo_put (IcWriteTx *tx,
                                  IcExpectation *expectation,
                                  gint64 transfer,
                                  GError **error);

/* The latest of all readings of @study_uid; of @source only, where it is not NULL. Fails with
 * IC_ERROR_NOT_FOUND.
 */
IcExpectation *ic_expectation_repo_find_latest (IcReadTx *tx,
                                                const char *study_uid,
                                                const char *source,
                                                GError **error);

/* The same, with the UIDs of its instances in @texts; NULL for texts of its own. */
IcExpectation *ic_expectation_repo_find_latest_sharing (IcReadTx *tx,
                                                        IcTexts *texts,
                                                        const char *study_uid,
                                                        const char *source,
                                                        GError **error);

/* All readings for a transfer, in order, as GPtrArray of IcExpectation. */
GPtrArray *ic_expectation_repo_list (IcReadTx *tx, gint64 transfer, GError **error);

G_END_DECLS
