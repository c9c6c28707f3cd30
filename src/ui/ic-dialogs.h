/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every dialog and file chooser goes through here, because the toolkit changes them every few
 * years. None blocks; each answers through a callback, once.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* @agreed: whether the person chose the action. */
typedef void (*IcDialogsAskFunc) (gboolean agreed, gpointer user_data);

/* @file: NULL when nothing was chosen; borrowed. */
typedef void (*IcDialogsFileFunc) (GFile *file, gpointer user_data);

typedef struct
{
  const char *heading;
  const char *body;
  const char *cancel; /* what the harmless button says; NULL: "Cancel" */
  const char *action; /* what the other one says */
  gboolean is_destructive;
} IcDialogsQuestion;

/* The harmless answer is the default. @user_data must live until the callback. */
void ic_dialogs_ask (GtkWidget *parent,
                     const IcDialogsQuestion *question,
                     IcDialogsAskFunc func,
                     gpointer user_data);

/* Says something that has to be read. */
void ic_dialogs_tell (GtkWidget *parent, const char *heading, const char *body);

/* The keys. Made when they are asked for and gone when closed, unlike the window that GTK would
 * keep for this: while a window of the application is hidden, a screen reader that asks for one
 * which has just been closed ends the application (GTK 4.8).
 */
void ic_dialogs_show_shortcuts (GtkWidget *parent);

/* @name: what it is called unless told otherwise. */
void ic_dialogs_save_file (GtkWidget *parent,
                           const char *title,
                           const char *name,
                           IcDialogsFileFunc func,
                           gpointer user_data);

void ic_dialogs_choose_file (GtkWidget *parent,
                             const char *title,
                             IcDialogsFileFunc func,
                             gpointer user_data);

void ic_dialogs_choose_folder (GtkWidget *parent,
                               const char *title,
                               IcDialogsFileFunc func,
                               gpointer user_data);

G_END_DECLS
