/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-accept.h"
#include "dicom/shim/ic-shim-move.h"
#include "net-fixture.h"

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

/* A listening end: what it is to do, and what it was told. */
typedef struct
{
  int fd;
  guint16 port;
  IcAcceptLimits limits;
  IcAdmission admission;
  gboolean refuse; /* every instance */
  guint n_connections;

  GMutex mutex;
  GPtrArray *threads;
  GArray *ends; /* of IcAcceptEnd */
  char *into;   /* folder */
  int into_fd;
  GPtrArray *stored; /* of char *: SOP instances */
  guint n_places;
  guint n_unwritten;
  guint n_lost; /* places that came to nothing */
  guint originator_id;
  char *originator_aet;
  char *address;
} Door;

static IcAdmission
admit_cb (const IcPeer *peer, gpointer data)
{
  Door *door = data;

  g_mutex_lock (&door->mutex);
  g_free (door->address);
  door->address = g_strdup (peer->address);
  g_mutex_unlock (&door->mutex);
  return door->admission;
}

static gboolean
place_cb (const IcPeer *peer, const IcStoreRequest *request, IcStorePlace *place, gpointer data)
{
  Door *door = data;

  g_mutex_lock (&door->mutex);
  door->originator_id = request->originator_id;
  g_free (door->originator_aet);
  door->originator_aet = g_strdup (request->originator_aet);
  place->dir_fd = door->into_fd;
  place->token = door;
  g_snprintf (place->name, sizeof place->name, "t-%08u", door->n_places++);
  g_mutex_unlock (&door->mutex);
  return !door->refuse;
}

static void
receiving_cb (const IcStorePlace *place, gpointer data)
{
}

static void
stored_cb (const IcStorePlace *place,
           const IcGetInstance *instance,
           const GError *error,
           gpointer data)
{
  Door *door = data;

  g_mutex_lock (&door->mutex);
  if (error != NULL)
    {
      g_assert_error (error, IC_ERROR, IC_ERROR_WRITE_FAILED);
      door->n_unwritten++;
    }
  if (instance != NULL)
    g_ptr_array_add (door->stored, g_strdup (instance->sop_instance_uid));
  else
    door->n_lost++;
  g_mutex_unlock (&door->mutex);
}

static guint16
report_cb (const IcPeer *peer, const IcCommitmentReport *report, gpointer data)
{
  return IC_REPORT_UNKNOWN;
}

typedef struct
{
  Door *door;
  int fd;
} Guest;

static gpointer
serve_thread (gpointer data)
{
  g_autofree Guest *guest = data;
  Door *door = guest->door;
  const IcAcceptSink sink = { admit_cb, place_cb, receiving_cb, stored_cb, report_cb, door };
  IcAcceptEnd end = ic_accept_serve (guest->fd, &door->limits, &sink);

  g_mutex_lock (&door->mutex);
  g_array_append_val (door->ends, end);
  g_mutex_unlock (&door->mutex);
  return NULL;
}

static gpointer
accept_thread (gpointer data)
{
  Door *door = data;
  int fd = -1;

  while ((fd = accept4 (door->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
    {
      Guest *guest = g_new0 (Guest, 1);

      guest->door = door;
      guest->fd = fd;
      g_ptr_array_add (door->threads, g_thread_new ("guest", serve_thread, guest));
    }
  return NULL;
}

static GThread *accepting;

static Door *
open_door (void)
{
  const IcAcceptLimits limits = IC_ACCEPT_LIMITS_INIT;
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  Door *door = g_new0 (Door, 1);

  door->limits = limits;
  door->threads = g_ptr_array_new ();
  door->ends = g_array_new (FALSE, FALSE, sizeof (IcAcceptEnd));
  door->stored = g_ptr_array_new_with_free_func (g_free);
  door->into = g_dir_make_tmp ("net-XXXXXX", NULL);
  door->into_fd = open (door->into, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_mutex_init (&door->mutex);
  door->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (door->fd, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (door->fd, 16), ==, 0);
  g_assert_cmpint (getsockname (door->fd, (struct sockaddr *) &address, &size), ==, 0);
  door->port = ntohs (address.sin_port);
  accepting = g_thread_new ("door", accept_thread, door);
  return door;
}

/* Waits for all associations; returns how the last one ended. */
static IcAcceptEnd
close_door (Door *door)
{
  shutdown (door->fd, SHUT_RDWR);
  g_thread_join (accepting);
  for (guint i = 0; i < door->threads->len; i++)
    g_thread_join (door->threads->pdata[i]);
  g_ptr_array_set_size (door->threads, 0);
  close (door->fd);
  g_assert_cmpuint (door->ends->len, >, 0);
  return g_array_index (door->ends, IcAcceptEnd, door->ends->len - 1);
}

static void
door_free (Door *door)
{
  close (door->into_fd);
  net_remove_folder (door->into);
  g_ptr_array_unref (door->threads);
  g_ptr_array_unref (door->stored);
  g_array_unref (door->ends);
  g_free (door->originator_aet);
  g_free (door->address);
  g_mutex_clear (&door->mutex);
  g_free (door);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Door, door_free)

static void
test_echo_is_answered_and_release_ends_in_order (void)
{
  g_autoptr(Door) door = open_door ();
  g_autoptr(GError) error = NULL;
  IcAssociation *association = net_open (door->port, IC_VERIFICATION_UID, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (ic_association_echo (association, &error));
  g_assert_true (ic_association_echo (association, &error));
  g_assert_no_error (error);
  ic_association_release (association);
  g_assert_cmpint (close_door (door), ==, IC_ACCEPT_ENDED);
  g_assert_cmpstr (door->address, ==, "127.0.0.1");
}

static void
assert_rejected (IcAdmission admission, const char *reason)
{
  g_autoptr(Door) door = open_door ();
  g_autoptr(GError) error = NULL;

  door->admission = admission;
  g_assert_null (net_open (door->port, IC_VERIFICATION_UID, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NODE_REJECTED);
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_cmpint (close_door (door), ==, IC_ACCEPT_REFUSED);
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
  g_autoptr(Door) door = open_door ();
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
  g_assert_cmpint (close_door (door), ==, IC_ACCEPT_ENDED);
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

static int
connect_raw (Door *door)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (door->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

/* Waits until the other side hangs up. */
static void
await_end (int fd)
{
  char buffer[4096];

  while (recv (fd, buffer, sizeof buffer, 0) > 0)
    ;
  close (fd);
}

static IcAcceptEnd
say (Door *door, const void *bytes, gsize size)
{
  int fd = connect_raw (door);

  g_assert_cmpint (send (fd, bytes, size, MSG_NOSIGNAL), ==, size);
  await_end (fd);
  return close_door (door);
}

static void
test_what_is_no_association_request_is_hung_up_on (void)
{
  static const char web[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  static const guint8 data[] = { 0x04, 0, 0, 0, 0, 2, 0, 0 };
  static const guint8 endless[] = { 0x01, 0, 0xff, 0xff, 0xff, 0xff, 0, 1 };
  static const guint8 nonsense[] = { 0x01, 0, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff };
  g_autoptr(Door) first = open_door ();
  g_autoptr(Door) second = NULL;
  g_autoptr(Door) third = NULL;
  g_autoptr(Door) fourth = NULL;

  g_assert_cmpint (say (first, web, sizeof web - 1), ==, IC_ACCEPT_FOREIGN);
  second = open_door ();
  g_assert_cmpint (say (second, data, sizeof data), ==, IC_ACCEPT_FOREIGN);
  third = open_door ();
  g_assert_cmpint (say (third, endless, sizeof endless), ==, IC_ACCEPT_FOREIGN);
  fourth = open_door ();
  g_assert_cmpint (say (fourth, nonsense, sizeof nonsense), ==, IC_ACCEPT_FOREIGN);
}

/* Each byte comes in time, all of them do not. */
static void
test_request_that_dribbles_is_hung_up_on (void)
{
  static const guint8 head[] = { 0x01, 0, 0, 0, 0x7f, 0xff };
  g_autoptr(Door) door = open_door ();
  int fd = -1;

  door->limits.request_timeout_ms = 400;
  fd = connect_raw (door);
  g_assert_cmpint (send (fd, head, sizeof head, MSG_NOSIGNAL), ==, sizeof head);
  while (send (fd, "", 1, MSG_NOSIGNAL) == 1)
    g_usleep (50 * 1000);
  close (fd);
  g_assert_cmpint (close_door (door), ==, IC_ACCEPT_FOREIGN);
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
associate_raw (Door *door)
{
  g_autoptr(GByteArray) request = make_request ();
  guint8 head[RAW_HEAD] = { 0 };
  g_autofree guint8 *rest = NULL;
  int fd = connect_raw (door);
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
  g_autoptr(Door) door = open_door ();

  door->limits.idle_timeout_ms = 200;
  await_end (associate_raw (door));
  g_assert_cmpint (close_door (door), ==, IC_ACCEPT_BROKEN);
}

static void
assert_broken_by (gconstpointer bytes, gsize size)
{
  g_autoptr(Door) door = open_door ();
  int fd = associate_raw (door);

  g_assert_cmpint (send (fd, bytes, size, MSG_NOSIGNAL), ==, size);
  await_end (fd);
  g_assert_cmpint (close_door (door), ==, IC_ACCEPT_BROKEN);
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
move_to (Door *door, const char *option, const char *value, IcGetOutcome *outcome, GError **error)
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
  g_autoptr(Door) door = open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (move_to (door, NULL, NULL, &outcome, &error));
  g_assert_no_error (error);
  close_door (door);
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
  g_autoptr(Door) door = open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;

  door->refuse = TRUE;
  g_assert_true (move_to (door, NULL, NULL, &outcome, &error));
  close_door (door);
  g_assert_cmphex (outcome.status, ==, 0xb000);
  g_assert_cmpuint (outcome.progress.failed, ==, N_FILES);
  g_assert_cmpuint (net_count_files (door->into), ==, 0);
}

static void
test_instance_cut_off_leaves_no_file (void)
{
  g_autoptr(Door) door = open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (move_to (door, "--truncate", "3", &outcome, &error));
  close_door (door);
  g_assert_cmpuint (door->stored->len, ==, N_FILES - 1);
  g_assert_cmpuint (door->n_lost, ==, 1);
  g_assert_cmpuint (net_count_files (door->into), ==, N_FILES - 1);
}

static void
test_instance_that_cannot_be_written_leaves_no_file_and_the_peer_knows (void)
{
  g_autoptr(Door) door = open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;
  const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
  const struct rlimit small = { 100 * 1000, RLIM_INFINITY };

  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &small);
  g_assert_true (move_to (door, NULL, NULL, &outcome, &error));
  setrlimit (RLIMIT_FSIZE, &unlimited);
  close_door (door);
  g_assert_cmpuint (outcome.progress.failed, ==, N_FILES);
  g_assert_cmpuint (door->n_unwritten, ==, N_FILES);
  g_assert_cmpuint (door->stored->len, ==, 0);
  g_assert_cmpuint (net_count_files (door->into), ==, 0);
}

static void
test_an_association_for_each_instance_is_fine (void)
{
  g_autoptr(Door) door = open_door ();
  g_auto(IcGetOutcome) outcome = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (move_to (door, "--one-each", NULL, &outcome, &error));
  close_door (door);
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
