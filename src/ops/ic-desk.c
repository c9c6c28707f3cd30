/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-desk.h"

#include "core/ic-error.h"
#include "ops/ic-settings.h"
#include "store/ic-node-repo.h"
#include "store/ic-setting-repo.h"
#include "store/ic-sweep.h"

struct _IcDesk
{
  IcDataDir *data_dir;
  IcStore *store;
  char *operator_name;
};

IcDesk *
ic_desk_open_with_progress (const char *path, IcProgress *progress, GError **error)
{
  g_autoptr(IcDesk) self = g_atomic_rc_box_new0 (IcDesk);
  g_autoptr(GError) local_error = NULL;

  self->operator_name = g_strdup (g_get_user_name ());
  self->data_dir = ic_data_dir_open (path, error);
  if (self->data_dir == NULL)
    return NULL;
  self->store = ic_store_open_with_progress (self->data_dir, progress, error);
  if (self->store == NULL)
    return NULL;
  /* A store that can only be read, or is full, is still good for looking things up. */
  if (ic_store_get_read_only_reason (self->store) != NULL ||
      ic_sweep_run (self->store, &local_error) ||
      g_error_matches (local_error, IC_ERROR, IC_ERROR_NO_SPACE))
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

IcDesk *
ic_desk_open (const char *path, GError **error)
{
  return ic_desk_open_with_progress (path, NULL, error);
}

static void
clear (gpointer data)
{
  IcDesk *self = data;

  g_clear_pointer (&self->store, ic_store_unref);
  g_clear_pointer (&self->data_dir, ic_data_dir_unref);
  g_free (self->operator_name);
}

IcDesk *
ic_desk_ref (IcDesk *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_desk_unref (IcDesk *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

IcDataDir *
ic_desk_get_data_dir (IcDesk *self)
{
  return self->data_dir;
}

IcStore *
ic_desk_get_store (IcDesk *self)
{
  return self->store;
}

IcSession *
ic_desk_get_session (IcDesk *self)
{
  return ic_store_get_session (self->store);
}

const char *
ic_desk_get_operator (IcDesk *self)
{
  return self->operator_name;
}

typedef struct
{
  const char *key;
  const char *fallback;
  char *value;
} Setting;

static gboolean
read_setting (IcReadTx *tx, gpointer data, GError **error)
{
  Setting *setting = data;

  setting->value = ic_setting_repo_dup (tx, setting->key, setting->fallback, error);
  return setting->value != NULL;
}

char *
ic_desk_dup_setting (IcDesk *self, const char *key, GError **error)
{
  Setting setting = { .key = key, .fallback = ic_setting_get_fallback (key) };

  if (!ic_store_read (self->store, read_setting, &setting, error))
    return NULL;
  return setting.value;
}

static gboolean
ensure_secret (IcWriteTx *tx, gpointer data, GError **error)
{
  char **secret = data;

  *secret = ic_setting_repo_ensure_secret (tx, "id-secret", error);
  return *secret != NULL;
}

char *
ic_desk_ensure_id_secret (IcDesk *self, GError **error)
{
  g_autofree char *secret = NULL;

  if (!ic_store_write (self->store, ensure_secret, &secret, error))
    return NULL;
  return g_steal_pointer (&secret);
}

typedef struct
{
  const char *name;
  IcNode *node;
} NodeLookup;

static gboolean
read_node (IcReadTx *tx, gpointer data, GError **error)
{
  NodeLookup *lookup = data;

  lookup->node = ic_node_repo_find (tx, lookup->name, error);
  return lookup->node != NULL;
}

IcNode *
ic_desk_find_node (IcDesk *self, const char *name, GError **error)
{
  NodeLookup lookup = { .name = name };

  ic_store_read (self->store, read_node, &lookup, error);
  return lookup.node;
}

char *
ic_desk_dup_calling_aet (IcDesk *self, IcNode *node, GError **error)
{
  if (*node->our_aet != '\0')
    return g_strdup (node->our_aet);
  return ic_desk_dup_setting (self, "our-aet", error);
}
