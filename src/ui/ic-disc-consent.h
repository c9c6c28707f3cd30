/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks before a disc is written whether a rewritable one that is not empty may be erased. What is
 * in the drive is looked at for it, because somebody may have changed it.
 */
#pragma once

#include "model/ic-workspace.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @agreed: go on. @may_erase: the disc that was in the drive just now. */
typedef void (*IcDiscConsentFunc) (gboolean agreed, gboolean may_erase, gpointer user_data);

/* @func is called once, at the latest when the window of @parent is closed. Whatever else is wrong
 * with the disc is no question: writing says so.
 */
void ic_disc_consent_ask (GtkWidget *parent,
                          IcWorkspace *workspace,
                          const char *address,
                          IcDiscConsentFunc func,
                          gpointer user_data);

/* As ic_workspace_retry(), after asking where @activity writes a disc. */
void ic_disc_consent_retry (GtkWidget *parent, IcWorkspace *workspace, IcActivity *activity);

G_END_DECLS
