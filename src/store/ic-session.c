/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-session.h"

#include "core/ic-error.h"
#include "store/ic-lock-private.h"

#define MAX_TRIES 16

struct _IcSession
{
  IcDataDir *data_dir;
  IcLock *lock;
  char *name;
  char *incoming;
  char *spool;
  gint n_places; /* in the spool, given away; atomic */
};

static void
clear (gpointer data)
{
  IcSession *self = data;

  if (self->lock != NULL)
    {
      ic_data_dir_remove (self->data_dir, self->incoming, NULL);
      ic_data_dir_remove (self->data_dir, self->spool, NULL);
      ic_lock_free_and_remove (self->lock);
    }
  ic_data_dir_unref (self->data_dir);
  g_free (self->name);
  g_free (self->incoming);
  g_free (self->spool);
}

static IcLock *
try_name (IcSession *self, GError **error)
{
  g_autofree char *lock_file = NULL;

  g_free (self->name);
  self->name = g_uuid_string_random ();
  lock_file = g_strconcat (self->name, ".session", NULL);
  return ic_lock_acquire_file (self->data_dir, lock_file, error);
}

/* A sweep may come upon the new file and lock it before we do: that name is then its to bury. */
static gboolean
take_name (IcSession *self, GError **error)
{
  g_autoptr(GError) local_error = NULL;

  for (int i = 0; i < MAX_TRIES && self->lock == NULL; i++)
    {
      g_clear_error (&local_error);
      self->lock = try_name (self, &local_error);
      if (local_error != NULL && !g_error_matches (local_error, IC_ERROR, IC_ERROR_BUSY))
        break;
    }
  if (self->lock == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return self->lock != NULL;
}

IcSession *
ic_session_open (IcDataDir *data_dir, GError **error)
{
  g_autoptr(IcSession) self = g_atomic_rc_box_new0 (IcSession);

  self->data_dir = ic_data_dir_ref (data_dir);
  if (!take_name (self, error))
    {
      g_prefix_error (error, "failed to begin a session: ");
      return NULL;
    }
  self->incoming = g_build_filename ("incoming", self->name, NULL);
  self->spool = g_build_filename ("spool", self->name, NULL);
  if (!ic_data_dir_ensure_folder (data_dir, self->incoming, error) ||
      !ic_data_dir_ensure_folder (data_dir, self->spool, error))
    {
      g_prefix_error (error, "failed to begin a session: ");
      return NULL;
    }
  return g_steal_pointer (&self);
}

IcSession *
ic_session_ref (IcSession *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_session_unref (IcSession *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
ic_session_get_name (IcSession *self)
{
  return self->name;
}

const char *
ic_session_get_incoming (IcSession *self)
{
  return self->incoming;
}

const char *
ic_session_get_spool (IcSession *self)
{
  return self->spool;
}

char *
ic_session_dup_spool_place (IcSession *self, const char *what)
{
  return g_strdup_printf ("%s/%s-%d", self->spool, what, g_atomic_int_add (&self->n_places, 1) + 1);
}
