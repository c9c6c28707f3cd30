/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-uid.h"

#include <string.h>

gboolean
ic_uid_is_valid (const char *uid)
{
  gsize length = uid != NULL ? strlen (uid) : 0;

  if (length == 0 || length > IC_UID_MAX || strspn (uid, "0123456789.") != length)
    return FALSE;
  return uid[0] != '.' && uid[length - 1] != '.' && strstr (uid, "..") == NULL;
}

char **
ic_uid_dup_unique (const char *const *uids)
{
  g_autoptr(GStrvBuilder) unique = g_strv_builder_new ();
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; uids[i] != NULL; i++)
    if (g_hash_table_add (seen, (gpointer) uids[i]))
      g_strv_builder_add (unique, uids[i]);
  return g_strv_builder_end (unique);
}

/* Decimal digits of a 128-bit number, most significant first. */
static char *
decimal_from_128 (unsigned __int128 number)
{
  char digits[40];
  char *end = digits + sizeof digits - 1;

  *end = '\0';
  do
    {
      *--end = '0' + (char) (number % 10);
      number /= 10;
    }
  while (number != 0);
  return g_strdup (end);
}

char *
ic_uid_generate (void)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *decimal = NULL;
  unsigned __int128 number = 0;

  for (const char *c = uuid; *c != '\0'; c++)
    if (*c != '-')
      number = number << 4 | (unsigned) g_ascii_xdigit_value (*c);
  decimal = decimal_from_128 (number);
  return g_strconcat ("2.25.", decimal, NULL);
}
