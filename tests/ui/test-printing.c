/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers through GtkPrintOperation, into a file instead of a printer: pages of the size they are
 * meant to have, and all that stands on them. Needs no display; pdfinfo and pdftotext, which are
 * not ours, read the result.
 */
#include "paper-fixture.h"
#include "ui/ic-paper-printer.h"

#include <glib/gstdio.h>

typedef struct
{
  IcPaperKind kind;
  const char *name;
  const char *size; /* as pdfinfo says */
} Kind;

static const Kind kinds[] = {
  { IC_PAPER_PROOF, "proof", "595.276 x 841.89 pts" },
  { IC_PAPER_LABEL, "label", "340.157 x 340.157 pts" },
  { IC_PAPER_INSERT, "insert", "342.992 x 340.157 pts" },
  { IC_PAPER_LETTER, "letter", "595.276 x 841.89 pts" },
};

static void
test_paper_is_printed_on_pages_of_its_size (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr(IcTransfer) transfer = paper_fixture_new_transfer ();
  const IcPaperFacts facts = { .transfer = transfer, .institution = "St Elsewhere" };
  g_autoptr(GtkPrintOperation) operation =
                 ic_paper_printer_new_operation (ic_paper_new (kind->kind, &facts), kind->name);
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("print-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "printed.pdf", NULL);
  g_autofree char *about = NULL;
  g_autofree char *text = NULL;

  gtk_print_operation_set_export_filename (operation, path);
  g_assert_cmpint (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_EXPORT, NULL,
                                            &error),
                   ==, GTK_PRINT_OPERATION_RESULT_APPLY);
  g_assert_no_error (error);
  about = paper_fixture_ask ((const char *const[]){ "pdfinfo", path, NULL });
  text = paper_fixture_ask ((const char *const[]){ "pdftotext", path, "-", NULL });
  g_unlink (path);
  g_rmdir (folder);
  paper_fixture_assert_says (about, kind->size);
  paper_fixture_assert_says (text, "DOE, Jane");
  paper_fixture_assert_says (text, "IC000123");
  paper_fixture_assert_says (text, "Not for diagnosis");
}

int
main (int argc, char **argv)
{
  g_autofree char *reader = g_find_program_in_path ("pdftotext");

  g_test_init (&argc, &argv, NULL);
  if (reader == NULL)
    {
      g_print ("1..0 # SKIP pdftotext is not installed\n");
      return 0;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/printing/", kinds[i].name, NULL);

      g_test_add_data_func (path, &kinds[i], test_paper_is_printed_on_pages_of_its_size);
    }
  return g_test_run ();
}
