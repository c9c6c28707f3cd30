/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-draft-keeper.h"

#include "store/ic-setting-repo.h"

#define DELAY_MS 500

struct _IcDraftKeeper
{
  IcDesk *desk;
  IcTransferDraft *draft;
  gulong changed;
  guint timeout;
};

/* What a transaction reads or writes. */
typedef struct
{
  IcStore *store;
  char *name;
  char *text;
} Kept;

static void
kept_free (gpointer data)
{
  Kept *self = data;

  ic_store_unref (self->store);
  g_free (self->name);
  g_free (self->text);
  g_free (self);
}

static Kept *
kept_new (IcDraftKeeper *self)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->store = ic_store_ref (ic_desk_get_store (self->desk));
  kept->name = g_strconcat ("transfer-draft/", ic_desk_get_operator (self->desk), NULL);
  return kept;
}

static gboolean
read_text (IcReadTx *tx, gpointer data, GError **error)
{
  Kept *kept = data;

  kept->text = ic_setting_repo_dup (tx, kept->name, "", error);
  return kept->text != NULL;
}

static gboolean
write_text (IcWriteTx *tx, gpointer data, GError **error)
{
  const Kept *kept = data;

  return ic_setting_repo_set (tx, kept->name, kept->text, error);
}

static void
keep (Kept *kept)
{
  g_autoptr(GError) error = NULL;

  if (!ic_store_write (kept->store, write_text, kept, &error))
    g_warning ("the draft of a transfer cannot be kept: %s", error->message);
}

static void
keep_in_thread (GTask *task, gpointer source, gpointer kept, GCancellable *cancellable)
{
  keep (kept);
  g_task_return_boolean (task, TRUE);
}

static gboolean
time_is_up_cb (gpointer data)
{
  IcDraftKeeper *self = data;
  Kept *kept = kept_new (self);
  g_autoptr(GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  self->timeout = 0;
  kept->text = ic_transfer_draft_dup_text (self->draft);
  g_task_set_task_data (task, kept, kept_free);
  g_task_run_in_thread (task, keep_in_thread);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (IcDraftKeeper *self)
{
  if (self->timeout == 0)
    self->timeout = g_timeout_add (DELAY_MS, time_is_up_cb, self);
}

static void
restore (IcDraftKeeper *self)
{
  Kept *kept = kept_new (self);
  g_autoptr(GError) error = NULL;

  if (!ic_store_read (kept->store, read_text, kept, &error) ||
      !ic_transfer_draft_load_text (self->draft, kept->text, &error))
    g_warning ("the draft of a transfer cannot be found again: %s", error->message);
  kept_free (kept);
}

IcDraftKeeper *
ic_draft_keeper_new (IcDesk *desk, IcTransferDraft *draft)
{
  IcDraftKeeper *self = g_new0 (IcDraftKeeper, 1);

  self->desk = ic_desk_ref (desk);
  self->draft = g_object_ref (draft);
  restore (self);
  self->changed = g_signal_connect_swapped (self->draft, "changed", G_CALLBACK (changed_cb), self);
  return self;
}

void
ic_draft_keeper_free (IcDraftKeeper *self)
{
  g_clear_signal_handler (&self->changed, self->draft);
  if (self->timeout != 0)
    {
      Kept *kept = kept_new (self);

      g_clear_handle_id (&self->timeout, g_source_remove);
      kept->text = ic_transfer_draft_dup_text (self->draft);
      keep (kept);
      kept_free (kept);
    }
  g_object_unref (self->draft);
  ic_desk_unref (self->desk);
  g_free (self);
}
