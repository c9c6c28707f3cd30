/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "net-door.h"
#include "net-keys.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 60000 /* machines are slow */

/* How a ClientHello begins: a record of 512 bytes that do not follow. */
static const guint8 hello[] = { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03 };

static IcAcceptTls *
make_tls (const char *certificate, const char *key, const char *ca, GError **error)
{
  g_autoptr(GBytes) certificate_pem = net_read_key (certificate);
  g_autoptr(GBytes) key_pem = net_read_key (key);
  g_autoptr(GBytes) ca_pem = net_read_key (ca);

  return ic_accept_tls_new (certificate_pem, key_pem, ca_pem, error);
}

static NetDoor *
open_secure_door (const char *ca)
{
  g_autoptr(GError) error = NULL;
  NetDoor *door = net_open_door ();

  door->limits.request_timeout_ms = PATIENCE_MS;
  door->tls = make_tls ("server.pem", "server.key", ca, &error);
  g_assert_no_error (error);
  return door;
}

static const NetCredentials client = { "ca.pem", "client.pem", "client.key", NULL };

static void
assert_taken (const char *ca, const NetCredentials *credentials)
{
  g_autoptr(NetDoor) door = open_secure_door (ca);
  g_autoptr(GError) error = NULL;

  net_echo_by_tls (door->port, credentials, &error);
  g_assert_no_error (error);
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_ENDED);
  g_assert_null (door->insecurity);
}

static void
test_both_sides_show_certificates (void)
{
  assert_taken ("ca.pem", &client);
}

static void
test_without_a_ca_nobody_has_to_show_one (void)
{
  assert_taken (NULL, &(NetCredentials){ "ca.pem", NULL, NULL, NULL });
  assert_taken (NULL, &client);
}

static void
assert_insecure (NetDoor *door, const char *expected)
{
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_INSECURE);
  g_assert_cmpstr (door->insecurity, ==, expected);
  g_assert_null (door->address); /* nobody was asked whether to admit it */
}

static void
assert_turned_away (const NetCredentials *credentials, const char *expected)
{
  g_autoptr(NetDoor) door = open_secure_door ("ca.pem");
  g_autoptr(GError) error = NULL;

  g_assert_false (net_echo_by_tls (door->port, credentials, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TLS);
  assert_insecure (door, expected);
}

static void
test_peer_must_show_a_certificate_that_is_valid (void)
{
  assert_turned_away (&(NetCredentials){ "ca.pem", NULL, NULL, NULL },
                      "tls-certificate: its certificate is not accepted: it shows none");
  assert_turned_away (&(NetCredentials){ "ca.pem", "stranger.pem", "stranger.key", NULL },
                      "tls-certificate: its certificate is not accepted: self-signed certificate");
  assert_turned_away (&(NetCredentials){ "ca.pem", "expired.pem", "expired.key", NULL },
                      "tls-certificate: its certificate is not accepted: certificate has expired");
}

static void
test_peer_may_not_like_our_certificate (void)
{
  assert_turned_away (&(NetCredentials){ "stranger.pem", "client.pem", "client.key", NULL },
                      "tls-distrusted: it does not accept our certificate: "
                      "tlsv1 alert unknown ca");
}

static void
test_peer_in_clear_is_not_heard (void)
{
  g_autoptr(NetDoor) door = open_secure_door ("ca.pem");
  g_autoptr(GError) error = NULL;

  g_assert_null (net_open (door->port, IC_VERIFICATION_UID, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NODE_ABORTED);
  g_assert_nonnull (strstr (error->message, "may want TLS"));
  assert_insecure (door, "tls-missing: it does not speak TLS, which is asked for here: "
                         "what it says is not TLS");
}

static void
test_peer_with_tls_is_told_apart_where_there_is_none (void)
{
  g_autoptr(NetDoor) door = net_open_door ();
  g_autoptr(GError) error = NULL;

  g_assert_false (net_echo_by_tls (door->port, &client, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TLS);
  assert_insecure (door, "tls-unexpected: it speaks TLS, for which no certificate is set here");
}

/* Not before it was let in. */
static void
hang_up (int fd)
{
  shutdown (fd, SHUT_WR);
  net_await_end (fd);
}

static void
test_peer_that_gives_up_is_told_apart_from_one_that_only_looks (void)
{
  g_autoptr(NetDoor) first = open_secure_door ("ca.pem");
  g_autoptr(NetDoor) second = NULL;
  int fd = net_connect_raw (first);

  g_assert_cmpint (send (fd, hello, sizeof hello, MSG_NOSIGNAL), ==, sizeof hello);
  hang_up (fd);
  assert_insecure (first, "tls: no TLS connection came about: it hung up during the handshake; it "
                          "may not accept our certificate");
  second = open_secure_door ("ca.pem");
  hang_up (net_connect_raw (second));
  g_assert_cmpint (net_close_door (second), ==, IC_ACCEPT_FOREIGN);
}

static void
test_handshake_that_stands_still_holds_up_nobody (void)
{
  g_autoptr(NetDoor) door = open_secure_door ("ca.pem");
  g_autoptr(GError) error = NULL;
  int fd = net_connect_raw (door);

  g_assert_cmpint (send (fd, hello, sizeof hello, MSG_NOSIGNAL), ==, sizeof hello);
  net_echo_by_tls (door->port, &client, &error);
  g_assert_no_error (error);
  g_assert_null (door->insecurity);
  close (fd);
  net_close_door (door);
}

/* Each byte comes in time, all of them do not. */
static void
test_handshake_that_dribbles_is_hung_up_on (void)
{
  g_autoptr(NetDoor) door = open_secure_door ("ca.pem");
  int fd = -1;

  door->limits.request_timeout_ms = 400;
  fd = net_connect_raw (door);
  g_assert_cmpint (send (fd, hello, sizeof hello, MSG_NOSIGNAL), ==, sizeof hello);
  while (send (fd, "", 1, MSG_NOSIGNAL) == 1)
    g_usleep (50 * 1000);
  close (fd);
  assert_insecure (door, "tls-slow: it did not finish the TLS handshake in time");
}

/* After the handshake the request is waited for no longer than in clear. */
static void
test_what_is_no_association_request_is_hung_up_on_with_tls_too (void)
{
  g_autoptr(NetDoor) door = open_secure_door (NULL);
  g_autofree char *ca = net_dup_key_path ("ca.pem");
  g_autofree char *to = g_strdup_printf ("127.0.0.1:%u", door->port);
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process =
                 g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                       G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                       G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                   &error, "openssl", "s_client", "-quiet", "-verify_return_error",
                                   "-CAfile", ca, "-connect", to, NULL);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", NULL,
                                                NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (net_close_door (door), ==, IC_ACCEPT_FOREIGN);
  g_assert_null (door->insecurity);
}

static void
assert_useless (const char *certificate, const char *key, const char *ca, const char *message)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (make_tls (certificate, key, ca, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TLS);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_certificates_that_are_of_no_use_are_told_beforehand (void)
{
  const char *const pair = "our certificate and private key cannot be used together";

  assert_useless ("server.pem", "client.key", "ca.pem", pair);
  assert_useless ("server.pem", "locked.key", "ca.pem", pair);
  assert_useless ("server.pem", NULL, "ca.pem", pair);
  assert_useless ("server.key", "server.key", "ca.pem", pair);
  assert_useless ("server.pem", "server.key", "ca.key",
                  "no certificate authority in what is given as one");
  assert_useless ("expired.pem", "expired.key", "ca.pem", "our certificate has expired");
}

int
main (int argc, char **argv)
{
  int result = 0;

  net_init (&argc, &argv);
  net_make_keys ();
  g_test_add_func ("/accept-tls/mutual", test_both_sides_show_certificates);
  g_test_add_func ("/accept-tls/no-ca", test_without_a_ca_nobody_has_to_show_one);
  g_test_add_func ("/accept-tls/certificate", test_peer_must_show_a_certificate_that_is_valid);
  g_test_add_func ("/accept-tls/distrusted", test_peer_may_not_like_our_certificate);
  g_test_add_func ("/accept-tls/clear", test_peer_in_clear_is_not_heard);
  g_test_add_func ("/accept-tls/unexpected", test_peer_with_tls_is_told_apart_where_there_is_none);
  g_test_add_func ("/accept-tls/gives-up",
                   test_peer_that_gives_up_is_told_apart_from_one_that_only_looks);
  g_test_add_func ("/accept-tls/still", test_handshake_that_stands_still_holds_up_nobody);
  g_test_add_func ("/accept-tls/dribble", test_handshake_that_dribbles_is_hung_up_on);
  g_test_add_func ("/accept-tls/foreign",
                   test_what_is_no_association_request_is_hung_up_on_with_tls_too);
  g_test_add_func ("/accept-tls/useless", test_certificates_that_are_of_no_use_are_told_beforehand);
  result = g_test_run ();
  net_remove_keys ();
  return result;
}
