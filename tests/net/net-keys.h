/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates and keys of the TLS tests, made by openssl in a temporary folder: ca signs server
 * and client for pacs.example and 127.0.0.1, and expired, whose time is over; stranger signs
 * itself. locked.key is server.key with a password.
 */
#pragma once

#include <gio/gio.h>

/* What a client shows and whom it trusts: names as below. */
typedef struct
{
  const char *ca;
  const char *cert; /* or NULL, as is its key */
  const char *key;
  const char *host; /* whom the peer's certificate must name; NULL: the address */
} NetCredentials;

void net_make_keys (void);
void net_remove_keys (void);

/* NAME.pem or NAME.key. */
char *net_dup_key_path (const char *name);
/* The same read; NULL for NULL. */
GBytes *net_read_key (const char *name);

/* One association by TLS with who listens at @port of this machine, and one C-ECHO. */
gboolean net_echo_by_tls (guint16 port, const NetCredentials *credentials, GError **error);
