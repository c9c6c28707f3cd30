/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window: header, sidebar and the pages. It tells in toasts what was finished, and on the
 * desktop when it is not in front.
 */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_WINDOW (ic_window_get_type ())
G_DECLARE_FINAL_TYPE (IcWindow, ic_window, IC, WINDOW, AdwApplicationWindow)

typedef void (*IcWindowOfferFunc) (gpointer data);

/* Empty until there is a workspace, how far the log is that has to be changed first (0 to 1), or a
 * sentence that says why there is none.
 */
IcWindow *ic_window_new (GtkApplication *application);
void ic_window_set_workspace (IcWindow *self, IcWorkspace *workspace);
void ic_window_show_update (IcWindow *self, double fraction);
void ic_window_show_failure (IcWindow *self, const char *sentence);

/* NULL before it was set. Borrowed. */
IcWorkspace *ic_window_get_workspace (IcWindow *self);

/* The window that @widget stands in, also from one of its dialogs and further windows; NULL when it
 * stands in none. Borrowed.
 */
IcWindow *ic_window_find (GtkWidget *widget);

/* A line that goes away by itself. */
void ic_window_tell (IcWindow *self, const char *text);

/* The same with a button that calls @func. @data_free is called in the end in any case. */
void ic_window_offer (IcWindow *self,
                      const char *text,
                      const char *button,
                      IcWindowOfferFunc func,
                      gpointer data,
                      GDestroyNotify data_free);

/* Brings a page to the front: "studies", "queue", … */
void ic_window_show_page (IcWindow *self, const char *name);

G_END_DECLS
