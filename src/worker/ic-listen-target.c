/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-listen-private.h"

#include <string.h>
#include <unistd.h>

#define FILES_TYPE G_VARIANT_TYPE ("a(sssstss)")

IcListenTarget *
ic_listen_target_new (gpointer client, const IcListenOrder *order, guint16 message_id)
{
  IcListenTarget *self = g_atomic_rc_box_new0 (IcListenTarget);

  g_mutex_init (&self->mutex);
  self->client = client;
  self->message_id = message_id;
  self->originator = g_strdup (order->originator);
  self->peer_aet = g_strdup (order->peer_aet);
  self->peer_addresses = g_strdupv ((char **) order->peer_addresses);
  self->uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (order->uids != NULL)
    ic_listen_target_add_uids (self, order->uids);
  self->prefix = g_strdup (order->prefix);
  self->folder_fd = order->folder_fd;
  return self;
}

void
ic_listen_target_add_uids (IcListenTarget *self, const char *const *uids)
{
  for (gsize i = 0; uids[i] != NULL; i++)
    g_hash_table_insert (self->uids, g_strdup (uids[i]), GINT_TO_POINTER (FALSE));
}

static void
clear (gpointer data)
{
  IcListenTarget *self = data;

  if (self->files != NULL)
    g_variant_builder_unref (self->files);
  if (self->folder_fd >= 0)
    close (self->folder_fd);
  g_hash_table_unref (self->uids);
  g_strfreev (self->peer_addresses);
  g_free (self->peer_aet);
  g_free (self->originator);
  g_free (self->prefix);
  g_free (self->trouble);
  g_mutex_clear (&self->mutex);
}

IcListenTarget *
ic_listen_target_ref (IcListenTarget *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_listen_target_unref (IcListenTarget *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

guint16
ic_listen_target_get_message_id (IcListenTarget *self)
{
  return self->message_id;
}

gpointer
ic_listen_target_get_client (IcListenTarget *self)
{
  return self->client;
}

void
ic_listen_target_begin (IcListenTarget *self, IcStorePlace *place)
{
  g_mutex_lock (&self->mutex);
  place->dir_fd = self->folder_fd;
  place->token = self;
  g_snprintf (place->name, sizeof place->name, "%s%08u", self->prefix, self->n_begun++);
  self->under_way++;
  g_mutex_unlock (&self->mutex);
}

gboolean
ic_listen_target_end (IcListenTarget *self, const IcGetInstance *instance)
{
  gboolean is_first = FALSE;

  g_mutex_lock (&self->mutex);
  self->under_way--;
  if (instance != NULL)
    {
      is_first = self->files == NULL;
      if (is_first)
        self->files = g_variant_builder_new (FILES_TYPE);
      g_variant_builder_add (self->files, "(sssstss)", instance->name, instance->sop_class_uid,
                             instance->sop_instance_uid, instance->transfer_syntax_uid,
                             instance->size_bytes, instance->sha256, instance->checksum);
      self->received++;
    }
  g_mutex_unlock (&self->mutex);
  return is_first;
}

GVariant *
ic_listen_target_take_files (IcListenTarget *self)
{
  GVariantBuilder *files = NULL;
  GVariant *list = NULL;

  g_mutex_lock (&self->mutex);
  files = g_steal_pointer (&self->files);
  g_mutex_unlock (&self->mutex);
  if (files == NULL)
    return NULL;
  list = g_variant_builder_end (files);
  g_variant_builder_unref (files);
  return list;
}

void
ic_listen_target_count (IcListenTarget *self, guint *received, guint *under_way)
{
  g_mutex_lock (&self->mutex);
  *received = self->received;
  *under_way = self->under_way;
  g_mutex_unlock (&self->mutex);
}
