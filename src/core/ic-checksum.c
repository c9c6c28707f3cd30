/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-checksum.h"

#include <string.h>
#include <xxhash.h>

struct _IcChecksum
{
  XXH3_state_t *state;
};

IcChecksum *
ic_checksum_new (void)
{
  IcChecksum *self = g_new0 (IcChecksum, 1);

  self->state = XXH3_createState ();
  if (self->state == NULL)
    g_error ("out of memory");
  XXH3_128bits_reset (self->state);
  return self;
}

void
ic_checksum_free (IcChecksum *self)
{
  XXH3_freeState (self->state);
  g_free (self);
}

void
ic_checksum_update (IcChecksum *self, gconstpointer data, gsize size_bytes)
{
  XXH3_128bits_update (self->state, data, size_bytes);
}

void
ic_checksum_finish_hex (IcChecksum *self, char hex[IC_CHECKSUM_HEX_SIZE])
{
  XXH128_canonical_t raw;

  XXH128_canonicalFromHash (&raw, XXH3_128bits_digest (self->state));
  for (gsize i = 0; i < IC_CHECKSUM_SIZE; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", raw.digest[i]);
  XXH3_128bits_reset (self->state);
}

gboolean
ic_checksum_is_valid (const char *text)
{
  return *text == '\0' || (strlen (text) == IC_CHECKSUM_HEX_SIZE - 1 &&
                           strspn (text, "0123456789abcdef") == IC_CHECKSUM_HEX_SIZE - 1);
}
