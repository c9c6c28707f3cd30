/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of widgets that have a template. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For dispose of a class whose parent is GtkWidget itself: takes apart what the template of @type
 * built. Such a widget has no parent class that lets go of its children, and
 * gtk_widget_dispose_template() of 4.8 does it for those alone that are bound by name.
 */
void ic_template_dispose (GtkWidget *widget, GType type);

G_END_DECLS
