/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-sending.h"

#include "core/ic-error.h"
#include "dicom/ic-send-client.h"
#include "domain/ic-transfer-syntax.h"
#include "ops/ic-node-lane.h"
#include "ops/ic-send-conversion.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define ASSOCIATIONS_MAX IC_NODE_ASSOCIATIONS_MAX
#define BATCHES_PER_ASSOCIATION 2
#define FIRST_BATCH 8              /* small, to learn how fast the node is */
#define BATCH_US (500 * 1000)      /* what a batch may take, so that the ends come together */
#define SLOW_ANSWER_US (2 * 1000)  /* from here on a second association hides the waiting */
#define WORTHWHILE_US (400 * 1000) /* of work left, for opening another association */
#define ANOTHER_ACSE_MS 5000       /* how long the node may think about another association */
#define BREAKS_MAX 5               /* associations lost in a row with nothing accepted */
#define PAUSE_US (250 * 1000)      /* before the second try, then four times as long each */

/* One association and what is in flight on it. */
typedef struct
{
  IcNetClient *client;   /* NULL: not used */
  IcNetOpening *opening; /* not NULL: no answer to the association request yet */
  IcLock *place;
  GQueue batches; /* of IcSendBatch, oldest first */
} Slot;

typedef struct
{
  const IcSending *order;
  IcSendPlan *plan;
  IcProgress *progress; /* of the present round */
  guint n_settled;      /* before it */
  guint group;
  Slot slots[ASSOCIATIONS_MAX];
  guint limit;    /* of associations; falls when the node turns one away */
  gint64 item_us; /* what one instance took lately; 0: not known */
  gint64 wait_us; /* how much of it was waiting for the node */
  guint n_breaks; /* in a row, see BREAKS_MAX */
  guint n_accepted;
  gboolean is_full; /* the node */
  GSource *waker;
} Sending;

static gboolean
is_ready (const Slot *slot)
{
  return slot->client != NULL && slot->opening == NULL;
}

static guint
count_ready (Sending *self)
{
  guint n = 0;

  for (guint i = 0; i < ASSOCIATIONS_MAX; i++)
    n += is_ready (&self->slots[i]);
  return n;
}

static gboolean
is_opening (Sending *self)
{
  for (guint i = 0; i < ASSOCIATIONS_MAX; i++)
    if (self->slots[i].opening != NULL)
      return TRUE;
  return FALSE;
}

static guint
count_waiting (Sending *self)
{
  return ic_send_plan_count (self->plan, self->group, IC_SEND_ITEM_WAITING);
}

static void
close_slot (Slot *slot)
{
  if (slot->opening != NULL)
    ic_net_opening_finish (g_steal_pointer (&slot->opening), NULL);
  g_clear_pointer (&slot->client, ic_net_client_free);
  g_clear_pointer (&slot->place, ic_lock_free);
}

/* The node always takes this one, so that a class it does not take is no failure of all. */
static void
add_verification (GArray *contexts)
{
  const IcPresentationContext context = {
    .abstract_syntax = "1.2.840.10008.1.1",
    .transfer_syntaxes = ic_presentation_native_syntaxes (),
  };

  g_array_append_val (contexts, context);
}

static GArray *
make_contexts (Sending *self)
{
  GArray *contexts = ic_send_plan_dup_contexts (self->plan, self->group);

  add_verification (contexts);
  return contexts;
}

static gboolean
start_client (Sending *self, Slot *slot, GError **error)
{
  const IcSending *order = self->order;
  g_autofree char *aet = ic_desk_dup_calling_aet (order->desk, order->node, error);

  if (aet != NULL)
    slot->client = ic_net_client_take (order->spare, order->node, aet, order->cancellable, error);
  return slot->client != NULL;
}

static gboolean
open_client (Sending *self, Slot *slot, GError **error)
{
  g_autoptr(GArray) contexts = make_contexts (self);

  return start_client (self, slot, error) &&
         ic_net_client_open (slot->client, contexts, self->order->cancellable, error);
}

static gboolean
is_accepted (GHashTable *accepted, const char *class_uid, const char *syntax)
{
  g_autofree char *pair = g_strconcat (class_uid, " ", syntax, NULL);

  return g_hash_table_contains (accepted, pair);
}

/* What the node takes instances of a class in, of what we can convert them to. */
static const char *
find_native (GHashTable *accepted, const char *class_uid)
{
  if (is_accepted (accepted, class_uid, IC_TS_EXPLICIT_VR_LE))
    return IC_TS_EXPLICIT_VR_LE;
  return is_accepted (accepted, class_uid, IC_TS_IMPLICIT_VR_LE) ? IC_TS_IMPLICIT_VR_LE : NULL;
}

static void
decline_unwanted (Sending *self, GHashTable *accepted)
{
  GPtrArray *items = ic_send_plan_get_items (self->plan);

  for (guint i = 0; i < items->len; i++)
    {
      IcSendItem *item = items->pdata[i];

      if (item->group == self->group && item->state == IC_SEND_ITEM_WAITING &&
          !is_accepted (accepted, item->instance->sop_class_uid,
                        item->instance->transfer_syntax_uid))
        ic_send_plan_decline (self->plan, item,
                              find_native (accepted, item->instance->sop_class_uid));
    }
}

static gboolean
open_slot (Sending *self, Slot *slot, GError **error)
{
  g_autoptr(GHashTable) accepted = NULL;

  if (open_client (self, slot, error))
    accepted = ic_net_client_list_accepted (slot->client, self->order->cancellable, error);
  if (accepted != NULL)
    decline_unwanted (self, accepted);
  else
    close_slot (slot);
  return accepted != NULL;
}

static gboolean
open_first (Sending *self, GError **error)
{
  const IcSending *order = self->order;
  Slot *slot = &self->slots[0];

  slot->place = ic_node_lane_wait (order->desk, order->node, "send", self->limit, order->progress,
                                   order->cancellable, error);
  return slot->place != NULL && open_slot (self, slot, error);
}

/* One more, where that helps, while the others go on: a node that serves one association after the
 * other answers the request only when the first has ended.
 */
static void
open_another (Sending *self)
{
  const IcSending *order = self->order;
  g_autoptr(GArray) contexts = make_contexts (self);
  Slot *slot = self->slots;

  while (slot->client != NULL)
    slot++;
  slot->place = ic_node_lane_try (order->desk, order->node, "send", self->limit);
  if (slot->place != NULL && start_client (self, slot, NULL))
    {
      slot->opening = ic_net_client_start_opening (slot->client, contexts, ANOTHER_ACSE_MS);
      return;
    }
  close_slot (slot);
  self->limit = count_ready (self);
}

/* A node that does not want it is asked no more. */
static void
finish_opening (Sending *self, Slot *slot)
{
  if (ic_net_opening_finish (g_steal_pointer (&slot->opening), NULL))
    return;
  close_slot (slot);
  self->limit = MAX (count_ready (self), 1);
}

/* More associations hide how long the node takes for its answers, not how long sending takes. */
static gboolean
another_would_help (Sending *self)
{
  guint n = count_ready (self);

  return n > 0 && n < self->limit && !self->is_full && !is_opening (self) &&
         self->wait_us > SLOW_ANSWER_US && self->wait_us * 2 > self->item_us &&
         (gint64) count_waiting (self) * self->item_us / n > WORTHWHILE_US;
}

static guint
choose_batch_size (Sending *self)
{
  guint share = count_waiting (self) / (BATCHES_PER_ASSOCIATION * count_ready (self)) + 1;

  if (self->item_us == 0)
    return MIN (share, FIRST_BATCH);
  return CLAMP (BATCH_US / MAX (self->item_us, 1), 1, MIN (share, IC_SEND_BATCH_MAX));
}

static int
open_file (Sending *self, const IcSendItem *item)
{
  IcDataDir *data_dir = ic_desk_get_data_dir (self->order->desk);
  g_autofree char *path = ic_data_dir_dup_path (data_dir, item->instance->path);

  return open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

/* Opens the files of @items; those that cannot be opened leave the array. */
static GArray *
open_files (Sending *self, GPtrArray *items)
{
  GArray *fds = g_array_new (FALSE, FALSE, sizeof (int));
  guint n = 0;

  for (guint i = 0; i < items->len; i++)
    {
      int fd = open_file (self, items->pdata[i]);

      if (fd < 0)
        {
          ic_send_plan_fail (self->plan, items->pdata[i], "the stored file cannot be opened");
          continue;
        }
      g_array_append_val (fds, fd);
      items->pdata[n++] = items->pdata[i];
    }
  g_ptr_array_set_size (items, (int) n);
  return fds;
}

static void
fill_slot (Sending *self, Slot *slot)
{
  while (is_ready (slot) && !self->is_full &&
         g_queue_get_length (&slot->batches) < BATCHES_PER_ASSOCIATION)
    {
      g_autoptr(GPtrArray) items =
                     ic_send_plan_take (self->plan, self->group, choose_batch_size (self));
      g_autoptr(GArray) fds = NULL;

      if (items->len == 0)
        return;
      fds = open_files (self, items);
      if (items->len > 0)
        g_queue_push_tail (&slot->batches, ic_send_batch_start (slot->client, items, fds));
    }
}

static void
report (Sending *self)
{
  GPtrArray *items = ic_send_plan_get_items (self->plan);
  guint accepted = 0;
  guint settled = 0;

  for (guint i = 0; i < items->len; i++)
    {
      const IcSendItem *item = items->pdata[i];

      accepted += item->state == IC_SEND_ITEM_ACCEPTED;
      settled += item->state == IC_SEND_ITEM_ACCEPTED || item->state == IC_SEND_ITEM_FAILED;
      self->is_full |= item->state == IC_SEND_ITEM_FAILED && (item->status & 0xff00) == 0xa700;
    }
  if (accepted > self->n_accepted)
    self->n_breaks = 0;
  self->n_accepted = accepted;
  ic_progress_report (self->progress, settled - self->n_settled, items->len - self->n_settled);
}

/* A batch that did not come to its end says nothing about speed. */
static gboolean
finish_batch (Sending *self, Slot *slot, GError **error)
{
  guint before = self->n_accepted;
  IcSendShare share = { 0 };
  gboolean ok = ic_send_batch_finish (g_queue_pop_head (&slot->batches), self->plan, &share,
                                      self->order->cancellable, error);

  report (self);
  if (ok && self->n_accepted > before)
    {
      self->item_us = (gint64) share.total_us / (self->n_accepted - before);
      self->wait_us = (gint64) share.waited_us / (self->n_accepted - before);
    }
  return ok;
}

/* After a break the other batches of the association come back by themselves, unsent. */
static void
drain_slot (Sending *self, Slot *slot)
{
  while (!g_queue_is_empty (&slot->batches))
    finish_batch (self, slot, NULL);
  close_slot (slot);
}

/* What still has an association at the end may be of use again. */
static void
end_slot (Sending *self, Slot *slot)
{
  if (is_ready (slot) && g_queue_is_empty (&slot->batches))
    ic_net_client_give (g_steal_pointer (&slot->client), self->order->spare);
  drain_slot (self, slot);
}

static void
end_all (Sending *self)
{
  for (guint i = 0; i < ASSOCIATIONS_MAX; i++)
    end_slot (self, &self->slots[i]);
}

static gboolean
is_idle (Sending *self)
{
  for (guint i = 0; i < ASSOCIATIONS_MAX; i++)
    if (!g_queue_is_empty (&self->slots[i].batches))
      return FALSE;
  return TRUE;
}

static Slot *
find_done (Sending *self)
{
  for (guint i = 0; i < ASSOCIATIONS_MAX; i++)
    {
      IcSendBatch *first = g_queue_peek_head (&self->slots[i].batches);

      if (self->slots[i].opening != NULL && ic_net_opening_is_done (self->slots[i].opening))
        return &self->slots[i];
      if (first != NULL &&
          (ic_send_batch_is_done (first) || g_cancellable_is_cancelled (self->order->cancellable)))
        return &self->slots[i];
    }
  return NULL;
}

static Slot *
wait_for_any (Sending *self)
{
  Slot *done = find_done (self);

  while (done == NULL)
    {
      g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
      done = find_done (self);
    }
  return done;
}

/* The node may need a moment to come back. */
static void
pause_before_try (Sending *self)
{
  gint64 pause_us = 0;

  if (self->n_breaks > 1)
    pause_us = (gint64) PAUSE_US << (2 * (self->n_breaks - 2));
  for (gint64 until_us = g_get_monotonic_time () + pause_us;
       g_get_monotonic_time () < until_us &&
       !g_cancellable_is_cancelled (self->order->cancellable);)
    g_usleep (PAUSE_US / 5);
}

/* Opens the first association anew until it stays open or there is no hope. */
static gboolean
reopen (Sending *self, GError *failure, GError **error)
{
  g_autoptr(GError) last = failure;

  ic_progress_set_message (self->order->progress, _ ("Connecting again"));
  while (self->n_breaks < BREAKS_MAX)
    {
      pause_before_try (self);
      g_clear_error (&last);
      if (open_first (self, &last))
        return TRUE;
      close_slot (&self->slots[0]);
      self->n_breaks = g_error_matches (last, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                           ? BREAKS_MAX
                           : self->n_breaks + 1;
    }
  g_propagate_error (error, g_steal_pointer (&last));
  return FALSE;
}

/* An association broke: others go on with what it had, or it is opened again. That we broke it off
 * ourselves is no fault of the node.
 */
static gboolean
recover (Sending *self, Slot *slot, GError *failure, GError **error)
{
  drain_slot (self, slot);
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (!g_error_matches (failure, IC_ERROR, IC_ERROR_STORE_DAMAGED))
    {
      self->n_breaks++;
      self->limit = MAX (count_ready (self), 1);
    }
  if (count_ready (self) > 0 || self->is_full || count_waiting (self) == 0)
    {
      g_error_free (failure);
      return TRUE;
    }
  end_all (self);
  return reopen (self, failure, error);
}

static gboolean
step (Sending *self, GError **error)
{
  g_autoptr(GError) failure = NULL;
  Slot *slot = wait_for_any (self);

  if (slot->opening != NULL)
    {
      finish_opening (self, slot);
      return TRUE;
    }
  if (!finish_batch (self, slot, &failure) &&
      !recover (self, slot, g_steal_pointer (&failure), error))
    return FALSE;
  if (another_would_help (self))
    open_another (self);
  return TRUE;
}

static void
fill_slots (Sending *self)
{
  for (guint i = 0; i < ASSOCIATIONS_MAX; i++)
    fill_slot (self, &self->slots[i]);
}

static gboolean
send_group (Sending *self, GError **error)
{
  gboolean ok = open_first (self, error);

  ic_progress_set_message (self->order->progress, _ ("Sending"));
  if (ok)
    fill_slots (self);
  while (ok && !is_idle (self))
    {
      ok = step (self, error);
      if (ok)
        fill_slots (self);
    }
  end_all (self);
  return ok;
}

static gboolean
woken_cb (GCancellable *cancellable, gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* So that a cancel from another thread ends the waiting at once. */
static void
attach_waker (Sending *self)
{
  if (self->order->cancellable == NULL)
    return;
  self->waker = g_cancellable_source_new (self->order->cancellable);
  g_source_set_callback (self->waker, G_SOURCE_FUNC (woken_cb), NULL, NULL);
  g_source_attach (self->waker, g_main_context_get_thread_default ());
}

static void
refuse (Sending *self, IcSendItem *item)
{
  g_autoptr(GError) reason = NULL;

  if (item->state != IC_SEND_ITEM_FAILED)
    ic_send_plan_fail (self->plan, item,
                       self->is_full ? "not sent: the node is out of resources" : "not sent");
  ic_proof_set_refused (self->order->proof, item->series_uid, item->instance->sop_instance_uid,
                        item->remark);
  reason = g_error_new_literal (IC_ERROR, IC_ERROR_NODE_FAILED, item->remark);
  ic_progress_add_item (self->order->progress, item->instance->sop_instance_uid, reason);
}

/* Every instance has a fate, and the proof is told of it. */
static GPtrArray *
tell_proof (Sending *self)
{
  GPtrArray *items = ic_send_plan_get_items (self->plan);
  GPtrArray *accepted = g_ptr_array_new ();
  guint n_warnings = 0;

  for (guint i = 0; i < items->len; i++)
    {
      IcSendItem *item = items->pdata[i];

      if (item->state != IC_SEND_ITEM_ACCEPTED)
        {
          refuse (self, item);
          continue;
        }
      ic_proof_add_accepted (self->order->proof, item->series_uid,
                             item->instance->sop_instance_uid);
      g_ptr_array_add (accepted, (gpointer) item->instance);
      n_warnings += item->remark != NULL;
    }
  if (n_warnings > 0)
    g_ptr_array_add (self->order->notices,
                     g_strdup_printf (ngettext ("%u image was accepted with a warning: the node "
                                                "may have changed something in it",
                                                "%u images were accepted with a warning: the node "
                                                "may have changed something in them",
                                                n_warnings),
                                      n_warnings));
  return accepted;
}

/* A node that took nothing because it is full has failed; one that took some is short of the rest.
 */
static gboolean
judge_full (Sending *self, GError **error)
{
  if (!self->is_full)
    return TRUE;
  if (self->n_accepted > 0)
    {
      ic_proof_add_fault (self->order->proof,
                          "the node is out of resources (status 0xa700) and got no more images");
      return TRUE;
    }
  g_set_error (error, IC_ERROR, IC_ERROR_NODE_FAILED,
               "%s answered C-STORE with status 0xa700: out of resources", self->order->node->name);
  return FALSE;
}

static gboolean
send_groups (Sending *self, guint first, GError **error)
{
  for (guint i = first; !self->is_full && i < ic_send_plan_count_groups (self->plan); i++)
    {
      self->group = i;
      if (count_waiting (self) > 0 && !send_group (self, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
send_round (Sending *self, guint first, double from, double to, GError **error)
{
  g_autoptr(IcProgress) part = ic_progress_child (self->order->progress, from, to);
  gboolean ok = FALSE;

  self->progress = part;
  ok = send_groups (self, first, error);
  self->progress = NULL;
  return ok;
}

static guint
count_items (Sending *self, IcSendItemState state)
{
  guint n = 0;

  for (guint i = 0; i < ic_send_plan_count_groups (self->plan); i++)
    n += ic_send_plan_count (self->plan, i, state);
  return n;
}

/* Converting takes as long as it takes: the node is not kept waiting on an open association. */
static gboolean
convert_and_send (Sending *self, IcConversion *conversion, GError **error)
{
  const guint n_items = ic_send_plan_get_items (self->plan)->len;
  const double sent = 1.0 - (double) count_items (self, IC_SEND_ITEM_UNWANTED) / n_items;
  const guint first = ic_send_plan_begin_round (self->plan);
  g_autoptr(IcProgress) part = ic_progress_child (self->order->progress, sent, (1 + sent) / 2);

  if (!ic_send_conversion_run (self->order, self->plan, conversion, part, error))
    return FALSE;
  self->n_settled =
      count_items (self, IC_SEND_ITEM_ACCEPTED) + count_items (self, IC_SEND_ITEM_FAILED);
  return send_round (self, first, (1 + sent) / 2, 1, error);
}

/* First everything as it is stored, then what the node takes in another syntax only. */
static gboolean
send_all (Sending *self, IcConversion *conversion, GError **error)
{
  return send_round (self, 0, 0, 1, error) &&
         (self->is_full || count_items (self, IC_SEND_ITEM_UNWANTED) == 0 ||
          convert_and_send (self, conversion, error));
}

gboolean
ic_sending_run (const IcSending *order, GPtrArray **accepted, GError **error)
{
  g_autoptr(IcConversion) conversion = ic_conversion_new (order->desk);
  g_autoptr(IcSendPlan) plan = ic_send_plan_new (order->studies);
  Sending self = {
    .order = order,
    .plan = plan,
    .limit = order->node->max_associations > 0 ? order->node->max_associations
                                               : IC_NODE_ASSOCIATIONS_USUAL,
  };
  gboolean ok = FALSE;

  attach_waker (&self);
  ok = send_all (&self, conversion, error);
  if (self.waker != NULL)
    g_source_destroy (self.waker);
  g_clear_pointer (&self.waker, g_source_unref);
  *accepted = tell_proof (&self);
  return ok && judge_full (&self, error);
}
