/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-thumbnails.h"

#include "core/ic-own-context.h"
#include "ops/ic-preview.h"

#define MAX_CACHED 2000 /* of at most 48 kB each */
#define PER_TURN 16     /* so that those on the screen do not wait for all of a large study */

/* One line of people that wait: what is here, or one node. */
typedef struct
{
  char *source;
  GQueue waiting; /* of GTask */
  gboolean working;
} Line;

struct _IcThumbnails
{
  GObject parent_instance;

  IcDesk *desk;
  GHashTable *lines;  /* source to Line */
  GHashTable *cached; /* series UID to link in @recent */
  GQueue recent;      /* of Cached, the latest first */
  GHashTable *failed; /* source and series UID: not asked again */
};

typedef struct
{
  char *series_uid;
  IcPicture *picture;
} Cached;

/* What a thread does: @requests are of IcPreviewRequest, whose data is the GTask. */
typedef struct
{
  IcDesk *desk;
  char *source;
  GPtrArray *requests;
} Turn;

/* What one asks for. */
typedef struct
{
  char *study_uid;
  char *series_uid;
  char *source;
} Wish;

G_DEFINE_FINAL_TYPE (IcThumbnails, ic_thumbnails, G_TYPE_OBJECT)

static void begin_turn (IcThumbnails *self, Line *line);

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->study_uid);
  g_free (wish->series_uid);
  g_free (wish->source);
  g_free (wish);
}

static void
cached_free (gpointer data)
{
  Cached *cached = data;

  g_free (cached->series_uid);
  ic_picture_unref (cached->picture);
  g_free (cached);
}

static void
line_free (gpointer data)
{
  Line *line = data;

  g_queue_clear_full (&line->waiting, g_object_unref);
  g_free (line->source);
  g_free (line);
}

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  ic_desk_unref (turn->desk);
  g_free (turn->source);
  g_ptr_array_unref (turn->requests);
  g_free (turn);
}

static char *
dup_failure_key (const Wish *wish)
{
  return g_strconcat (wish->source, "\n", wish->series_uid, NULL);
}

static IcPicture *
find_cached (IcThumbnails *self, const char *series_uid)
{
  GList *link = g_hash_table_lookup (self->cached, series_uid);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->recent, link);
  g_queue_push_head_link (&self->recent, link);
  return ((Cached *) link->data)->picture;
}

static void
keep (IcThumbnails *self, const char *series_uid, IcPicture *picture)
{
  Cached *cached = NULL;

  if (find_cached (self, series_uid) != NULL)
    return;
  cached = g_new0 (Cached, 1);
  cached->series_uid = g_strdup (series_uid);
  cached->picture = ic_picture_ref (picture);
  g_queue_push_head (&self->recent, cached);
  g_hash_table_insert (self->cached, cached->series_uid, self->recent.head);
  if (self->recent.length <= MAX_CACHED)
    return;
  cached = g_queue_pop_tail (&self->recent);
  g_hash_table_remove (self->cached, cached->series_uid);
  cached_free (cached);
}

/* In the thread; the task hands it over to the main loop. */
static void
made_cb (IcPreviewRequest *request, IcPicture *picture, const GError *error, gpointer user_data)
{
  g_autoptr(GTask) task = g_steal_pointer (&request->data);

  if (task == NULL)
    return;
  if (picture != NULL)
    g_task_return_pointer (task, ic_picture_ref (picture), (GDestroyNotify) ic_picture_unref);
  else
    g_task_return_error (task, g_error_copy (error));
}

static void
make (Turn *turn)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcNode) node = NULL;

  if (*turn->source == '\0')
    {
      ic_preview_make_local (turn->desk, turn->requests, made_cb, NULL);
      return;
    }
  node = ic_desk_find_node (turn->desk, turn->source, &error);
  if (node != NULL)
    ic_preview_make_remote (turn->desk, node, turn->requests, made_cb, NULL);
}

/* Whatever happened, nobody waits for ever. */
static void
answer_the_rest (Turn *turn)
{
  g_autoptr(GError) error =
                 g_error_new_literal (IC_ERROR, IC_ERROR_NOT_FOUND, "there is no preview");

  for (guint i = 0; i < turn->requests->len; i++)
    made_cb (turn->requests->pdata[i], NULL, error, NULL);
}

static void
run_turn (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Turn *turn = data;
  g_autoptr(IcOwnContext) context = ic_own_context_enter ();

  make (turn);
  answer_the_rest (turn);
  g_task_return_boolean (task, TRUE);
}

static void
turn_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IcThumbnails *self = IC_THUMBNAILS (source);
  Line *line = g_hash_table_lookup (self->lines, user_data);
  g_autofree char *key = user_data;

  line->working = FALSE;
  begin_turn (self, line);
}

/* The latest come first: they are what somebody looks at now. */
static void
begin_turn (IcThumbnails *self, Line *line)
{
  Turn *turn = NULL;
  g_autoptr(GTask) work = NULL;

  if (line->working || g_queue_is_empty (&line->waiting))
    return;
  turn = g_new0 (Turn, 1);
  turn->desk = ic_desk_ref (self->desk);
  turn->source = g_strdup (line->source);
  turn->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_preview_request_free);
  while (turn->requests->len < PER_TURN && !g_queue_is_empty (&line->waiting))
    {
      GTask *task = g_queue_pop_tail (&line->waiting);
      const Wish *wish = g_task_get_task_data (task);

      if (g_task_return_error_if_cancelled (task))
        g_object_unref (task);
      else
        g_ptr_array_add (turn->requests,
                         ic_preview_request_new (wish->study_uid, wish->series_uid,
                                                 g_task_get_cancellable (task), task));
    }
  line->working = TRUE;
  work = g_task_new (self, NULL, turn_done_cb, g_strdup (line->source));
  g_task_set_task_data (work, turn, turn_free);
  g_task_run_in_thread (work, run_turn);
}

static Line *
ensure_line (IcThumbnails *self, const char *source)
{
  Line *line = g_hash_table_lookup (self->lines, source);

  if (line != NULL)
    return line;
  line = g_new0 (Line, 1);
  line->source = g_strdup (source);
  g_queue_init (&line->waiting);
  g_hash_table_insert (self->lines, line->source, line);
  return line;
}

static void
ic_thumbnails_finalize (GObject *object)
{
  IcThumbnails *self = IC_THUMBNAILS (object);

  g_hash_table_unref (self->lines);
  g_hash_table_unref (self->cached);
  g_queue_clear_full (&self->recent, cached_free);
  g_hash_table_unref (self->failed);
  ic_desk_unref (self->desk);
  G_OBJECT_CLASS (ic_thumbnails_parent_class)->finalize (object);
}

static void
ic_thumbnails_class_init (IcThumbnailsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_thumbnails_finalize;
}

static void
ic_thumbnails_init (IcThumbnails *self)
{
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, line_free);
  self->cached = g_hash_table_new (g_str_hash, g_str_equal);
  self->failed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->recent);
}

IcThumbnails *
ic_thumbnails_new (IcDesk *desk)
{
  IcThumbnails *self = g_object_new (IC_TYPE_THUMBNAILS, NULL);

  self->desk = ic_desk_ref (desk);
  return self;
}

void
ic_thumbnails_ask_async (IcThumbnails *self,
                         const char *study_uid,
                         const char *series_uid,
                         const char *source,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  Wish *wish = NULL;
  Line *line = NULL;
  g_autofree char *key = NULL;
  IcPicture *picture = NULL;

  g_return_if_fail (IC_IS_THUMBNAILS (self));
  task = g_task_new (self, cancellable, callback, user_data);
  wish = g_new0 (Wish, 1);
  wish->study_uid = g_strdup (study_uid);
  wish->series_uid = g_strdup (series_uid);
  wish->source = g_strdup (source);
  g_task_set_task_data (task, wish, wish_free);
  picture = find_cached (self, series_uid);
  key = dup_failure_key (wish);
  if (picture != NULL)
    g_task_return_pointer (task, ic_picture_ref (picture), (GDestroyNotify) ic_picture_unref);
  else if (g_hash_table_contains (self->failed, key))
    g_task_return_new_error (task, IC_ERROR, IC_ERROR_NOT_FOUND, "there is no preview");
  else
    {
      line = ensure_line (self, source);
      g_queue_push_head (&line->waiting, g_steal_pointer (&task));
      begin_turn (self, line);
    }
}

IcPicture *
ic_thumbnails_ask_finish (IcThumbnails *self, GAsyncResult *result, GError **error)
{
  const Wish *wish = NULL;
  IcPicture *picture = NULL;
  g_autoptr(GError) local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  wish = g_task_get_task_data (G_TASK (result));
  picture = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (picture != NULL)
    keep (self, wish->series_uid, picture);
  else if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_hash_table_add (self->failed, dup_failure_key (wish));
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return picture;
}

void
ic_thumbnails_forget_failures (IcThumbnails *self)
{
  g_return_if_fail (IC_IS_THUMBNAILS (self));
  g_hash_table_remove_all (self->failed);
}
