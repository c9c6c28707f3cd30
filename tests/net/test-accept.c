/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-move.h"
#include "net-door.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_FILES 4
#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define IMPLICIT_LE "1.2.840.10008.1.2"
#define BIG_ENDIAN_VR "1.2.840.10008.1.2.2"
#define JPEG_LOSSLESS "1.2.840.10008.1.2.4.70"
#define HTJ2K "1.2.840.10008.1.2.4.201"
#define MESSAGE_ID 4711
#define RAW_HEAD 6

static char *folder;

static void
test_echo_is_answered_and_release_ends_in_order (void)
{
  g_autoptr(NetDoor) door = net_open_door ();
  g_autoptr(GError) error = NULL;
  IcAssociation *association = net_open (door->port, IC_VERIFICATION_UID, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (ic_association_echo (association, &error));
  g_assert_true (ic_association_echo (association, &error));
  g_assert_no_error (error);
  ic_association_release (association);
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_ENDED);
  g_assert_cmpstr (door->address, ==, "127.0.0.1");
}

static void
assert_rejected (IcAdmission admission, const char *reason)
{
  g_autoptr(NetDoor) door = net_open_door ();
  g_autoptr(GError) error = NULL;

  door->admission = admission;
  g_assert_null (net_open (door->port, IC_VERIFICATION_UID, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NODE_REJECTED);
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_REFUSED);
}

static void
test_who_is_turned_away_is_told_why (void)
{
  assert_rejected (IC_ADMISSION_CALLED_AET, "called AE title not recognised");
  assert_rejected (IC_ADMISSION_CALLING_AET, "calling AE title not recognised");
  assert_rejected (IC_ADMISSION_ADDRESS, "calling AE title not recognised");
  assert_rejected (IC_ADMISSION_FULL, "too many associations");
}

static void
test_any_class_and_syntax_is_taken_for_storage (void)
{
  const char *const high[] = { HTJ2K, NULL };
  const char *const own[] = { "1.2.826.0.1.3680043.10.9999.8", NULL };
  const char *const native[] = { IMPLICIT_LE, NULL };
  const IcPresentationContext contexts[] = {
    { NET_CT_UID, high, FALSE },
    { "1.2.826.0.1.3680043.10.9999.9", own, FALSE },
    { "1.2.840.10008.5.1.4.1.2.2.1", native, FALSE },
  };
  g_autoptr(NetDoor) door = net_open_door ();
  IcAssociationParameters parameters = net_parameters (door->port, contexts);
  g_autoptr(GError) error = NULL;
  IcAssociation *association = NULL;

  parameters.n_contexts = G_N_ELEMENTS (contexts);
  association = ic_association_open (&parameters, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ic_association_accepts (association, contexts[0].abstract_syntax));
  g_assert_true (ic_association_accepts (association, contexts[1].abstract_syntax));
  g_assert_false (ic_association_accepts (association, contexts[2].abstract_syntax));
  ic_association_release (association);
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_ENDED);
}

static void
assert_choice (const char *class_uid, const char *offered, const char *chosen)
{
  g_auto(GStrv) syntaxes = g_strsplit (offered, " ", -1);

  g_assert_cmpstr (ic_accept_choose_syntax (class_uid, (const char *const *) syntaxes), ==, chosen);
}

static void
test_syntax_that_keeps_most_is_chosen (void)
{
  assert_choice (NET_CT_UID, IMPLICIT_LE " " BIG_ENDIAN_VR " " EXPLICIT_LE, EXPLICIT_LE);
  assert_choice (NET_CT_UID, BIG_ENDIAN_VR " " IMPLICIT_LE, IMPLICIT_LE);
  assert_choice (NET_CT_UID, BIG_ENDIAN_VR, BIG_ENDIAN_VR);
  assert_choice (NET_CT_UID, JPEG_LOSSLESS " " EXPLICIT_LE, JPEG_LOSSLESS);
  assert_choice (NET_CT_UID, EXPLICIT_LE " " JPEG_LOSSLESS, EXPLICIT_LE);
  assert_choice (IC_VERIFICATION_UID, JPEG_LOSSLESS, NULL);
  assert_choice (IC_COMMITMENT_UID, IMPLICIT_LE, IMPLICIT_LE);
  assert_choice (IC_COMMITMENT_UID, JPEG_LOSSLESS, NULL);
  assert_choice ("1.2.840.10008.5.1.4.31", IMPLICIT_LE, NULL);
}

/* Raw peers */

static IcAcceptEnd
say (NetDoor *door, const void *bytes, gsize size)
{
  int fd = net_connect_raw (door);

  g_assert_cmpint (send (fd, bytes, size, MSG_NOSIGNAL), ==, size);
  net_await_end (fd);
  return net_close_door (door);
}

static void
test_what_is_no_association_request_is_hung_up_on (void)
{
  static const char web[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  static const guint8 data[] = { 0x04, 0, 0, 0, 0, 2, 0, 0 };
  static const guint8 endless[] = { 0x01, 0, 0xff, 0xff, 0xff, 0xff, 0, 1 };
  static const guint8 nonsense[] = { 0x01, 0, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff };
  g_autoptr(NetDoor) first = net_open_door ();
  g_autoptr(NetDoor) second = NULL;
  g_autoptr(NetDoor) third = NULL;
  g_autoptr(NetDoor) fourth = NULL;

  g_assert_cmpint (say (first, web, sizeof web - 1), ==, IC_ACCEPT_FOREIGN);
  second = net_open_door ();
  g_assert_cmpint (say (second, data, sizeof data), ==, IC_ACCEPT_FOREIGN);
  third = net_open_door ();
  g_assert_cmpint (say (third, endless, sizeof endless), ==, IC_ACCEPT_FOREIGN);
  fourth = net_open_door ();
  g_assert_cmpint (say (fourth, nonsense, sizeof nonsense), ==, IC_ACCEPT_FOREIGN);
}

/* Each byte comes in time, all of them do not. */
static void
test_request_that_dribbles_is_hung_up_on (void)
{
  static const guint8 head[] = { 0x01, 0, 0, 0, 0x7f, 0xff };
  g_autoptr(NetDoor) door = net_open_door ();
  int fd = -1;

  door->limits.request_timeout_ms = 400;
  fd = net_connect_raw (door);
  g_assert_cmpint (send (fd, head, sizeof head, MSG_NOSIGNAL), ==, sizeof head);
  while (send (fd, "", 1, MSG_NOSIGNAL) == 1)
    g_usleep (50 * 1000);
  close (fd);
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_FOREIGN);
}

static void
add_item (GByteArray *bytes, guint8 type, gconstpointer value, gsize size)
{
  const guint8 head[] = { type, 0, (guint8) (size >> 8), (guint8) size };

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, value, size);
}

static void
add_text_item (GByteArray *bytes, guint8 type, const char *text)
{
  add_item (bytes, type, text, strlen (text));
}

/* An association request for Verification (PS3.8 9.3.2). */
static GByteArray *
make_request (void)
{
  static const guint8 context_head[] = { 1, 0, 0, 0 };
  static const guint8 max_length[] = { 0x51, 0, 0, 4, 0, 0, 0x40, 0 };
  g_autoptr(GByteArray) context = g_byte_array_new ();
  GByteArray *pdu = g_byte_array_new ();

  g_byte_array_append (pdu, (const guint8 *) "\1\0\0\0\0\0\0\1\0\0", 10);
  g_byte_array_append (pdu, (const guint8 *) "RUDE            COURIER         ", 32);
  g_byte_array_set_size (pdu, pdu->len + 32);
  memset (pdu->data + pdu->len - 32, 0, 32);
  add_text_item (pdu, 0x10, "1.2.840.10008.3.1.1.1");
  g_byte_array_append (context, context_head, sizeof context_head);
  add_text_item (context, 0x30, IC_VERIFICATION_UID);
  add_text_item (context, 0x40, IMPLICIT_LE);
  add_item (pdu, 0x20, context->data, context->len);
  add_item (pdu, 0x50, max_length, sizeof max_length);
  pdu->data[4] = (guint8) ((pdu->len - RAW_HEAD) >> 8);
  pdu->data[5] = (guint8) (pdu->len - RAW_HEAD);
  return pdu;
}

/* A raw peer whose association has been accepted. */
static int
associate_raw (NetDoor *door)
{
  g_autoptr(GByteArray) request = make_request ();
  guint8 head[RAW_HEAD] = { 0 };
  g_autofree guint8 *rest = NULL;
  int fd = net_connect_raw (door);
  gsize size = 0;

  g_assert_cmpint (send (fd, request->data, request->len, MSG_NOSIGNAL), ==, request->len);
  g_assert_cmpint (recv (fd, head, sizeof head, MSG_WAITALL), ==, sizeof head);
  g_assert_cmpint (head[0], ==, 0x02);
  size = (gsize) head[4] << 8 | head[5];
  rest = g_malloc (size);
  g_assert_cmpint (recv (fd, rest, size, MSG_WAITALL), ==, size);
  return fd;
}

static void
test_peer_that_falls_silent_is_hung_up_on (void)
{
  g_autoptr(NetDoor) door = net_open_door ();

  door->limits.idle_timeout_ms = 200;
  net_await_end (associate_raw (door));
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_BROKEN);
}

static void
assert_broken_by (gconstpointer bytes, gsize size)
{
  g_autoptr(NetDoor) door = net_open_door ();
  int fd = associate_raw (door);

  g_assert_cmpint (send (fd, bytes, size, MSG_NOSIGNAL), ==, size);
  net_await_end (fd);
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_BROKEN);
}

static void
test_pdus_that_make_no_sense_end_the_association (void)
{
  static const guint8 huge[] = { 0x04, 0, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 4, 1, 3 };
  static const guint8 unknown[] = { 0x77, 0, 0, 0, 0, 2, 0, 0 };
  static const guint8 empty[] = { 0x04, 0, 0, 0, 0, 0 };
  static const guint8 other_context[] = { 0x04, 0, 0, 0, 0, 7, 0, 0, 0, 3, 9, 3, 0 };
  static const guint8 data_first[] = { 0x04, 0, 0, 0, 0, 7, 0, 0, 0, 3, 1, 2, 0 };

  assert_broken_by (huge, sizeof huge);
  assert_broken_by (unknown, sizeof unknown);
  assert_broken_by (empty, sizeof empty);
  assert_broken_by (other_context, sizeof other_context);
  assert_broken_by (data_first, sizeof data_first);
}

/* C-MOVE to the door */

static gboolean
move_to (NetDoor *door,
         const char *option,
         const char *value,
         IcGetOutcome *outcome,
         GError **error)
{
  g_autofree char *destination = g_strdup_printf ("--destination=COURIER=%u", door->port);
  g_autoptr(NetServer) server = net_start_rude (folder, destination, option, value, NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(IcAssociation) association = NULL;
  const IcMoveOrder order = { "COURIER", MESSAGE_ID, NULL, NULL };
  IcPresentationContext context = { ic_move_get_sop_class (query),
                                    ic_presentation_native_syntaxes (), FALSE };
  IcAssociationParameters parameters = net_parameters (server->port, &context);

  parameters.dimse_timeout_ms = 20000;
  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, NET_STUDY_UID);
  association = ic_association_open (&parameters, NULL, error);
  return association != NULL && ic_association_move (association, query, &order, outcome, error);
}

static void
test_moved_instances_say_what_they_belong_to (void)
{
  g_autoptr(NetDoor) door = net_open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (move_to (door, NULL, NULL, &outcome, &error));
  g_assert_no_error (error);
  net_close_door (door);
  g_assert_cmphex (outcome.status, ==, 0);
  g_assert_cmpuint (outcome.progress.completed, ==, N_FILES);
  g_assert_cmpuint (door->stored->len, ==, N_FILES);
  g_assert_cmpuint (net_count_files (door->into), ==, N_FILES);
  g_assert_cmpuint (door->originator_id, ==, MESSAGE_ID);
  g_assert_cmpstr (door->originator_aet, ==, "COURIER");
}

static void
test_refused_instances_leave_nothing_and_the_peer_knows (void)
{
  g_autoptr(NetDoor) door = net_open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;

  door->refuse = TRUE;
  g_assert_true (move_to (door, NULL, NULL, &outcome, &error));
  net_close_door (door);
  g_assert_cmphex (outcome.status, ==, 0xb000);
  g_assert_cmpuint (outcome.progress.failed, ==, N_FILES);
  g_assert_cmpuint (net_count_files (door->into), ==, 0);
}

static void
test_instance_cut_off_leaves_no_file (void)
{
  g_autoptr(NetDoor) door = net_open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (move_to (door, "--truncate", "3", &outcome, &error));
  net_close_door (door);
  g_assert_cmpuint (door->stored->len, ==, N_FILES - 1);
  g_assert_cmpuint (door->n_lost, ==, 1);
  g_assert_cmpuint (net_count_files (door->into), ==, N_FILES - 1);
}

static void
test_instance_that_cannot_be_written_leaves_no_file_and_the_peer_knows (void)
{
  g_autoptr(NetDoor) door = net_open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;
  const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
  const struct rlimit small = { 100 * 1000, RLIM_INFINITY };

  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &small);
  g_assert_true (move_to (door, NULL, NULL, &outcome, &error));
  setrlimit (RLIMIT_FSIZE, &unlimited);
  net_close_door (door);
  g_assert_cmpuint (outcome.progress.failed, ==, N_FILES);
  g_assert_cmpuint (door->n_unwritten, ==, N_FILES);
  g_assert_cmpuint (door->stored->len, ==, 0);
  g_assert_cmpuint (net_count_files (door->into), ==, 0);
}

static void
test_an_association_for_each_instance_is_fine (void)
{
  g_autoptr(NetDoor) door = net_open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (move_to (door, "--one-each", NULL, &outcome, &error));
  net_close_door (door);
  g_assert_cmpuint (door->stored->len, ==, N_FILES);
  g_assert_cmpuint (door->ends->len, >=, N_FILES);
}

static void
test_unknown_destination_is_a_failure_of_the_node (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--destination=OTHER=1", NULL);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcAssociation) association =
                 net_open (server->port, ic_move_get_sop_class (query), NULL, &error);
  const IcMoveOrder order = { "COURIER", MESSAGE_ID, NULL, NULL };
  const IcMoveOrder nobody = { "", MESSAGE_ID, NULL, NULL };
  g_auto(IcGetOutcome) outcome = { 0 };
  g_auto(IcGetOutcome) none = { 0 };

  g_assert_no_error (error);
  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, NET_STUDY_UID);
  g_assert_false (ic_association_move (association, query, &nobody, &none, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_false (ic_association_move (association, query, &order, &outcome, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NODE_FAILED);
  g_assert_nonnull (strstr (error->message, "0xa801: move destination unknown"));
  g_assert_true (ic_association_is_usable (association));
}

int
main (int argc, char **argv)
{
  int result;

  net_init (&argc, &argv);
  folder = net_make_files (N_FILES, EXPLICIT_LE);
  g_test_add_func ("/accept/echo", test_echo_is_answered_and_release_ends_in_order);
  g_test_add_func ("/accept/rejected", test_who_is_turned_away_is_told_why);
  g_test_add_func ("/accept/any", test_any_class_and_syntax_is_taken_for_storage);
  g_test_add_func ("/accept/syntax", test_syntax_that_keeps_most_is_chosen);
  g_test_add_func ("/accept/foreign", test_what_is_no_association_request_is_hung_up_on);
  g_test_add_func ("/accept/dribble", test_request_that_dribbles_is_hung_up_on);
  g_test_add_func ("/accept/silent", test_peer_that_falls_silent_is_hung_up_on);
  g_test_add_func ("/accept/nonsense", test_pdus_that_make_no_sense_end_the_association);
  g_test_add_func ("/accept/move", test_moved_instances_say_what_they_belong_to);
  g_test_add_func ("/accept/refused", test_refused_instances_leave_nothing_and_the_peer_knows);
  g_test_add_func ("/accept/cut-off", test_instance_cut_off_leaves_no_file);
  g_test_add_func ("/accept/write-error",
                   test_instance_that_cannot_be_written_leaves_no_file_and_the_peer_knows);
  g_test_add_func ("/accept/one-each", test_an_association_for_each_instance_is_fine);
  g_test_add_func ("/accept/destination", test_unknown_destination_is_a_failure_of_the_node);
  result = g_test_run ();
  net_remove_folder (folder);
  return result;
}
