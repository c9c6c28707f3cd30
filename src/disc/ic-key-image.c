/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-key-image.h"

IcKeyImage *
ic_key_image_new (GBytes *jpeg, guint columns, guint rows, guint position)
{
  IcKeyImage *self = g_new0 (IcKeyImage, 1);

  self->jpeg = g_bytes_ref (jpeg);
  self->columns = columns;
  self->rows = rows;
  self->position = position;
  self->reason = g_strdup ("");
  return self;
}

IcKeyImage *
ic_key_image_new_missing (const char *reason)
{
  IcKeyImage *self = g_new0 (IcKeyImage, 1);

  self->reason = g_strdup (reason);
  return self;
}

void
ic_key_image_free (IcKeyImage *self)
{
  g_clear_pointer (&self->jpeg, g_bytes_unref);
  g_free (self->reason);
  g_free (self);
}

GHashTable *
ic_key_images_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) ic_key_image_free);
}
