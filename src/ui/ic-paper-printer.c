/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-paper-printer.h"

#include "store/ic-audit-list.h"
#include "store/ic-request-repo.h"
#include "store/ic-setting-repo.h"
#include "store/ic-transfer-repo.h"
#include "ui/ic-dialogs.h"
#include "words/ic-error-words.h"

#include <glib/gi18n.h>

/* One paper on its way from the log to a printer or a file. */
typedef struct
{
  GtkWidget *parent;
  gint64 id;
  IcPaperKind kind;
  gboolean is_printed;
  IcTransfer *transfer;
  IcRecipient *recipient; /* or NULL */
  guint n_discs;          /* 0 unless the log has several */
  char *institution;
  char *contact;
  char *path;
  IcPaper *paper;
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_clear_object (&self->parent);
  g_clear_pointer (&self->transfer, ic_transfer_free);
  g_clear_pointer (&self->recipient, ic_recipient_free);
  g_clear_pointer (&self->paper, ic_paper_free);
  g_free (self->institution);
  g_free (self->contact);
  g_free (self->path);
  g_free (self);
}

/* The images only know of the discs that were made. */
static gboolean
read_discs (IcReadTx *tx, Order *self, GError **error)
{
  g_autoptr(GPtrArray) events = ic_audit_list_for_transfer (tx, self->id, error);

  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      guint number = 0;

      ic_audit_entry_get_disc (events->pdata[i], &number, &self->n_discs);
    }
  return events != NULL;
}

/* Someone who is in no address book has no address: that is no failure. */
static gboolean
read_order (IcReadTx *tx, gpointer data, GError **error)
{
  Order *self = data;

  self->transfer = ic_transfer_repo_find (tx, self->id, error);
  if (self->transfer == NULL || !read_discs (tx, self, error))
    return FALSE;
  self->recipient = ic_recipient_repo_find (tx, self->transfer->recipient, NULL);
  self->institution = ic_setting_repo_dup (tx, "institution", "", error);
  if (self->institution == NULL)
    return FALSE;
  self->contact = ic_setting_repo_dup (tx, "contact", "", error);
  return self->contact != NULL;
}

static void
tell_failure (GtkWidget *parent, const GError *error)
{
  g_autofree char *sentence = ic_error_words_dup_sentence (error, NULL);

  ic_dialogs_tell (parent, _ ("The paper cannot be made"), sentence);
}

static void
draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, IcPaper *paper)
{
  ic_paper_draw (paper, (guint) page, gtk_print_context_get_cairo_context (context));
}

static GtkPageSetup *
new_page_setup (IcPaper *paper)
{
  GtkPageSetup *setup = gtk_page_setup_new ();
  GtkPaperSize *size =
      gtk_paper_size_new_custom ("imaging-courier", "Imaging Courier", ic_paper_get_width (paper),
                                 ic_paper_get_height (paper), GTK_UNIT_POINTS);

  gtk_page_setup_set_paper_size (setup, size);
  gtk_page_setup_set_top_margin (setup, 0, GTK_UNIT_POINTS);
  gtk_page_setup_set_bottom_margin (setup, 0, GTK_UNIT_POINTS);
  gtk_page_setup_set_left_margin (setup, 0, GTK_UNIT_POINTS);
  gtk_page_setup_set_right_margin (setup, 0, GTK_UNIT_POINTS);
  gtk_paper_size_free (size);
  return setup;
}

static void
free_paper_cb (gpointer paper, GClosure *closure)
{
  ic_paper_free (paper);
}

GtkPrintOperation *
ic_paper_printer_new_operation (IcPaper *paper, const char *name)
{
  GtkPrintOperation *operation = gtk_print_operation_new ();
  g_autoptr(GtkPageSetup) setup = new_page_setup (paper);

  gtk_print_operation_set_n_pages (operation, (int) ic_paper_count_pages (paper));
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_job_name (operation, name);
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (draw_page_cb), paper, free_paper_cb,
                         0);
  return operation;
}

static void
print_paper (Order *self)
{
  g_autofree char *name = ic_paper_dup_file_name (self->kind, self->transfer);
  g_autoptr(GtkPrintOperation) operation =
                 ic_paper_printer_new_operation (g_steal_pointer (&self->paper), name);
  g_autoptr(GError) error = NULL;

  gtk_print_operation_set_allow_async (operation, TRUE);
  if (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                               GTK_WINDOW (gtk_widget_get_root (self->parent)),
                               &error) == GTK_PRINT_OPERATION_RESULT_ERROR)
    ic_dialogs_tell (self->parent, _ ("It cannot be printed"), error->message);
  order_free (self);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Order *self = data;
  GError *error = NULL;

  if (ic_paper_write_pdf (self->paper, self->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GtkWidget) parent = user_data;
  g_autoptr(GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    tell_failure (parent, error);
}

static void
file_chosen_cb (GFile *file, gpointer user_data)
{
  Order *self = user_data;
  g_autoptr(GTask) task = NULL;

  if (file == NULL)
    {
      order_free (self);
      return;
    }
  self->path = g_file_get_path (file);
  task = g_task_new (NULL, NULL, written_cb, g_object_ref (self->parent));
  g_task_set_task_data (task, self, order_free);
  g_task_run_in_thread (task, write_in_thread);
}

static void
make_paper (Order *self)
{
  const IcPaperFacts facts = {
    .transfer = self->transfer,
    .institution = self->institution,
    .contact = self->contact,
    .organisation = self->recipient != NULL ? self->recipient->organisation : "",
    .address = self->recipient != NULL ? self->recipient->contact : "",
    .n_discs = self->n_discs,
  };

  self->paper = ic_paper_new (self->kind, &facts);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GtkWidget) parent = user_data;
  g_autoptr(GError) error = NULL;
  Order *self = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);
  g_autofree char *name = NULL;

  if (self == NULL)
    {
      tell_failure (parent, error);
      return;
    }
  make_paper (self);
  if (self->is_printed)
    {
      print_paper (self);
      return;
    }
  name = ic_paper_dup_file_name (self->kind, self->transfer);
  ic_dialogs_save_file (parent, _ ("Save as PDF"), name, file_chosen_cb, self);
}

static void
begin (GtkWidget *parent,
       IcWorkspace *workspace,
       gint64 transfer,
       IcPaperKind kind,
       gboolean is_printed)
{
  Order *order = g_new0 (Order, 1);

  order->parent = g_object_ref (parent);
  order->id = transfer;
  order->kind = kind;
  order->is_printed = is_printed;
  ic_workspace_read_async (workspace, read_order, order, order_free, NULL, read_cb,
                           g_object_ref (parent));
}

void
ic_paper_printer_print (GtkWidget *parent,
                        IcWorkspace *workspace,
                        gint64 transfer,
                        IcPaperKind kind)
{
  begin (parent, workspace, transfer, kind, TRUE);
}

void
ic_paper_printer_save (GtkWidget *parent, IcWorkspace *workspace, gint64 transfer, IcPaperKind kind)
{
  begin (parent, workspace, transfer, kind, FALSE);
}

GMenuModel *
ic_paper_printer_new_menu (void)
{
  g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource (IC_UI_PATH "paper-menu.ui");

  return g_object_ref (G_MENU_MODEL (gtk_builder_get_object (builder, "papers")));
}
