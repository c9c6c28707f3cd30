/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which images of chosen studies are to go out: whole series, single images, or both. What it does
 * not name stays at home. Immutable, reference counted, usable from every thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _IcSelection IcSelection;

/* Both NULL-terminated; NULL for none. */
IcSelection *ic_selection_new (const char *const *series_uids,
                               const char *const *sop_instance_uids);
IcSelection *ic_selection_ref (IcSelection *self);
void ic_selection_unref (IcSelection *self);

/* The whole series, whatever comes to be in it. */
gboolean ic_selection_has_series (IcSelection *self, const char *series_uid);

/* The image, by itself or with its series. */
gboolean ic_selection_has (IcSelection *self, const char *series_uid, const char *sop_instance_uid);

/* How many series and single images it names. */
guint ic_selection_count (IcSelection *self);

/* What it names, sorted, to be kept; free with g_strfreev(). */
char **ic_selection_dup_series (IcSelection *self);
char **ic_selection_dup_instances (IcSelection *self);

/* By itself, not with its series. */
gboolean ic_selection_names (IcSelection *self, const char *sop_instance_uid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSelection, ic_selection_unref)

G_END_DECLS
