/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "net-fixture.h"
#include "net-keys.h"

#include <string.h>

/* NULL when storescp is not installed. */
static NetServer *
start_tls_server (void)
{
  guint16 port = net_free_port ();
  g_autofree char *key = net_dup_key_path ("server.key");
  g_autofree char *certificate = net_dup_key_path ("server.pem");
  g_autofree char *ca = net_dup_key_path ("ca.pem");
  g_autofree char *port_text = g_strdup_printf ("%u", port);
  const char *argv[] = { "storescp",  "--ignore", "+tls", key,
                         certificate, "+cf",      ca,     "--require-peer-cert",
                         port_text,   NULL };

  return net_start_program (argv, port);
}

static void
assert_echo (const NetCredentials *credentials, const char *message)
{
  g_autoptr(NetServer) server = start_tls_server ();
  g_autoptr(GError) error = NULL;

  if (server == NULL)
    {
      g_test_skip ("storescp is not installed");
      return;
    }
  if (message == NULL)
    {
      g_assert_true (net_echo_by_tls (server->port, credentials, &error));
      g_assert_no_error (error);
      return;
    }
  g_assert_false (net_echo_by_tls (server->port, credentials, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TLS);
  if (strstr (error->message, message) == NULL)
    g_error ("%s", error->message);
}

static void
test_both_sides_show_certificates (void)
{
  assert_echo (&(NetCredentials){ "ca.pem", "client.pem", "client.key", "pacs.example" }, NULL);
  assert_echo (&(NetCredentials){ "ca.pem", "client.pem", "client.key", NULL }, NULL);
}

static void
test_own_certificate_missing_or_strange_is_refused (void)
{
  assert_echo (&(NetCredentials){ "ca.pem", NULL, NULL, NULL }, "refuses our certificate");
  assert_echo (&(NetCredentials){ "ca.pem", "stranger.pem", "stranger.key", NULL },
               "refuses our certificate");
}

static void
test_peer_of_another_authority_is_not_trusted (void)
{
  assert_echo (&(NetCredentials){ "stranger.pem", "client.pem", "client.key", NULL },
               "not trusted");
}

static void
test_peer_with_another_name_is_not_trusted (void)
{
  assert_echo (&(NetCredentials){ "ca.pem", "client.pem", "client.key", "other.example" },
               "not trusted");
}

static void
test_key_that_does_not_fit_is_told_before_connecting (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (net_echo_by_tls (net_free_port (),
                                   &(NetCredentials){ "ca.pem", "client.pem", "server.key", NULL },
                                   &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TLS);
  g_clear_error (&error);
  g_assert_false (
      net_echo_by_tls (net_free_port (), &(NetCredentials){ "ca.key", NULL, NULL, NULL }, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TLS);
}

static void
test_plain_peer_does_not_speak_tls (void)
{
  char *folder = net_make_files (1, "1.2.840.10008.1.2.1");
  g_autoptr(NetServer) server = net_start_rude (folder, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (net_echo_by_tls (server->port,
                                   &(NetCredentials){ "ca.pem", "client.pem", "client.key", NULL },
                                   &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_TLS);
  g_assert_nonnull (strstr (error->message, "does not speak TLS"));
  net_remove_folder (folder);
}

static void
test_silent_end_before_the_first_word_hints_at_tls (void)
{
  g_autoptr(NetServer) server = start_tls_server ();
  g_autoptr(GError) error = NULL;

  if (server == NULL)
    {
      g_test_skip ("storescp is not installed");
      return;
    }
  g_assert_null (net_open (server->port, IC_VERIFICATION_UID, NULL, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_NODE_ABORTED);
  g_assert_nonnull (strstr (error->message, "may want TLS"));
}

int
main (int argc, char **argv)
{
  int result;

  net_init (&argc, &argv);
  net_make_keys ();
  g_test_add_func ("/tls/mutual", test_both_sides_show_certificates);
  g_test_add_func ("/tls/own", test_own_certificate_missing_or_strange_is_refused);
  g_test_add_func ("/tls/peer", test_peer_of_another_authority_is_not_trusted);
  g_test_add_func ("/tls/name", test_peer_with_another_name_is_not_trusted);
  g_test_add_func ("/tls/key", test_key_that_does_not_fit_is_told_before_connecting);
  g_test_add_func ("/tls/plain-peer", test_plain_peer_does_not_speak_tls);
  g_test_add_func ("/tls/plain-client", test_silent_end_before_the_first_word_hints_at_tls);
  result = g_test_run ();
  net_remove_keys ();
  return result;
}
