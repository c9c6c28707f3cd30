/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-node-change.h"

#include "ops/ic-preview.h"
#include "store/ic-audit.h"
#include "store/ic-node-repo.h"
#include "store/ic-setting-repo.h"

IcNodeChange *
ic_node_change_new (const char *operator_name, const char *known, IcNode *node)
{
  IcNodeChange *self = g_new0 (IcNodeChange, 1);

  self->operator_name = g_strdup (operator_name);
  self->known = g_strdup (known);
  self->node = node != NULL ? ic_node_ref (node) : NULL;
  return self;
}

void
ic_node_change_free (IcNodeChange *self)
{
  g_free (self->operator_name);
  g_free (self->known);
  g_clear_pointer (&self->node, ic_node_unref);
  g_free (self);
}

static gboolean
log_removal (IcWriteTx *tx, const IcNodeChange *self, GError **error)
{
  const IcAuditField details[] = { { "node", self->known }, { NULL, NULL } };
  const IcAuditEvent event = { .operator_name = self->operator_name,
                               .action = "node-removed",
                               .details = details };

  return ic_audit_append (tx, &event, error);
}

/* What it was called before stands last, where that is to be said. */
static gboolean
log_node (IcWriteTx *tx, const IcNodeChange *self, GError **error)
{
  g_autofree char *port = g_strdup_printf ("%u", self->node->port);
  gboolean is_renamed = g_strcmp0 (self->known, self->node->name) != 0;
  const IcAuditField details[] = {
    { "node", self->node->name },
    { "aet", self->node->aet },
    { "host", self->node->host },
    { "port", port },
    { "tls", self->node->tls ? "yes" : "no" },
    { "retrieve", ic_retrieve_method_to_string (self->node->retrieve) },
    { self->known != NULL && is_renamed ? "before" : NULL, self->known },
    { NULL, NULL },
  };
  const IcAuditEvent event = { .operator_name = self->operator_name,
                               .action = self->known != NULL ? "node-changed" : "node-added",
                               .details = details };

  return ic_audit_append (tx, &event, error);
}

/* What was said of a node stays with it under its new name. */
static gboolean
carry_settings (IcWriteTx *tx, const IcNodeChange *self, GError **error)
{
  g_autofree char *from = ic_preview_dup_setting_key (self->known);
  g_autofree char *to = ic_preview_dup_setting_key (self->node->name);
  g_autofree char *value = NULL;

  if (g_str_equal (from, to))
    return TRUE;
  value = ic_setting_repo_dup (ic_write_tx_read (tx), from, "", error);
  return value != NULL && ic_setting_repo_set (tx, from, NULL, error) &&
         ic_setting_repo_set (tx, to, *value != '\0' ? value : NULL, error);
}

gboolean
ic_node_change_apply (IcWriteTx *tx, gpointer data, GError **error)
{
  const IcNodeChange *self = data;

  if (self->node == NULL)
    return ic_node_repo_remove (tx, self->known, error) && log_removal (tx, self, error);
  if (self->known == NULL)
    return ic_node_repo_add (tx, self->node, error) && log_node (tx, self, error);
  return ic_node_repo_update (tx, self->known, self->node, error) &&
         carry_settings (tx, self, error) && log_node (tx, self, error);
}
