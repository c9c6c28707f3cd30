/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ic-node-repo.h"

#include "core/ic-error.h"
#include "domain/ic-text.h"
#include "store/ic-statement.h"

#define COLUMNS                                                                                    \
  "name, aet, host, port, our_aet, tls, tls_ca, tls_cert, tls_key, retrieve, max_associations"

/* Asked of new nodes only: an old one must stay readable, or nobody could remove it. */
static gboolean
check_texts (IcNode *node, GError **error)
{
  return ic_text_check (node->name, "the name of a node", IC_TEXT_NODE_NAME, error) &&
         ic_text_check (node->host, "the host", IC_TEXT_HOST, error);
}

static void
bind_node (IcStatement *statement, IcNode *node)
{
  ic_statement_bind_text (statement, node->name);
  ic_statement_bind_text (statement, node->aet);
  ic_statement_bind_text (statement, node->host);
  ic_statement_bind_int64 (statement, node->port);
  ic_statement_bind_text (statement, node->our_aet);
  ic_statement_bind_int64 (statement, node->tls);
  ic_statement_bind_text (statement, node->tls_ca);
  ic_statement_bind_text (statement, node->tls_cert);
  ic_statement_bind_text (statement, node->tls_key);
  ic_statement_bind_text (statement, ic_retrieve_method_to_string (node->retrieve));
  ic_statement_bind_int64 (statement, node->max_associations);
}

gboolean
ic_node_repo_add (IcWriteTx *tx, IcNode *node, GError **error)
{
  g_autoptr(IcStatement) statement = NULL;

  if (!check_texts (node, error))
    return FALSE;
  statement = ic_statement_new_for_write (tx,
                                          "INSERT INTO node (" COLUMNS
                                          ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                          error);
  if (statement == NULL)
    return FALSE;
  bind_node (statement, node);
  if (ic_statement_run (statement, error))
    return TRUE;
  g_prefix_error (error, "failed to add node %s: ", node->name);
  return FALSE;
}

static gboolean
set_not_found (const char *name, GError **error)
{
  g_set_error (error, IC_ERROR, IC_ERROR_NOT_FOUND, "there is no node %s", name);
  return FALSE;
}

gboolean
ic_node_repo_update (IcWriteTx *tx, const char *name, IcNode *node, GError **error)
{
  g_autoptr(IcStatement) statement = NULL;

  if (!check_texts (node, error))
    return FALSE;
  statement = ic_statement_new_for_write (tx,
                                          "UPDATE node SET (" COLUMNS
                                          ") = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE name = ?",
                                          error);
  if (statement == NULL)
    return FALSE;
  bind_node (statement, node);
  ic_statement_bind_text (statement, name);
  if (!ic_statement_run (statement, error))
    {
      g_prefix_error (error, "failed to change node %s: ", name);
      return FALSE;
    }
  return ic_write_tx_get_changes (tx) > 0 || set_not_found (name, error);
}

gboolean
ic_node_repo_remove (IcWriteTx *tx, const char *name, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new_for_write (tx, "DELETE FROM node WHERE name = ?", error);

  if (statement == NULL)
    return FALSE;
  ic_statement_bind_text (statement, name);
  if (!ic_statement_run (statement, error))
    return FALSE;
  return ic_write_tx_get_changes (tx) > 0 || set_not_found (name, error);
}

static IcNode *
read_node (IcStatement *statement, GError **error)
{
  const char *name = ic_statement_get_text (statement);
  const char *aet = ic_statement_get_text (statement);
  const char *host = ic_statement_get_text (statement);
  guint port = ic_statement_get_int64 (statement);
  const char *our_aet = ic_statement_get_text (statement);
  gboolean tls = ic_statement_get_int64 (statement) != 0;
  const char *tls_ca = ic_statement_get_text (statement);
  const char *tls_cert = ic_statement_get_text (statement);
  const char *tls_key = ic_statement_get_text (statement);
  const char *method = ic_statement_get_text (statement);
  guint max_associations = ic_statement_get_int64 (statement);
  IcRetrieveMethod retrieve = IC_RETRIEVE_GET;
  g_autoptr(IcNode) node = ic_node_new (name, aet, host, port, our_aet, tls, tls_ca, tls_cert,
                                         tls_key, error);

  if (node == NULL || !ic_node_limit_associations (node, max_associations, error))
    return NULL;
  if (ic_retrieve_method_from_string (method, &retrieve))
    ic_node_set_retrieve (node, retrieve);
  return g_steal_pointer (&node);
}

IcNode *
ic_node_repo_find (IcReadTx *tx, const char *name, GError **error)
{
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx, "SELECT " COLUMNS " FROM node WHERE name = ?", error);

  if (statement == NULL)
    return NULL;
  ic_statement_bind_text (statement, name);
  if (ic_statement_step (statement))
    return read_node (statement, error);
  if (ic_statement_check (statement, error))
    set_not_found (name, error);
  return NULL;
}

GPtrArray *
ic_node_repo_list (IcReadTx *tx, GError **error)
{
  g_autoptr(GPtrArray) nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_node_unref);
  g_autoptr(IcStatement) statement =
                 ic_statement_new (tx, "SELECT " COLUMNS " FROM node ORDER BY name", error);

  if (statement == NULL)
    return NULL;
  while (ic_statement_step (statement))
    {
      IcNode *node = read_node (statement, error);

      if (node == NULL)
        return NULL;
      g_ptr_array_add (nodes, node);
    }
  return ic_statement_check (statement, error) ? g_steal_pointer (&nodes) : NULL;
}
