/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small picture of one series, made in the worker. Until there is one, and where there can be
 * none, it shows a symbol. Not for diagnosis.
 */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_THUMBNAIL (ic_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (IcThumbnail, ic_thumbnail, IC, THUMBNAIL, GtkWidget)

GtkWidget *ic_thumbnail_new (void);

/* @source: name of the node that has it; "" for what is here. Asks only while it can be seen. */
void ic_thumbnail_set_series (IcThumbnail *self,
                              IcWorkspace *workspace,
                              const char *study_uid,
                              const char *series_uid,
                              const char *source);
void ic_thumbnail_clear (IcThumbnail *self);

G_END_DECLS
