/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-keys.h"

#include "net-fixture.h"

static char *keys;

void
net_make_keys (void)
{
  static const char script[] =
      "set -e\n"
      "for name in ca stranger; do openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "
      "/CN=$name -keyout $name.key -out $name.pem; done\n"
      "for name in server client expired; do openssl req -newkey rsa:2048 -nodes -subj /CN=$name "
      "-addext subjectAltName=DNS:pacs.example,IP:127.0.0.1 -keyout $name.key -out $name.csr; "
      "days=30; [ $name = expired ] && days=-1; "
      "openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $days "
      "-copy_extensions copy -out $name.pem; done\n"
      "openssl pkey -in server.key -aes256 -passout pass:secret -out locked.key\n";
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr(GSubprocess) process = NULL;

  keys = g_dir_make_tmp ("net-XXXXXX", NULL);
  g_subprocess_launcher_set_cwd (launcher, keys);
  process = g_subprocess_launcher_spawn (launcher, NULL, "sh", "-c", script, NULL);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

void
net_remove_keys (void)
{
  net_remove_folder (keys);
}

char *
net_dup_key_path (const char *name)
{
  return g_build_filename (keys, name, NULL);
}

GBytes *
net_read_key (const char *name)
{
  g_autofree char *path = name != NULL ? net_dup_key_path (name) : NULL;
  char *contents = NULL;
  gsize size = 0;

  if (name == NULL)
    return NULL;
  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  return g_bytes_new_take (contents, size);
}

gboolean
net_echo_by_tls (guint16 port, const NetCredentials *credentials, GError **error)
{
  IcPresentationContext context = { IC_VERIFICATION_UID, ic_presentation_native_syntaxes (),
                                    FALSE };
  IcAssociationParameters parameters = net_parameters (port, &context);
  g_autoptr(GBytes) ca = net_read_key (credentials->ca);
  g_autoptr(GBytes) cert = net_read_key (credentials->cert);
  g_autoptr(GBytes) key = net_read_key (credentials->key);
  g_autoptr(IcAssociation) association = NULL;

  parameters.tls = TRUE;
  parameters.tls_ca = ca;
  parameters.tls_cert = cert;
  parameters.tls_key = key;
  parameters.tls_host = credentials->host;
  association = ic_association_open (&parameters, NULL, error);
  if (association == NULL || !ic_association_echo (association, error))
    return FALSE;
  ic_association_release (g_steal_pointer (&association));
  return TRUE;
}
