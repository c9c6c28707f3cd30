/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates and keys of the TLS tests, made by openssl in a temporary folder: ca signs server
 * and client for pacs.example and 127.0.0.1, and expired, whose time is over; stranger signs
 * itself. locked.key is server.key with a password.
 */
#pragma once

#include <gio/gio.h>

void net_make_keys (void);
void net_remove_keys (void);

/* NAME.pem or NAME.key. */
char *net_dup_key_path (const char *name);
/* The same read; NULL for NULL. */
GBytes *net_read_key (const char *name);
