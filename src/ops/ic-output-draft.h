/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file or folder that gets its name when it is finished: until then it stands beside it as
 * NAME.partial, so that whatever ends the program leaves nothing under the name that was asked for.
 * Belongs to the thread of a job.
 */
#pragma once

#include "store/ic-lock.h"

G_BEGIN_DECLS

typedef struct _IcOutputDraft IcOutputDraft;

/* The draft of @path, an empty file or folder; @lane is that of the output, borrowed for the life
 * of the draft, and remembers what was made. A draft that the last holder of the lane left behind
 * when it was killed goes first: *@replaced says so. IC_ERROR_REFUSED for one that is not provably
 * ours, IC_ERROR_WRITE_FAILED.
 */
IcOutputDraft *ic_output_draft_new_file (const char *path,
                                         IcLock *lane,
                                         gboolean *replaced,
                                         GError **error);
IcOutputDraft *ic_output_draft_new_folder (const char *path,
                                           IcLock *lane,
                                           gboolean *replaced,
                                           GError **error);

/* Removes it, unless it was published. The files of a folder must be gone by then. */
void ic_output_draft_free (IcOutputDraft *self);

/* Where it stands now. */
const char *ic_output_draft_get_path (IcOutputDraft *self);

/* Of a file, open for reading and writing; borrowed. -1 for a folder. */
int ic_output_draft_get_fd (IcOutputDraft *self);

/* Gives it its name and makes that durable; its bytes stay where they are. IC_ERROR_REFUSED when
 * something has that name by now, IC_ERROR_WRITE_FAILED when it is not what was made any more.
 */
gboolean ic_output_draft_publish (IcOutputDraft *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcOutputDraft, ic_output_draft_free)

G_END_DECLS
