/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-mover.h"

#include "core/ic-error.h"
#include "ops/ic-committing.h"
#include "ops/ic-listening.h"

#include <string.h>

#define SILENCE_US (120 * G_USEC_PER_SEC)
#define LATE_US (5 * G_USEC_PER_SEC)
#define TROUBLE_US (2 * G_USEC_PER_SEC)
#define LOOK_MS 100
#define RESOLVE_MS 10000

struct _IcMover
{
  IcDesk *desk;
  IcNode *node;
  char *our_aet;
  IcNetClient *client;
  IcIntake *intake;
  GCancellable *cancellable;
  IcListener *listener;
  guint16 message_id;
  gint64 last_arrival; /* monotonic time */
  GCancellable *stop;  /* of the request under way */
  gboolean is_silent;
  GError *error; /* why nothing more can come */
};

static void
note_arrival (IcMover *self)
{
  self->last_arrival = g_get_monotonic_time ();
  if (self->stop != NULL)
    ic_net_client_touch (self->client);
}

static gboolean
take_file (const IcNetFile *file, gpointer user_data, GError **error)
{
  IcMover *self = user_data;

  note_arrival (self);
  return ic_intake_add (self->intake, file, error);
}

static void
hear (gpointer user_data)
{
  note_arrival (user_data);
}

static void
take_failure (const GError *error, gpointer user_data)
{
  IcMover *self = user_data;

  if (self->error == NULL)
    self->error = g_error_copy (error);
  if (self->stop != NULL)
    g_cancellable_cancel (self->stop);
}

static void
log_refusal (const IcListenerRefusal *refusal, gpointer user_data)
{
  IcMover *self = user_data;

  ic_listening_log_refusal (self->desk, refusal);
}

static guint16
hear_report (const char *transaction_uid, GArray *answers, gpointer user_data)
{
  IcMover *self = user_data;

  return ic_committing_hear (self->desk, transaction_uid, answers);
}

/* Of this node alone: others may have its AE title. */
static char **
dup_addresses (IcNode *node)
{
  g_autoptr(GPtrArray) nodes = g_ptr_array_new ();
  g_autoptr(GStrvBuilder) addresses = g_strv_builder_new ();
  g_autoptr(GVariant) peers = NULL;

  g_ptr_array_add (nodes, node);
  peers = g_variant_ref_sink (ic_listener_resolve (nodes, RESOLVE_MS));
  for (gsize i = 0; i < g_variant_n_children (peers); i++)
    {
      const char *address = NULL;

      g_variant_get_child (peers, i, "(&s&s)", NULL, &address);
      g_strv_builder_add (addresses, address);
    }
  return g_strv_builder_end (addresses);
}

static gboolean
join (IcMover *self, const char *const *uids, GError **error)
{
  static gint n_movers = 0; /* all of a program write into one folder */
  g_autofree char *prefix = g_strdup_printf ("m%d-", g_atomic_int_add (&n_movers, 1));
  const IcListenerHandlers handlers = { take_file,   hear,        take_failure,
                                        log_refusal, hear_report, self };
  g_auto(GStrv) addresses = dup_addresses (self->node);
  const IcListenerOrder order = {
    .originator = self->our_aet,
    .node = self->node,
    .addresses = (const char *const *) addresses,
    .uids = uids,
    .prefix = prefix,
    .folder_fd = ic_intake_get_folder_fd (self->intake),
  };

  self->listener = ic_listening_join (self->desk, &handlers, self->cancellable, error);
  if (self->listener == NULL)
    return FALSE;
  self->message_id = ic_listener_expect (self->listener, &order, error);
  return self->message_id != 0;
}

IcMover *
ic_mover_new (IcDesk *desk,
              IcNode *node,
              const char *our_aet,
              const char *const *uids,
              IcNetClient *client,
              IcIntake *intake,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr(IcMover) self = g_new0 (IcMover, 1);

  self->desk = ic_desk_ref (desk);
  self->node = ic_node_ref (node);
  self->our_aet = g_strdup (our_aet);
  self->client = client;
  self->intake = intake;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  if (!ic_listening_check_node (desk, node, error) || !join (self, uids, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
ic_mover_free (IcMover *self)
{
  if (self->message_id != 0)
    ic_listener_forget (self->listener);
  g_clear_pointer (&self->listener, ic_listener_free);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  ic_node_unref (self->node);
  ic_desk_unref (self->desk);
  g_free (self->our_aet);
  g_free (self);
}

static void
forward_cancel_cb (GCancellable *cancellable, gpointer stop)
{
  g_cancellable_cancel (stop);
}

/* Whoever runs a PACS may be told its tapes are slow; a line that is dead must be noticed too. */
static gboolean
look_for_silence_cb (gpointer data)
{
  IcMover *self = data;

  if (g_get_monotonic_time () - ic_net_client_get_last_sign (self->client) < SILENCE_US)
    return G_SOURCE_CONTINUE;
  self->is_silent = TRUE;
  g_cancellable_cancel (self->stop);
  return G_SOURCE_CONTINUE;
}

static gboolean
move (IcMover *self, IcQuery *query, IcNetGetResult *result, GError **error)
{
  g_autoptr(GCancellable) stop = g_cancellable_new ();
  g_autoptr(GSource) watch = g_timeout_source_new (LOOK_MS);
  gulong handler = 0;
  gboolean ok = FALSE;

  self->stop = stop;
  g_source_set_callback (watch, look_for_silence_cb, self, NULL);
  g_source_attach (watch, g_main_context_get_thread_default ());
  if (self->cancellable != NULL)
    handler = g_cancellable_connect (self->cancellable, G_CALLBACK (forward_cancel_cb), stop, NULL);
  ok = ic_net_client_move (self->client, query, self->our_aet, self->message_id, result, NULL, stop,
                           error);
  g_cancellable_disconnect (self->cancellable, handler);
  g_source_destroy (watch);
  self->stop = NULL;
  return ok;
}

/* PS3.4 table C.4-2: the most common reason why C-MOVE does not work at all, and nobody but the
 * administrator of the node can change it.
 */
static void
explain_unknown_destination (IcMover *self, GError **error)
{
  g_autofree char *port = ic_desk_dup_setting (self->desk, "port", NULL);

  if (g_error_matches (*error, IC_ERROR, IC_ERROR_NODE_FAILED) &&
      strstr ((*error)->message, "0xa801") != NULL)
    {
      g_autofree char *message = g_steal_pointer (&(*error)->message);

      (*error)->message = g_strdup_printf ("%s; the AE title %s must be entered there with the "
                                           "address of this machine and port %s",
                                           message, self->our_aet, port != NULL ? port : "?");
    }
}

const char *
ic_mover_get_trouble (IcMover *self)
{
  return ic_listener_get_trouble (self->listener);
}

/* By TLS the node itself hears of it first, and may tell us before the listener does. */
static void
wait_for_trouble (IcMover *self)
{
  const gint64 until = g_get_monotonic_time () + TROUBLE_US;
  g_autofree char *cert = ic_desk_dup_setting (self->desk, "tls-cert", NULL);
  guint under_way = 0;

  if (cert == NULL || *cert == '\0')
    return;
  while (*ic_mover_get_trouble (self) == '\0' && g_get_monotonic_time () < until &&
         !g_cancellable_is_cancelled (self->cancellable))
    {
      ic_listening_rest ();
      if (!ic_listener_settle (self->listener, &under_way, NULL))
        return;
    }
}

/* The node may only know that its own association failed. */
static void
explain_trouble (IcMover *self, GError **error)
{
  const char *trouble = NULL;
  g_autofree char *message = NULL;

  if (!g_error_matches (*error, IC_ERROR, IC_ERROR_NODE_FAILED))
    return;
  wait_for_trouble (self);
  trouble = ic_mover_get_trouble (self);
  if (*trouble == '\0')
    return;
  message = g_steal_pointer (&(*error)->message);
  (*error)->message = g_strdup_printf ("%s; when it connected to us: %s", message, trouble);
}

gboolean
ic_mover_request (IcMover *self, IcQuery *query, IcNetGetResult *result, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  guint under_way = 0;
  const gboolean ok = self->error == NULL && move (self, query, result, &local_error);

  if (ok)
    return TRUE;
  /* What is complete counts, whatever went wrong. */
  if (self->error == NULL)
    ic_listener_settle (self->listener, &under_way, NULL);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->error));
      return FALSE;
    }
  if (self->is_silent)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_TIMED_OUT, "%s sent nothing for %d s",
                   self->node->name, (int) (SILENCE_US / G_USEC_PER_SEC));
      return FALSE;
    }
  explain_unknown_destination (self, &local_error);
  explain_trouble (self, &local_error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
settle (IcMover *self, guint *under_way, GError **error)
{
  if (self->error == NULL && ic_listener_settle (self->listener, under_way, error))
    return ic_intake_settle (self->intake, error);
  if (self->error != NULL)
    {
      g_clear_error (error);
      g_propagate_error (error, g_error_copy (self->error));
    }
  return FALSE;
}

gboolean
ic_mover_wait (IcMover *self,
               gboolean (*is_complete) (gpointer user_data),
               gpointer user_data,
               GError **error)
{
  note_arrival (self);
  for (;;)
    {
      guint under_way = 0;

      if (!settle (self, &under_way, error))
        return FALSE;
      if (under_way == 0 && is_complete (user_data))
        return TRUE;
      if (under_way == 0 && g_get_monotonic_time () - self->last_arrival >= LATE_US)
        return TRUE;
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      ic_listening_rest ();
    }
}
