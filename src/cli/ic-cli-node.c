/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-progress.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "ops/ic-node-change.h"
#include "ops/ic-query-job.h"
#include "store/ic-node-repo.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

/* What was typed. */
typedef struct
{
  char *aet;
  char *host;
  char *port;
  char *our_aet;
  char *retrieve;
  char *associations;
  gboolean tls;
  char *tls_ca;
  char *tls_cert;
  char *tls_key;
} Typed;

static void
typed_clear (Typed *self)
{
  g_free (self->aet);
  g_free (self->host);
  g_free (self->port);
  g_free (self->our_aet);
  g_free (self->retrieve);
  g_free (self->associations);
  g_free (self->tls_ca);
  g_free (self->tls_cert);
  g_free (self->tls_key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

static const IcCliColumn columns[] = {
  { N_ ("Name"), 12, FALSE }, { N_ ("AE title"), 16, FALSE }, { N_ ("Host"), 16, FALSE },
  { N_ ("Port"), 5, TRUE },   { N_ ("We are"), 0, FALSE },    { N_ ("Retrieve"), 0, FALSE },
  { N_ ("TLS"), 0, FALSE },
};

static char *
dup_file_or_null (const char *path)
{
  return path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
}

static gboolean
require (const char *value, const char *option, GError **error)
{
  if (value != NULL && *value != '\0')
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE, _ ("%s is missing"), option);
  return FALSE;
}

static IcNode *
new_node (const char *name, Typed *typed, GError **error)
{
  g_autofree char *ca = dup_file_or_null (typed->tls_ca);
  g_autofree char *cert = dup_file_or_null (typed->tls_cert);
  g_autofree char *key = dup_file_or_null (typed->tls_key);
  IcRetrieveMethod retrieve = IC_RETRIEVE_GET;
  g_autoptr(IcNode) node = NULL;
  guint port = 0;
  guint associations = 0;

  if (!require (typed->aet, "--aet", error) || !require (typed->host, "--host", error) ||
      !require (typed->port, "--port", error) ||
      !ic_cli_parse_number (typed->port, _ ("the port"), 1, G_MAXUINT16, &port, error))
    return NULL;
  if (!typed->tls && (ca != NULL || cert != NULL || key != NULL))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE,
                           _ ("certificates are for a node with --tls"));
      return NULL;
    }
  if (!ic_cli_parse_retrieve (typed->retrieve, "--retrieve", &retrieve, error))
    return NULL;
  if (typed->associations != NULL &&
      !ic_cli_parse_number (typed->associations, "--associations", 1, IC_NODE_ASSOCIATIONS_MAX,
                            &associations, error))
    return NULL;
  node = ic_node_new (name, typed->aet, typed->host, port, typed->our_aet, typed->tls, ca, cert,
                      key, error);
  if (node == NULL || !ic_node_limit_associations (node, associations, error))
    return NULL;
  ic_node_set_retrieve (node, retrieve);
  return g_steal_pointer (&node);
}

static gboolean
add_node (IcCli *cli, IcNode *node, GError **error)
{
  IcDesk *desk = ic_cli_ensure_desk (cli, error);
  g_autoptr(IcNodeChange) change = NULL;

  if (desk == NULL)
    return FALSE;
  ic_cli_set_subject (cli, node->name);
  change = ic_node_change_new (ic_desk_get_operator (desk), NULL, node);
  return ic_cli_write (cli, ic_node_change_apply, change, error);
}

static void
add_node_members (JsonBuilder *builder, IcNode *node)
{
  json_builder_begin_object (builder);
  ic_cli_json_add_text (builder, "name", node->name);
  ic_cli_json_add_text (builder, "aet", node->aet);
  ic_cli_json_add_text (builder, "host", node->host);
  ic_cli_json_add_int (builder, "port", node->port);
  ic_cli_json_add_text (builder, "our_aet", node->our_aet);
  ic_cli_json_add_text (builder, "retrieve", ic_retrieve_method_to_string (node->retrieve));
  ic_cli_json_add_int (builder, "max_associations", node->max_associations);
  ic_cli_json_add_boolean (builder, "tls", node->tls);
  ic_cli_json_add_text (builder, "tls_ca", node->tls_ca);
  ic_cli_json_add_text (builder, "tls_cert", node->tls_cert);
  ic_cli_json_add_text (builder, "tls_key", node->tls_key);
  json_builder_end_object (builder);
}

static void
print_added (IcCli *cli, IcNode *node)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = ic_words_dup_printable (node->name);

  if (!cli->json)
    {
      ic_cli_print (_ ("%s is known now: test it with 'courierctl node echo'.\n"), name);
      return;
    }
  add_node_members (builder, node);
  ic_cli_json_print (builder);
}

gboolean
ic_cli_node_add (IcCli *cli, GError **error)
{
  g_auto(Typed) typed = { NULL };
  g_autoptr(IcNode) node = NULL;
  const GOptionEntry entries[] = {
    { "aet", 0, 0, G_OPTION_ARG_FILENAME, &typed.aet, N_ ("Its AE title"), N_ ("AET") },
    { "host", 0, 0, G_OPTION_ARG_FILENAME, &typed.host, N_ ("Its name or address"), N_ ("HOST") },
    { "port", 0, 0, G_OPTION_ARG_FILENAME, &typed.port, N_ ("Its port"), N_ ("PORT") },
    { "our-aet", 0, 0, G_OPTION_ARG_FILENAME, &typed.our_aet,
      N_ ("How we call ourselves to it, where that is not in the settings"), N_ ("AET") },
    { "retrieve", 0, 0, G_OPTION_ARG_FILENAME, &typed.retrieve,
      N_ ("How images come: get (unless told otherwise) over our connection, move over its own to "
          "us"),
      N_ ("get|move") },
    { "associations", 0, 0, G_OPTION_ARG_FILENAME, &typed.associations,
      N_ ("How many we may open at once to send (4 where it helps)"), N_ ("N") },
    { "tls", 0, 0, G_OPTION_ARG_NONE, &typed.tls, N_ ("Connect with TLS"), NULL },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &typed.tls_ca,
      N_ ("Certificates that sign its own (PEM)"), N_ ("FILE") },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &typed.tls_cert, N_ ("Our certificate (PEM)"),
      N_ ("FILE") },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &typed.tls_key, N_ ("Our private key (PEM)"),
      N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };

  if (!ic_cli_parse (cli, entries, NULL, 1, 1, error))
    return FALSE;
  node = new_node (cli->words[0], &typed, error);
  if (node == NULL || !add_node (cli, node, error))
    return FALSE;
  print_added (cli, node);
  return TRUE;
}

static gboolean
read_nodes (IcReadTx *tx, gpointer data, GError **error)
{
  GPtrArray **nodes = data;

  *nodes = ic_node_repo_list (tx, error);
  return *nodes != NULL;
}

static void
print_table (GPtrArray *nodes)
{
  g_autoptr(IcCliTable) table = ic_cli_table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < nodes->len; i++)
    {
      IcNode *node = nodes->pdata[i];
      g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
      g_autofree char *port = g_strdup_printf ("%u", node->port);

      g_strv_builder_add_many (cells, node->name, node->aet, node->host, port, node->our_aet,
                               ic_retrieve_method_to_string (node->retrieve),
                               node->tls ? _ ("yes") : _ ("no"), NULL);
      ic_cli_table_take_row (table, g_strv_builder_end (cells));
    }
  ic_cli_table_print (table);
  if (nodes->len == 0)
    ic_cli_print (_ ("There are no nodes yet: add one with 'courierctl node add'.\n"));
}

static void
print_array (GPtrArray *nodes)
{
  IcCliArray array = { 0 };

  ic_cli_array_begin (&array);
  for (guint i = 0; i < nodes->len; i++)
    {
      g_autoptr(JsonBuilder) builder = json_builder_new ();

      add_node_members (builder, nodes->pdata[i]);
      ic_cli_array_add (&array, builder);
    }
  ic_cli_array_end (&array);
}

gboolean
ic_cli_node_list (IcCli *cli, GError **error)
{
  g_autoptr(GPtrArray) nodes = NULL;

  if (!ic_cli_parse (cli, NULL, NULL, 0, 0, error))
    return FALSE;
  ic_cli_set_topic (cli, _ ("the list of nodes"));
  if (!ic_cli_read (cli, read_nodes, &nodes, error))
    return FALSE;
  if (cli->json)
    print_array (nodes);
  else
    print_table (nodes);
  return TRUE;
}

gboolean
ic_cli_node_remove (IcCli *cli, GError **error)
{
  g_autoptr(IcNodeChange) change = NULL;
  IcDesk *desk = NULL;

  if (!ic_cli_parse (cli, NULL, NULL, 1, 1, error))
    return FALSE;
  desk = ic_cli_ensure_desk (cli, error);
  if (desk == NULL)
    return FALSE;
  ic_cli_set_subject (cli, cli->words[0]);
  change = ic_node_change_new (ic_desk_get_operator (desk), cli->words[0], NULL);
  return ic_cli_write (cli, ic_node_change_apply, change, error);
}

static void
print_echo (IcCli *cli, IcNode *node, double seconds)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = ic_words_dup_printable (node->name);

  if (!cli->json)
    {
      ic_cli_print (_ ("%s answers and knows us as %s (%.0f ms).\n"), name, cli->our_aet,
                    seconds * 1000);
      return;
    }
  json_builder_begin_object (builder);
  ic_cli_json_add_text (builder, "node", node->name);
  ic_cli_json_add_text (builder, "our_aet", cli->our_aet);
  ic_cli_json_add_int (builder, "time_ms", (gint64) (seconds * 1000 + 0.5));
  json_builder_end_object (builder);
  ic_cli_json_print (builder);
}

gboolean
ic_cli_node_echo (IcCli *cli, GError **error)
{
  g_autoptr(IcNode) node = NULL;
  g_autoptr(IcJob) job = NULL;
  gint64 started_at = 0;

  if (!ic_cli_parse (cli, NULL, NULL, 1, 1, error))
    return FALSE;
  node = ic_cli_find_node (cli, cli->words[0], error);
  if (node == NULL)
    return FALSE;
  started_at = g_get_monotonic_time ();
  job = ic_echo_job_new (cli->desk, node);
  if (!ic_cli_run_job (cli, job, error))
    return FALSE;
  print_echo (cli, node, (double) (g_get_monotonic_time () - started_at) / G_USEC_PER_SEC);
  return TRUE;
}
