/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-drive-watch.h"

#include "core/ic-own-context.h"
#include "disc/ic-drive-client.h"
#include "words/ic-disc-words.h"

#include <glib/gi18n.h>

#define PAUSE_MS 2000
#define PATIENCE 5 /* pauses before a drive that somebody has is asked again */

/* A drive, as it was last seen. */
typedef struct
{
  char *address;
  int tray;       /* see ic_drive_peek() */
  IcDrive *drive; /* NULL: another program has it */
  guint n_failed; /* how often that was so */
} Seen;

/* What a thread does. */
typedef struct
{
  GPtrArray *known; /* of Seen, before it */
  GPtrArray *busy;  /* of char *: we write with them */
  gboolean looks_at_all;
} Look;

struct _IcDriveWatch
{
  GObject parent_instance;

  GListModel *activities;
  GPtrArray *seen; /* of Seen; NULL before anybody looked */
  guint n_followers;
  guint timer;
  gboolean is_looking;
  GCancellable *cancellable; /* of that look */
  gboolean looks_again;      /* somebody asked meanwhile */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (IcDriveWatch, ic_drive_watch, G_TYPE_OBJECT)

static void
seen_free (gpointer data)
{
  Seen *seen = data;

  g_free (seen->address);
  g_clear_pointer (&seen->drive, ic_drive_unref);
  g_free (seen);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  g_clear_pointer (&look->known, g_ptr_array_unref);
  g_ptr_array_unref (look->busy);
  g_free (look);
}

static Seen *
find_seen (GPtrArray *seen, const char *address)
{
  for (guint i = 0; seen != NULL && i < seen->len; i++)
    if (g_str_equal (((Seen *) seen->pdata[i])->address, address))
      return seen->pdata[i];
  return NULL;
}

static gboolean
needs_look (const Look *look, const Seen *known, const Seen *seen)
{
  return known == NULL || look->looks_at_all || seen->tray != known->tray ||
         (known->drive == NULL && seen->n_failed % PATIENCE == 0);
}

static Seen *
look_into (const Look *look, const char *address, GCancellable *cancellable)
{
  const Seen *known = find_seen (look->known, address);
  const gboolean is_ours =
      g_ptr_array_find_with_equal_func (look->busy, address, g_str_equal, NULL);
  Seen *seen = g_new0 (Seen, 1);

  seen->address = g_strdup (address);
  seen->tray = is_ours ? -1 : ic_drive_peek (address);
  seen->n_failed = known != NULL ? known->n_failed + 1 : 0;
  if (!is_ours && needs_look (look, known, seen))
    seen->drive = ic_drive_client_inspect (address, FALSE, cancellable, NULL);
  else if (known != NULL && known->drive != NULL)
    seen->drive = ic_drive_ref (known->drive);
  if (g_cancellable_is_cancelled (cancellable))
    seen->tray = -1; /* it is looked at again */
  return seen;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr(IcOwnContext) context = ic_own_context_enter ();
  GPtrArray *seen = g_ptr_array_new_with_free_func (seen_free);
  g_auto(GStrv) addresses = ic_drive_list ();

  for (guint i = 0; addresses[i] != NULL; i++)
    g_ptr_array_add (seen, look_into (data, addresses[i], cancellable));
  g_task_return_pointer (task, seen, (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
is_same (GPtrArray *before, GPtrArray *after)
{
  if (before == NULL || before->len != after->len)
    return FALSE;
  for (guint i = 0; i < after->len; i++)
    {
      const Seen *a = before->pdata[i];
      const Seen *b = after->pdata[i];

      if (!g_str_equal (a->address, b->address) || a->drive != b->drive)
        return FALSE;
    }
  return TRUE;
}

static void start_look (IcDriveWatch *self, gboolean looks_at_all);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IcDriveWatch *self = IC_DRIVE_WATCH (source);
  const Look *look = g_task_get_task_data (G_TASK (result));
  GPtrArray *seen = g_task_propagate_pointer (G_TASK (result), NULL);
  gboolean is_news = look->looks_at_all || !is_same (self->seen, seen);

  g_clear_pointer (&self->seen, g_ptr_array_unref);
  self->seen = seen;
  self->is_looking = FALSE;
  if (self->activities == NULL) /* nobody wants to know any more */
    return;
  if (self->looks_again)
    start_look (self, TRUE);
  else if (is_news)
    g_signal_emit (self, changed_signal, 0);
}

/* The one that writes with the drive at @address; NULL without one. Borrowed. */
static IcActivity *
find_writing (IcDriveWatch *self, const char *address)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->activities); i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (self->activities, i);

      if (ic_activity_needs_drive (activity) && !ic_activity_is_waiting (activity) &&
          !ic_activity_is_finished (activity) &&
          g_str_equal (ic_activity_get_output (activity), address))
        return activity; /* the list holds it */
    }
  return NULL;
}

static void
start_look (IcDriveWatch *self, gboolean looks_at_all)
{
  g_autoptr(GTask) task = NULL;
  Look *look = NULL;

  self->looks_again = self->is_looking && (looks_at_all || self->looks_again);
  if (self->is_looking)
    return;
  self->is_looking = TRUE;
  g_cancellable_reset (self->cancellable);
  look = g_new0 (Look, 1);
  look->looks_at_all = looks_at_all;
  look->busy = g_ptr_array_new_with_free_func (g_free);
  look->known = self->seen != NULL ? g_ptr_array_ref (self->seen) : NULL;
  for (guint i = 0; i < ic_drive_watch_count (self); i++)
    if (find_writing (self, ic_drive_watch_get_address (self, i)) != NULL)
      g_ptr_array_add (look->busy, g_strdup (ic_drive_watch_get_address (self, i)));
  task = g_task_new (self, self->cancellable, looked_cb, NULL);
  g_task_set_check_cancellable (task, FALSE); /* what was seen until then counts */
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_in_thread);
}

static gboolean
paused_cb (gpointer data)
{
  start_look (data, FALSE);
  return G_SOURCE_CONTINUE;
}

/* Nobody looks into a drive that is about to be written with. */
static void
make_way (IcDriveWatch *self, IcActivity *activity)
{
  if (self->is_looking && ic_activity_needs_drive (activity) &&
      !ic_activity_is_waiting (activity) && !ic_activity_is_finished (activity))
    g_cancellable_cancel (self->cancellable);
}

static void
activity_changed_cb (IcDriveWatch *self, GParamSpec *pspec, IcActivity *activity)
{
  make_way (self, activity);
  if (self->n_followers > 0 && ic_activity_needs_drive (activity))
    g_signal_emit (self, changed_signal, 0);
}

static void
items_changed_cb (IcDriveWatch *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(IcActivity) activity = g_list_model_get_item (self->activities, i);

      g_signal_connect_object (activity, "notify::fraction", G_CALLBACK (activity_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (activity, "notify::running", G_CALLBACK (activity_changed_cb), self,
                               G_CONNECT_SWAPPED);
      make_way (self, activity);
    }
}

static void
ic_drive_watch_dispose (GObject *object)
{
  IcDriveWatch *self = IC_DRIVE_WATCH (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->activities);
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  G_OBJECT_CLASS (ic_drive_watch_parent_class)->dispose (object);
}

static void
ic_drive_watch_finalize (GObject *object)
{
  g_clear_object (&IC_DRIVE_WATCH (object)->cancellable);
  G_OBJECT_CLASS (ic_drive_watch_parent_class)->finalize (object);
}

static void
ic_drive_watch_class_init (IcDriveWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ic_drive_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = ic_drive_watch_finalize;
  changed_signal = g_signal_new ("changed", IC_TYPE_DRIVE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
ic_drive_watch_init (IcDriveWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

IcDriveWatch *
ic_drive_watch_new (GListModel *activities)
{
  IcDriveWatch *self = g_object_new (IC_TYPE_DRIVE_WATCH, NULL);

  self->activities = g_object_ref (activities);
  g_signal_connect_object (activities, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  items_changed_cb (self, 0, 0, g_list_model_get_n_items (activities));
  return self;
}

void
ic_drive_watch_follow (IcDriveWatch *self)
{
  g_return_if_fail (IC_IS_DRIVE_WATCH (self));
  if (self->n_followers++ > 0)
    return;
  start_look (self, FALSE);
  self->timer = g_timeout_add (PAUSE_MS, paused_cb, self);
}

void
ic_drive_watch_unfollow (IcDriveWatch *self)
{
  g_return_if_fail (IC_IS_DRIVE_WATCH (self) && self->n_followers > 0);
  if (--self->n_followers == 0)
    g_clear_handle_id (&self->timer, g_source_remove);
}

void
ic_drive_watch_look (IcDriveWatch *self)
{
  g_return_if_fail (IC_IS_DRIVE_WATCH (self));
  start_look (self, TRUE);
}

gboolean
ic_drive_watch_is_looking (IcDriveWatch *self)
{
  g_return_val_if_fail (IC_IS_DRIVE_WATCH (self), FALSE);
  return self->is_looking || self->seen == NULL;
}

guint
ic_drive_watch_count (IcDriveWatch *self)
{
  g_return_val_if_fail (IC_IS_DRIVE_WATCH (self), 0);
  return self->seen != NULL ? self->seen->len : 0;
}

const char *
ic_drive_watch_get_address (IcDriveWatch *self, guint i)
{
  g_return_val_if_fail (i < ic_drive_watch_count (self), NULL);
  return ((Seen *) self->seen->pdata[i])->address;
}

const IcDrive *
ic_drive_watch_get_drive (IcDriveWatch *self, guint i)
{
  g_return_val_if_fail (i < ic_drive_watch_count (self), NULL);
  return ((Seen *) self->seen->pdata[i])->drive;
}

const IcDrive *
ic_drive_watch_find (IcDriveWatch *self, const char *address)
{
  const Seen *seen = NULL;

  g_return_val_if_fail (IC_IS_DRIVE_WATCH (self), NULL);
  seen = find_seen (self->seen, address);
  return seen != NULL ? seen->drive : NULL;
}

gboolean
ic_drive_watch_is_writing (IcDriveWatch *self, const char *address)
{
  g_return_val_if_fail (IC_IS_DRIVE_WATCH (self), FALSE);
  return find_writing (self, address) != NULL;
}

static char *
dup_writing (IcActivity *activity)
{
  IcJob *job = ic_activity_get_job (activity);
  int percent = (int) (ic_job_get_fraction (job) * 100);

  if (ic_activity_get_request (activity) != NULL)
    return g_strdup (ic_activity_get_request (activity));
  if (!ic_job_get_interruptible (job))
    /* Translators: of a disc, in percent. */
    return g_strdup_printf (_ ("Writing, %d %%"), percent);
  /* Translators: what goes on with a disc before and after it is written, in percent. */
  return g_strdup_printf (_ ("In use, %d %%"), percent);
}

char *
ic_drive_watch_dup_state (IcDriveWatch *self, guint i)
{
  const IcDrive *drive = ic_drive_watch_get_drive (self, i);
  IcActivity *activity = find_writing (self, ic_drive_watch_get_address (self, i));

  if (activity != NULL)
    return dup_writing (activity);
  return drive != NULL ? ic_disc_words_dup_content (drive) : g_strdup (_ ("Used elsewhere"));
}

char *
ic_drive_watch_dup_name (IcDriveWatch *self, guint i)
{
  const IcDrive *drive = ic_drive_watch_get_drive (self, i);
  const char *address = ic_drive_watch_get_address (self, i);

  if (drive == NULL || *drive->product == '\0')
    return g_strdup (address);
  return g_strdup_printf ("%s %s (%s)", drive->vendor, drive->product, address);
}
