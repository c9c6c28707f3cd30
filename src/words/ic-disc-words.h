/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people are told about discs and drives: sentences that say what is wrong with a disc and
 * which one to put in instead.
 */
#pragma once

#include "disc/ic-drive.h"
#include "domain/ic-transfer.h"
#include "domain/ic-viewer-image.h"

G_BEGIN_DECLS

/* Why the disc in @drive does not take @needed_bytes (0: not known yet) and what to do; NULL for
 * one that does. Free with g_free().
 */
char *ic_disc_words_dup_sentence (const IcDrive *drive,
                                  IcDiscFitness fitness,
                                  guint64 needed_bytes);

/* What became of a disc that was begun in vain; @failure is NULL for one that reads back
 * differently. Free with g_free().
 */
char *ic_disc_words_dup_spoilt (const IcDrive *drive,
                                const IcTransfer *transfer,
                                const GError *failure);

/* That some of several media were not made. Free with g_free(). */
char *ic_disc_words_dup_unfinished (const IcTransfer *transfer, const GError *failure);

/* That there is too little room with the viewer, and what else there is to choose. Free with
 * g_free().
 */
char *ic_disc_words_dup_viewer_too_large (const IcViewerSizes *sizes);

/* That the disc in the drive cannot be verified, for @failure. Free with g_free(). */
char *ic_disc_words_dup_unreadable (const char *address, const GError *failure);

/* That it cannot be had, and who has it: @mount_point, or NULL for some program. */
char *ic_disc_words_dup_busy (const char *address, const char *mount_point);

/* What a disc holds: our own number, for anything else may name somebody. */
char *ic_disc_words_dup_holding (const IcDrive *drive);

/* What is in the drive: "Empty", "Blank DVD-R, 4.7 GB", "CD-RW with IC000012_1, 51 MB". Free with
 * g_free().
 */
char *ic_disc_words_dup_content (const IcDrive *drive);

/* "8x, 4x"; "" when the drive does not say. */
char *ic_disc_words_dup_speeds (const IcDrive *drive);

G_END_DECLS
