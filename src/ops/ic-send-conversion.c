/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-send-conversion.h"

#include "ops/ic-transfer-log.h"

#include <glib/gi18n.h>

typedef struct
{
  IcSendPlan *plan;
  GHashTable *unwanted; /* IcInstance → IcSendItem */
} Round;

static GHashTable *
list_unwanted (IcSendPlan *plan)
{
  GHashTable *unwanted = g_hash_table_new (NULL, NULL);
  GPtrArray *items = ic_send_plan_get_items (plan);

  for (guint i = 0; i < items->len; i++)
    {
      IcSendItem *item = items->pdata[i];

      if (item->state == IC_SEND_ITEM_UNWANTED)
        g_hash_table_insert (unwanted, (gpointer) item->instance, item);
    }
  return unwanted;
}

static const char *
choose_syntax (const IcInstance *instance, gpointer user_data)
{
  const Round *self = user_data;
  const IcSendItem *item = g_hash_table_lookup (self->unwanted, instance);

  return item != NULL ? item->wanted_syntax : NULL;
}

static void
note_failure (const IcInstance *instance, const GError *error, gpointer user_data)
{
  const Round *self = user_data;

  ic_send_plan_fail_conversion (self->plan, g_hash_table_lookup (self->unwanted, instance),
                                error->message);
}

static void
renew_items (Round *self)
{
  GPtrArray *items = ic_send_plan_get_items (self->plan);

  for (guint i = 0; i < items->len; i++)
    {
      IcSendItem *item = items->pdata[i];

      if (item->state == IC_SEND_ITEM_UNWANTED)
        ic_send_plan_renew (self->plan, item);
    }
}

static gboolean
log_conversion (const IcSending *order, IcConversion *conversion, GError **error)
{
  const IcAuditField node = { "node", order->node->name };
  g_autofree char *changes = ic_conversion_dup_changes (conversion);
  guint n = ic_conversion_count (conversion);

  if (n == 0)
    return TRUE;
  g_ptr_array_add (order->notices,
                   /* Translators: a node, and what was converted to what. */
                   g_strdup_printf (_ ("%s does not take these as they are stored; converted: %s"),
                                    order->node->name, changes));
  return ic_transfer_log_converted (order->desk, order->transfer, &node, n, changes, error);
}

static void
announce (const IcSending *order, guint n)
{
  g_autofree char *message =
      g_strdup_printf (ngettext ("Converting %u image, which %s does not take as it is",
                                 "Converting %u images, which %s does not take as they are", n),
                       n, order->node->name);

  ic_progress_set_message (order->progress, message);
}

gboolean
ic_send_conversion_run (const IcSending *order,
                        IcSendPlan *plan,
                        IcConversion *conversion,
                        IcProgress *progress,
                        GError **error)
{
  g_autoptr(GHashTable) unwanted = list_unwanted (plan);
  Round self = { plan, unwanted };
  const IcConversionRules rules = { choose_syntax, note_failure, &self };

  announce (order, g_hash_table_size (unwanted));
  if (!ic_conversion_run (conversion, order->studies, &rules, order->proof, progress,
                          order->cancellable, error))
    return FALSE;
  renew_items (&self);
  return log_conversion (order, conversion, error);
}
