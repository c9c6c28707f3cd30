/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-fixture.h"

#include <string.h>

void
paper_fixture_add_series (IcTransfer *transfer, guint number, guint expected, guint verified)
{
  IcTransferSeries *series = ic_transfer_add_series (transfer);
  g_autofree char *text = g_strdup_printf ("%u", number);

  ic_transfer_set_text (&series->modality, "CT");
  ic_transfer_set_text (&series->number, text);
  ic_transfer_set_text (&series->description, "Thorax 1.5 mm");
  series->basis = IC_BASIS_UID_LIST;
  series->expected = expected;
  series->retrieved = series->written = series->verified = verified;
  series->missing = expected - verified;
  transfer->expected += expected;
  transfer->retrieved += verified;
  transfer->written += verified;
  transfer->verified += verified;
}

IcTransfer *
paper_fixture_new_transfer (void)
{
  IcTransfer *transfer = ic_transfer_new ();
  g_autoptr(IcPatient) patient = ic_patient_new ("4711", "", "DOE^Jane", "19610312", "F");

  transfer->id = 123;
  transfer->direction = IC_DIRECTION_OUT;
  transfer->route = IC_ROUTE_DISC;
  transfer->state = IC_TRANSFER_SUCCEEDED;
  transfer->basis = IC_BASIS_UID_LIST;
  transfer->read_back = IC_READ_BACK_MEDIUM;
  transfer->ended_at = 1771065000;
  ic_transfer_set_text (&transfer->recipient, "Dr Adams");
  ic_transfer_set_text (&transfer->reason, "Second opinion");
  ic_transfer_set_text (&transfer->source, "ARCHIVE");
  ic_transfer_set_text (&transfer->operator_name, "jsmith");
  ic_transfer_set_text (&transfer->log_head,
                        "42:3fa94b1c00000000000000000000000000000000000000000000000000000042");
  ic_transfer_set_patient (&transfer->patient, patient);
  paper_fixture_add_series (transfer, 2, 604, 604);
  paper_fixture_add_series (transfer, 3, 608, 608);
  return transfer;
}

char *
paper_fixture_ask (const char *const *argv)
{
  g_autoptr(GError) error = NULL;
  char *text = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return text;
}

void
paper_fixture_assert_says (const char *text, const char *what)
{
  if (strstr (text, what) == NULL)
    g_error ("\"%s\" does not stand in:\n%s", what, text);
}
