/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the papers of a transfer, and keeps them as PDF where the person wants them. The texts of
 * the institution and of the recipient are read first, without holding up the window.
 */
#pragma once

#include "model/ic-workspace.h"
#include "paper/ic-paper.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for a printer. @transfer is looked up in the log again. */
void ic_paper_printer_print (GtkWidget *parent,
                             IcWorkspace *workspace,
                             gint64 transfer,
                             IcPaperKind kind);

/* Asks where to. */
void ic_paper_printer_save (GtkWidget *parent,
                            IcWorkspace *workspace,
                            gint64 transfer,
                            IcPaperKind kind);

/* Prints @paper, which it takes, on pages of its size; @name: of the job. */
GtkPrintOperation *ic_paper_printer_new_operation (IcPaper *paper, const char *name);

/* Of all papers, by the actions "paper.print" and "paper.save" with the kind as parameter. */
GMenuModel *ic_paper_printer_new_menu (void);

G_END_DECLS
