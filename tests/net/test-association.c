/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "net-fixture.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define HASTE_MS 1000

static char *folder;

static gpointer
cancel_thread (gpointer cancellable)
{
  g_usleep (200 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_echo_is_answered (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcAssociation) association =
                 net_open (server->port, IC_VERIFICATION_UID, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (ic_association_echo (association, &error));
  g_assert_no_error (error);
  g_assert_true (ic_association_is_usable (association));
  ic_association_release (g_steal_pointer (&association));
}

static void
assert_rejected (const char *option, const char *reason)
{
  g_autoptr(NetServer) server = net_start_rude (folder, option, NULL);
  g_autofree char *node = g_strdup_printf ("RUDE@127.0.0.1:%u", server->port);
  g_autoptr(GError) error = NULL;

  g_assert_null (net_open (server->port, IC_VERIFICATION_UID, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NODE_REJECTED);
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_nonnull (strstr (error->message, node));
}

static void
test_rejection_names_its_reason_and_the_node (void)
{
  assert_rejected ("--reject=called", "called AE title not recognised");
  assert_rejected ("--reject=calling", "calling AE title not recognised");
  assert_rejected ("--reject=limit", "too many associations");
}

static void
test_nobody_listening_is_unreachable (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (net_open (net_free_port (), IC_VERIFICATION_UID, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NODE_UNREACHABLE);
}

static void
test_host_name_is_not_resolved (void)
{
  IcPresentationContext context = { IC_VERIFICATION_UID, ic_presentation_native_syntaxes (),
                                    FALSE };
  IcAssociationParameters parameters = net_parameters (104, &context);
  g_autoptr(GError) error = NULL;

  parameters.address = "localhost";
  g_assert_null (ic_association_open (&parameters, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED);
}

/* Waits for one thing only as long as that is going to take. */
static IcAssociation *
open_waiting (guint16 port, guint connect_ms, guint acse_ms, guint dimse_ms, GError **error)
{
  IcPresentationContext context = { IC_VERIFICATION_UID, ic_presentation_native_syntaxes (),
                                    FALSE };
  IcAssociationParameters parameters = net_parameters (port, &context);

  parameters.connect_timeout_ms = connect_ms;
  parameters.acse_timeout_ms = acse_ms;
  parameters.dimse_timeout_ms = dimse_ms;
  return ic_association_open (&parameters, NULL, error);
}

static void
test_silent_peer_times_out (void)
{
  g_autoptr(NetServer) deaf = net_start_rude (folder, "--hang-association", NULL);
  g_autoptr(NetServer) dumb = net_start_rude (folder, "--hang", NULL);
  g_autoptr(IcAssociation) association = NULL;
  g_autoptr(GError) error = NULL;
  gint64 started_us = g_get_monotonic_time ();

  g_assert_null (open_waiting (deaf->port, PATIENCE_MS, HASTE_MS, PATIENCE_MS, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TIMED_OUT);
  g_clear_error (&error);
  association = open_waiting (dumb->port, PATIENCE_MS, PATIENCE_MS, HASTE_MS, &error);
  g_assert_no_error (error);
  g_assert_false (ic_association_echo (association, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TIMED_OUT);
  g_assert_false (ic_association_is_usable (association));
  g_assert_cmpint (g_get_monotonic_time () - started_us, <, 20 * G_USEC_PER_SEC);
}

/* A listener whose queue is full: the kernel drops further connection attempts silently. */
static void
test_hanging_connect_times_out_and_can_be_cancelled (void)
{
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GThread) thread = NULL;
  g_autoptr(GError) error = NULL;
  int fillers[4];
  gint64 started_us;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (listener, 0), ==, 0);
  getsockname (listener, (struct sockaddr *) &address, &size);
  for (guint i = 0; i < G_N_ELEMENTS (fillers); i++)
    {
      fillers[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      connect (fillers[i], (struct sockaddr *) &address, size);
    }
  g_assert_null (
      open_waiting (ntohs (address.sin_port), HASTE_MS, PATIENCE_MS, PATIENCE_MS, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TIMED_OUT);
  g_clear_error (&error);

  started_us = g_get_monotonic_time ();
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_null (net_open (ntohs (address.sin_port), IC_VERIFICATION_UID, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - started_us, <, 5 * G_USEC_PER_SEC);
  g_thread_join (g_steal_pointer (&thread));
  for (guint i = 0; i < G_N_ELEMENTS (fillers); i++)
    close (fillers[i]);
  close (listener);
}

static void
test_cancel_acts_at_once (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--hang", NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(IcAssociation) association =
                 net_open (server->port, IC_VERIFICATION_UID, cancellable, &error);
  GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
  gint64 started_us = g_get_monotonic_time ();

  g_assert_false (ic_association_echo (association, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_pointer (&association, ic_association_abort);
  g_assert_cmpint (g_get_monotonic_time () - started_us, <, 5 * G_USEC_PER_SEC);
  g_thread_join (thread);
}

static void
test_abort_is_told_as_such (void)
{
  g_autoptr(NetServer) server = net_start_rude (folder, "--abort", NULL);
  g_autoptr(NetRetrieval) retrieval = net_retrieve (server->port, NULL);

  g_assert_false (retrieval->done);
  g_assert_error (retrieval->error, IC_ERROR, IC_ERROR_NODE_ABORTED);
}

int
main (int argc, char **argv)
{
  int result;

  net_init (&argc, &argv);
  folder = net_make_files (1, "1.2.840.10008.1.2.1");
  g_test_add_func ("/association/echo", test_echo_is_answered);
  g_test_add_func ("/association/rejected", test_rejection_names_its_reason_and_the_node);
  g_test_add_func ("/association/unreachable", test_nobody_listening_is_unreachable);
  g_test_add_func ("/association/host-name", test_host_name_is_not_resolved);
  g_test_add_func ("/association/silent", test_silent_peer_times_out);
  g_test_add_func ("/association/connect", test_hanging_connect_times_out_and_can_be_cancelled);
  g_test_add_func ("/association/cancel", test_cancel_acts_at_once);
  g_test_add_func ("/association/abort", test_abort_is_told_as_such);
  result = g_test_run ();
  net_remove_folder (folder);
  return result;
}
