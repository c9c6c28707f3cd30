/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts an invented study and two transfers into the data directory named on the command line. */
#include "ops/ic-desk.h"
#include "store/ic-expectation-repo.h"
#include "store/ic-instance-repo.h"
#include "store/ic-request-repo.h"
#include "store/ic-transfer-repo.h"
#include "tests/store/fixture.h"

static const char sha256[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static gboolean
add_instances (IcWriteTx *tx, gpointer data, GError **error)
{
  static const Invented invented[] = {
    { .sop = "1.2.3.1.1", .series = "1.2.3.1", .study = "1.2.3", .patient_name = "Müller^Jörg" },
    { .sop = "1.2.3.1.2", .series = "1.2.3.1", .study = "1.2.3", .patient_name = "Müller^Jörg" },
    { .sop = "1.2.4.1.1", .series = "1.2.4.1", .study = "1.2.4", .patient_id = "P2" },
  };
  IcDesk *desk = data;
  IcReservation reservation = { 0 };
  IcNewInstance items[G_N_ELEMENTS (invented)];
  g_autoptr(GPtrArray) headers = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_header_unref);
  g_autoptr(GPtrArray) results = NULL;

  if (!ic_instance_repo_reserve (tx, ic_desk_get_session (desk), G_N_ELEMENTS (invented),
                                 &reservation, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (invented); i++)
    {
      g_ptr_array_add (headers, fixture_make_header (&invented[i]));
      items[i] = (IcNewInstance){
        reservation.first + i, headers->pdata[i], sha256, 100, "PACS", 1767225600
      };
    }
  results =
      ic_instance_repo_commit (tx, &reservation, items, G_N_ELEMENTS (invented), "operator", error);
  return results != NULL;
}

static IcTransfer *
new_transfer (void)
{
  IcTransfer *transfer = ic_transfer_new ();
  g_autoptr(IcPatient) patient = ic_patient_new ("P1", NULL, "Müller^Jörg", "19700102", "M");
  IcTransferSeries *series = ic_transfer_add_series (transfer);
  IcTransferInstance *instance = ic_transfer_add_instance (transfer);

  transfer->route = IC_ROUTE_ISO;
  transfer->basis = IC_BASIS_UID_LIST;
  transfer->started_at = 1767225600; /* 1 January 2026, 00:00 UTC */
  transfer->ended_at = 1767225660;
  transfer->expected = 2;
  transfer->retrieved = transfer->written = transfer->verified = 1;
  ic_transfer_set_text (&transfer->operator_name, "operator");
  ic_transfer_set_text (&transfer->recipient, "St. Elsewhere");
  ic_transfer_set_patient (&transfer->patient, patient);
  ic_transfer_set_text (&series->study_uid, "1.2.3");
  ic_transfer_set_text (&series->series_uid, "1.2.3.1");
  instance->sop_instance_uid = "1.2.3.1.2";
  instance->study_uid = "1.2.3";
  instance->series_uid = "1.2.3.1";
  instance->state = IC_ITEM_MISSING;
  return transfer;
}

static gboolean
add_reading (IcWriteTx *tx, gint64 transfer, const char *const *uids, GError **error)
{
  g_autoptr(IcExpectation) reading = ic_expectation_new ("1.2.3", "PACS", 1767225600);
  IcExpectedSeries *series = ic_expectation_add_series (reading, "1.2.3.1");

  reading->basis = IC_BASIS_UID_LIST;
  for (; uids[series->count] != NULL; series->count++)
    ic_expected_series_add (series, uids[series->count]);
  return ic_expectation_repo_put (tx, reading, transfer, error);
}

/* The source gets two images and loses one while they are fetched. */
static gboolean
add_readings (IcWriteTx *tx, gint64 transfer, GError **error)
{
  static const char *const before[] = { "1.2.3.1.1", "1.2.3.1.2", NULL };
  static const char *const after[] = { "1.2.3.1.4", "1.2.3.1.2", "1.2.3.1.3", NULL };

  return add_reading (tx, transfer, before, error) && add_reading (tx, transfer, after, error);
}

static gboolean
add_transfer (IcWriteTx *tx, IcDesk *desk, IcTransferState state, GError **error)
{
  g_autoptr(IcTransfer) transfer = new_transfer ();
  g_autoptr(IcRequest) request = ic_request_new ();
  g_autoptr(IcRecipient) recipient = ic_recipient_new ("St. Elsewhere");

  request->opened_at = transfer->started_at;
  if (!ic_recipient_repo_ensure (tx, recipient, error))
    return FALSE;
  request->recipient = recipient->id;
  if (!ic_request_repo_open (tx, request, "operator", error))
    return FALSE;
  transfer->request = request->id;
  if (!ic_transfer_repo_begin (tx, transfer, ic_desk_get_session (desk), error))
    return FALSE;
  if (state == IC_TRANSFER_INCOMPLETE && !add_readings (tx, transfer->id, error))
    return FALSE;
  transfer->state = state;
  return ic_transfer_repo_end (tx, transfer, error);
}

static gboolean
add_transfers (IcWriteTx *tx, gpointer data, GError **error)
{
  return add_transfer (tx, data, IC_TRANSFER_INCOMPLETE, error) &&
         add_transfer (tx, data, IC_TRANSFER_FAILED, error);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcDesk) desk = NULL;

  g_assert (argc == 2);
  desk = ic_desk_open (argv[1], &error);
  g_assert_no_error (error);
  ic_store_write (ic_desk_get_store (desk), add_instances, desk, &error);
  g_assert_no_error (error);
  ic_store_write (ic_desk_get_store (desk), add_transfers, desk, &error);
  g_assert_no_error (error);
  return 0;
}
