/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-digest.h"

#include <openssl/evp.h>

struct _IcDigest
{
  EVP_MD_CTX *context;
};

static void
start (IcDigest *self)
{
  if (EVP_DigestInit_ex (self->context, EVP_sha256 (), NULL) != 1)
    g_error ("libcrypto has no SHA-256");
}

IcDigest *
ic_digest_new (void)
{
  IcDigest *self = g_new0 (IcDigest, 1);

  self->context = EVP_MD_CTX_new ();
  start (self);
  return self;
}

void
ic_digest_free (IcDigest *self)
{
  EVP_MD_CTX_free (self->context);
  g_free (self);
}

void
ic_digest_update (IcDigest *self, gconstpointer data, gsize size_bytes)
{
  EVP_DigestUpdate (self->context, data, size_bytes);
}

void
ic_digest_finish_hex (IcDigest *self, char hex[IC_DIGEST_HEX_SIZE])
{
  static const char digits[] = "0123456789abcdef";
  guint8 raw[IC_DIGEST_SIZE];

  EVP_DigestFinal_ex (self->context, raw, NULL);
  for (gsize i = 0; i < IC_DIGEST_SIZE; i++)
    {
      hex[2 * i] = digits[raw[i] >> 4];
      hex[2 * i + 1] = digits[raw[i] & 0xf];
    }
  hex[2 * IC_DIGEST_SIZE] = '\0';
  start (self);
}

char *
ic_digest_dup_hex (gconstpointer data, gsize size_bytes)
{
  g_autoptr(IcDigest) digest = ic_digest_new ();
  char *hex = g_malloc (IC_DIGEST_HEX_SIZE);

  ic_digest_update (digest, data, size_bytes);
  ic_digest_finish_hex (digest, hex);
  return hex;
}
