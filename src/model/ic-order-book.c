/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-order-book.h"

/* One change; exactly one of the first four is set. */
typedef struct
{
  IcOrder *added;
  char *begun;
  char *removed;
  char **arranged;
  IcDesk *desk;
} Change;

struct _IcOrderBook
{
  GObject parent_instance;

  IcDesk *desk;
  GQueue changes; /* of Change: the first is being written */
  gboolean is_writing;
};

enum
{
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcOrderBook, ic_order_book, G_TYPE_OBJECT)

static void
change_free (gpointer data)
{
  Change *change = data;

  g_clear_pointer (&change->added, ic_order_free);
  g_free (change->begun);
  g_free (change->removed);
  g_strfreev (change->arranged);
  ic_desk_unref (change->desk);
  g_free (change);
}

static gboolean
write_change (IcWriteTx *tx, gpointer data, GError **error)
{
  const Change *change = data;
  const char *session = ic_session_get_name (ic_desk_get_session (change->desk));

  if (change->added != NULL)
    return ic_order_repo_add (tx, session, change->added, error);
  if (change->begun != NULL)
    return ic_order_repo_begin (tx, change->begun, error);
  if (change->removed != NULL)
    return ic_order_repo_remove (tx, change->removed, error);
  return ic_order_repo_arrange (tx, (const char *const *) change->arranged, error);
}

static void
run_change (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Change *change = data;
  GError *error = NULL;

  if (ic_store_write (ic_desk_get_store (change->desk), write_change, change, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void write_next (IcOrderBook *self);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IcOrderBook *self = IC_ORDER_BOOK (source);
  g_autoptr(GError) error = NULL;

  self->is_writing = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_signal_emit (self, signals[FAILED], 0, error);
  write_next (self);
}

static void
write_next (IcOrderBook *self)
{
  g_autoptr(GTask) task = NULL;

  if (self->is_writing || g_queue_is_empty (&self->changes))
    return;
  self->is_writing = TRUE;
  task = g_task_new (self, NULL, written_cb, NULL);
  g_task_set_task_data (task, g_queue_pop_head (&self->changes), change_free);
  g_task_run_in_thread (task, run_change);
}

static void
take (IcOrderBook *self, const Change *change)
{
  Change *kept = g_memdup2 (change, sizeof *change);

  kept->desk = ic_desk_ref (self->desk);
  g_queue_push_tail (&self->changes, kept);
  write_next (self);
}

static void
ic_order_book_finalize (GObject *object)
{
  IcOrderBook *self = IC_ORDER_BOOK (object);

  g_queue_clear_full (&self->changes, change_free);
  ic_desk_unref (self->desk);
  G_OBJECT_CLASS (ic_order_book_parent_class)->finalize (object);
}

static void
ic_order_book_class_init (IcOrderBookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_order_book_finalize;
  signals[FAILED] = g_signal_new ("failed", IC_TYPE_ORDER_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
ic_order_book_init (IcOrderBook *self)
{
  g_queue_init (&self->changes);
}

IcOrderBook *
ic_order_book_new (IcDesk *desk)
{
  IcOrderBook *self = g_object_new (IC_TYPE_ORDER_BOOK, NULL);

  self->desk = ic_desk_ref (desk);
  return self;
}

void
ic_order_book_add (IcOrderBook *self, IcOrder *order)
{
  const Change change = { .added = order };

  take (self, &change);
}

void
ic_order_book_begin (IcOrderBook *self, const char *id)
{
  const Change change = { .begun = g_strdup (id) };

  take (self, &change);
}

void
ic_order_book_remove (IcOrderBook *self, const char *id)
{
  const Change change = { .removed = g_strdup (id) };

  take (self, &change);
}

void
ic_order_book_arrange (IcOrderBook *self, char **ids)
{
  const Change change = { .arranged = ids };

  take (self, &change);
}

gboolean
ic_order_book_is_settled (IcOrderBook *self)
{
  return !self->is_writing && g_queue_is_empty (&self->changes);
}
