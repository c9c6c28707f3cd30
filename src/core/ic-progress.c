/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-progress.h"

typedef struct
{
  GMutex mutex;
  IcProgressFunc func;
  gpointer user_data;
  double fraction;
  char *message;
  gboolean is_request; /* the message */
  gboolean interruptible;
  GPtrArray *items;
  GPtrArray *parts;    /* or NULL */
  GPtrArray *tellings; /* of char * */
} Shared;

struct _IcProgress
{
  Shared *shared;
  double from;
  double span;
};

static void
clear_shared (gpointer data)
{
  Shared *shared = data;

  g_free (shared->message);
  g_ptr_array_unref (shared->items);
  g_clear_pointer (&shared->parts, g_ptr_array_unref);
  g_ptr_array_unref (shared->tellings);
  g_mutex_clear (&shared->mutex);
}

static void
item_free (gpointer data)
{
  IcProgressItem *item = data;

  g_free (item->name);
  g_clear_error (&item->error);
  g_free (item);
}

static IcProgressItem *
item_new (const char *name, const GError *error)
{
  IcProgressItem *item = g_new0 (IcProgressItem, 1);

  item->name = g_strdup (name);
  item->error = error != NULL ? g_error_copy (error) : NULL;
  return item;
}

/* The listener is called under the lock, so that disconnecting is final; it must not call back. */
static void
notify (IcProgress *self)
{
  if (self->shared->func != NULL)
    self->shared->func (self, self->shared->user_data);
}

IcProgress *
ic_progress_new (IcProgressFunc func, gpointer user_data)
{
  IcProgress *self = g_atomic_rc_box_new0 (IcProgress);

  self->shared = g_atomic_rc_box_new0 (Shared);
  g_mutex_init (&self->shared->mutex);
  self->shared->func = func;
  self->shared->user_data = user_data;
  self->shared->message = g_strdup ("");
  self->shared->interruptible = TRUE;
  self->shared->items = g_ptr_array_new_with_free_func (item_free);
  self->shared->tellings = g_ptr_array_new_with_free_func (g_free);
  self->span = 1;
  return self;
}

IcProgress *
ic_progress_child (IcProgress *self, double from, double to)
{
  IcProgress *child = NULL;

  if (self == NULL)
    return NULL;
  child = g_atomic_rc_box_new0 (IcProgress);
  child->shared = g_atomic_rc_box_acquire (self->shared);
  child->from = self->from + from * self->span;
  child->span = (to - from) * self->span;
  return child;
}

IcProgress *
ic_progress_ref (IcProgress *self)
{
  return self != NULL ? g_atomic_rc_box_acquire (self) : NULL;
}

static void
clear (gpointer data)
{
  IcProgress *self = data;

  g_atomic_rc_box_release_full (self->shared, clear_shared);
}

void
ic_progress_unref (IcProgress *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

void
ic_progress_disconnect (IcProgress *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);

  self->shared->func = NULL;
}

void
ic_progress_report (IcProgress *self, guint64 done, guint64 total)
{
  g_autoptr(GMutexLocker) locker = NULL;
  double part = 0;

  if (self == NULL || total == 0)
    return;
  locker = g_mutex_locker_new (&self->shared->mutex);
  part = CLAMP ((double) done / (double) total, 0, 1);
  self->shared->fraction = MAX (self->shared->fraction, self->from + self->span * part);
  notify (self);
}

static void
say (IcProgress *self, const char *message, gboolean is_told, gboolean is_request)
{
  g_autoptr(GMutexLocker) locker = NULL;

  if (self == NULL)
    return;
  locker = g_mutex_locker_new (&self->shared->mutex);
  g_free (self->shared->message);
  self->shared->message = g_strdup (message);
  self->shared->is_request = is_request;
  if (is_told)
    g_ptr_array_add (self->shared->tellings, g_strdup (message));
  notify (self);
}

void
ic_progress_set_message (IcProgress *self, const char *message)
{
  say (self, message, FALSE, FALSE);
}

void
ic_progress_tell (IcProgress *self, const char *message)
{
  say (self, message, TRUE, FALSE);
}

void
ic_progress_request (IcProgress *self, const char *message)
{
  say (self, message, TRUE, TRUE);
}

void
ic_progress_set_interruptible (IcProgress *self, gboolean interruptible)
{
  g_autoptr(GMutexLocker) locker = NULL;

  if (self == NULL)
    return;
  locker = g_mutex_locker_new (&self->shared->mutex);
  self->shared->interruptible = interruptible;
  notify (self);
}

void
ic_progress_add_item (IcProgress *self, const char *name, const GError *error)
{
  g_autoptr(GMutexLocker) locker = NULL;

  if (self == NULL)
    return;
  locker = g_mutex_locker_new (&self->shared->mutex);
  g_ptr_array_add (self->shared->items, item_new (name, error));
  notify (self);
}

void
ic_progress_part_free (gpointer data)
{
  IcProgressPart *part = data;

  g_free (part->name);
  g_free (part->label);
  g_free (part);
}

void
ic_progress_take_parts (IcProgress *self, GPtrArray *parts)
{
  g_autoptr(GPtrArray) taken = parts;
  g_autoptr(GMutexLocker) locker = NULL;

  if (self == NULL)
    return;
  locker = g_mutex_locker_new (&self->shared->mutex);
  g_clear_pointer (&self->shared->parts, g_ptr_array_unref);
  self->shared->parts = g_steal_pointer (&taken);
  notify (self);
}

GPtrArray *
ic_progress_ref_parts (IcProgress *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);

  return self->shared->parts != NULL ? g_ptr_array_ref (self->shared->parts) : NULL;
}

double
ic_progress_get_fraction (IcProgress *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);

  return self->shared->fraction;
}

char *
ic_progress_dup_message (IcProgress *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);

  return g_strdup (self->shared->message);
}

gboolean
ic_progress_is_request (IcProgress *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);

  return self->shared->is_request;
}

char **
ic_progress_take_tellings (IcProgress *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);
  g_autoptr(GPtrArray) told = self->shared->tellings;

  self->shared->tellings = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (told, NULL);
  return (char **) g_ptr_array_steal (told, NULL);
}

gboolean
ic_progress_get_interruptible (IcProgress *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);

  return self->shared->interruptible;
}

GPtrArray *
ic_progress_dup_items (IcProgress *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->shared->mutex);
  GPtrArray *copy = g_ptr_array_new_with_free_func (item_free);

  for (guint i = 0; i < self->shared->items->len; i++)
    {
      const IcProgressItem *item = self->shared->items->pdata[i];

      g_ptr_array_add (copy, item_new (item->name, item->error));
    }
  return copy;
}
