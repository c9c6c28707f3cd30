/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-node-item.h"

#include "ops/ic-query-job.h"
#include "words/ic-error-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

struct _IcNodeItem
{
  GObject parent_instance;

  IcNode *node;
  IcJob *job; /* the test under way; NULL without one */
  IcNodeState state;
  char *sentence;
  char *technical;
  gint64 tested_at;
  gboolean has_previews;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_PREVIEWS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum
{
  TESTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcNodeItem, ic_node_item, G_TYPE_OBJECT)

static void
set_result (IcNodeItem *self, IcNodeState state, char *sentence, const char *technical)
{
  self->state = state;
  g_free (self->sentence);
  self->sentence = sentence;
  g_free (self->technical);
  self->technical = ic_words_dup_printable (technical);
  self->tested_at = g_get_real_time () / G_USEC_PER_SEC;
}

static char *
dup_failure (IcNodeItem *self, const IcNodeTestResult *result, const GError *error)
{
  const IcErrorContext context = { .subject = self->node->name,
                                   .our_aet = result != NULL ? result->our_aet : NULL,
                                   .is_plain = TRUE };

  return ic_error_words_dup_sentence (error, &context);
}

static void
take_answer (IcNodeItem *self, const IcNodeTestResult *result)
{
  const GError *error = result->search_error;
  g_autofree char *name = ic_words_dup_printable (self->node->name);

  if (error == NULL)
    set_result (self, IC_NODE_ANSWERS,
                g_strdup_printf (_ ("%s answers, knows us as %s and can be searched (%u ms)."),
                                 name, result->our_aet, result->echo_ms),
                "");
  else if (g_error_matches (error, IC_ERROR, IC_ERROR_NODE_REJECTED))
    set_result (self, IC_NODE_TAKES_ONLY,
                g_strdup_printf (_ ("%s answers and knows us as %s, but cannot be searched: it is "
                                    "good to send to, not to fetch from."),
                                 name, result->our_aet),
                error->message);
  else
    set_result (self, IC_NODE_FAILED, dup_failure (self, result, error), error->message);
}

static void
state_changed_cb (IcNodeItem *self)
{
  g_autoptr(IcJob) job = NULL;
  const GError *error = NULL;

  if (!ic_job_is_finished (self->job))
    return;
  job = g_steal_pointer (&self->job);
  error = ic_job_get_error (job);
  if (error != NULL)
    set_result (self, IC_NODE_FAILED, dup_failure (self, ic_job_get_result (job), error),
                error->message);
  else if (ic_job_get_state (job) == IC_JOB_SUCCEEDED)
    take_answer (self, ic_job_get_result (job));
  else
    self->state = IC_NODE_UNTESTED;
  g_signal_emit (self, signals[TESTED], 0);
}

static void
ic_node_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NAME)
    g_value_set_string (value, ic_node_item_get_name (IC_NODE_ITEM (object)));
  else
    g_value_set_boolean (value, ic_node_item_has_previews (IC_NODE_ITEM (object)));
}

/* Who removes a node does not wait for what it would have answered. */
static void
ic_node_item_dispose (GObject *object)
{
  IcNodeItem *self = IC_NODE_ITEM (object);

  if (self->job != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->job, self);
      ic_job_cancel (self->job);
    }
  g_clear_object (&self->job);
  G_OBJECT_CLASS (ic_node_item_parent_class)->dispose (object);
}

static void
ic_node_item_finalize (GObject *object)
{
  IcNodeItem *self = IC_NODE_ITEM (object);

  ic_node_unref (self->node);
  g_free (self->sentence);
  g_free (self->technical);
  G_OBJECT_CLASS (ic_node_item_parent_class)->finalize (object);
}

static void
ic_node_item_class_init (IcNodeItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ic_node_item_get_property;
  object_class->dispose = ic_node_item_dispose;
  object_class->finalize = ic_node_item_finalize;
  properties[PROP_NAME] =
      g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PREVIEWS] = g_param_spec_boolean ("previews", NULL, NULL, TRUE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[TESTED] = g_signal_new ("tested", IC_TYPE_NODE_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
ic_node_item_init (IcNodeItem *self)
{
  self->has_previews = TRUE;
  self->sentence = g_strdup ("");
  self->technical = g_strdup ("");
}

IcNodeItem *
ic_node_item_new (IcNode *node)
{
  IcNodeItem *self = g_object_new (IC_TYPE_NODE_ITEM, NULL);

  self->node = ic_node_ref (node);
  return self;
}

IcNode *
ic_node_item_get_node (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), NULL);
  return self->node;
}

const char *
ic_node_item_get_name (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), NULL);
  return self->node->name;
}

gboolean
ic_node_item_has_previews (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), FALSE);
  return self->has_previews;
}

void
ic_node_item_set_previews (IcNodeItem *self, gboolean has_previews)
{
  g_return_if_fail (IC_IS_NODE_ITEM (self));
  if (self->has_previews == has_previews)
    return;
  self->has_previews = has_previews;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PREVIEWS]);
}

gboolean
ic_node_item_is_of (IcNodeItem *self, IcNode *node)
{
  const IcNode *own = NULL;

  g_return_val_if_fail (IC_IS_NODE_ITEM (self), FALSE);
  own = self->node;
  return g_str_equal (own->name, node->name) && g_str_equal (own->aet, node->aet) &&
         g_str_equal (own->host, node->host) && own->port == node->port &&
         g_str_equal (own->our_aet, node->our_aet) && own->tls == node->tls &&
         g_str_equal (own->tls_ca, node->tls_ca) && g_str_equal (own->tls_cert, node->tls_cert) &&
         g_str_equal (own->tls_key, node->tls_key) && own->retrieve == node->retrieve &&
         own->max_associations == node->max_associations;
}

void
ic_node_item_test (IcNodeItem *self, IcDesk *desk)
{
  g_return_if_fail (IC_IS_NODE_ITEM (self));
  if (self->job != NULL)
    return;
  self->state = IC_NODE_TESTING;
  self->job = ic_node_test_job_new (desk, self->node);
  g_signal_connect_object (self->job, "notify::state", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_emit (self, signals[TESTED], 0);
  ic_job_start (self->job);
}

IcNodeState
ic_node_item_get_state (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), IC_NODE_UNTESTED);
  return self->state;
}

const char *
ic_node_item_get_sentence (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), NULL);
  return self->sentence;
}

const char *
ic_node_item_get_technical (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), NULL);
  return self->technical;
}

gint64
ic_node_item_get_tested_at (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), 0);
  return self->tested_at;
}
