/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "domain/ic-node.h"
#include "domain/ic-text.h"
#include "store/ic-audit.h"
#include "store/ic-setting-repo.h"

#include <glib/gi18n.h>

enum
{
  OUR_AET,
  PORT,
  INSTITUTION,
  CONTACT,
  N_SETTINGS,
};

static const struct
{
  const char *name;
  const char *member;
  const char *label;
} infos[N_SETTINGS] = {
  [OUR_AET] = { "our-aet", "our_aet", N_ ("Our AE title") },
  [PORT] = { "port", "port", N_ ("Port") },
  [INSTITUTION] = { "institution", "institution", N_ ("Institution") },
  [CONTACT] = { "contact", "contact", N_ ("Contact") },
};

/* What is to be changed: NULL stays as it is. */
typedef struct
{
  const char *operator_name;
  char *values[N_SETTINGS];
} Change;

static void
change_clear (Change *self)
{
  for (guint i = 0; i < N_SETTINGS; i++)
    g_free (self->values[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_clear)

/* What media and paper say of us. */
static gboolean
check_texts (Change *change, GError **error)
{
  for (guint i = INSTITUTION; i <= CONTACT; i++)
    {
      g_autofree char *option = g_strconcat ("--", infos[i].name, NULL);

      if (change->values[i] != NULL &&
          !ic_text_check (change->values[i], option, IC_TEXT_LINE, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check (Change *change, GError **error)
{
  guint port = 0;

  if (change->values[OUR_AET] != NULL && !ic_aet_is_valid (change->values[OUR_AET]))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE,
                           _ ("an AE title has 1 to 16 plain characters"));
      return FALSE;
    }
  if (change->values[PORT] != NULL &&
      !ic_cli_parse_number (change->values[PORT], _ ("the port"), 1, G_MAXUINT16, &port, error))
    return FALSE;
  if (!check_texts (change, error))
    return FALSE;
  if (change->values[PORT] != NULL)
    {
      g_free (change->values[PORT]);
      change->values[PORT] = g_strdup_printf ("%u", port);
    }
  return TRUE;
}

static gboolean
write_settings (IcWriteTx *tx, gpointer data, GError **error)
{
  Change *change = data;
  IcAuditField details[N_SETTINGS + 1] = { { NULL, NULL } };
  const IcAuditEvent event = {
    .operator_name = change->operator_name,
    .action = "settings-changed",
    .details = details,
  };
  guint n = 0;

  for (guint i = 0; i < N_SETTINGS; i++)
    {
      if (change->values[i] == NULL)
        continue;
      if (!ic_setting_repo_set (tx, infos[i].name, change->values[i], error))
        return FALSE;
      details[n++] = (IcAuditField){ infos[i].name, change->values[i] };
    }
  return ic_audit_append (tx, &event, error);
}

static void
print_json (IcDataDir *data_dir, char **values)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (guint i = 0; i < N_SETTINGS; i++)
    if (i == PORT)
      ic_cli_json_add_count (builder, infos[i].member, values[i]);
    else
      ic_cli_json_add_text (builder, infos[i].member, values[i]);
  ic_cli_json_add_text (builder, "data_dir", ic_data_dir_get_path (data_dir));
  ic_cli_json_add_boolean (builder, "private", ic_data_dir_is_private (data_dir));
  json_builder_end_object (builder);
  ic_cli_json_print (builder);
}

static void
print_text (IcDataDir *data_dir, char **values)
{
  for (guint i = 0; i < N_SETTINGS; i++)
    ic_cli_print_field (_ (infos[i].label), values[i]);
  ic_cli_print_field (_ ("Data directory"), ic_data_dir_get_path (data_dir));
  ic_cli_print_field (_ ("Log"), ic_data_dir_is_private (data_dir)
                                     ? _ ("private to this account")
                                     : _ ("shared by all who use this machine"));
}

static gboolean
print_settings (IcCli *cli, IcDesk *desk, GError **error)
{
  g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < N_SETTINGS; i++)
    {
      char *value = ic_desk_dup_setting (desk, infos[i].name, error);

      if (value == NULL)
        return FALSE;
      g_ptr_array_add (values, value);
    }
  if (cli->json)
    print_json (ic_desk_get_data_dir (desk), (char **) values->pdata);
  else
    print_text (ic_desk_get_data_dir (desk), (char **) values->pdata);
  return TRUE;
}

gboolean
ic_cli_settings (IcCli *cli, GError **error)
{
  g_auto(Change) change = { NULL };
  const GOptionEntry entries[] = {
    { "our-aet", 0, 0, G_OPTION_ARG_FILENAME, &change.values[OUR_AET],
      N_ ("How we call ourselves to nodes"), N_ ("AET") },
    { "port", 0, 0, G_OPTION_ARG_FILENAME, &change.values[PORT], N_ ("Where nodes send to us"),
      N_ ("PORT") },
    { "institution", 0, 0, G_OPTION_ARG_FILENAME, &change.values[INSTITUTION],
      N_ ("Who sends, as it stands on media and paper"), N_ ("TEXT") },
    { "contact", 0, 0, G_OPTION_ARG_FILENAME, &change.values[CONTACT],
      N_ ("Whom recipients can ask"), N_ ("TEXT") },
    G_OPTION_ENTRY_NULL,
  };
  gboolean changes = FALSE;
  IcDesk *desk = NULL;

  if (!ic_cli_parse (cli, entries, NULL, 0, 0, error) || !check (&change, error))
    return FALSE;
  desk = ic_cli_ensure_desk (cli, error);
  if (desk == NULL)
    return FALSE;
  ic_cli_set_topic (cli, _ ("the settings"));
  for (guint i = 0; i < N_SETTINGS; i++)
    changes = changes || change.values[i] != NULL;
  change.operator_name = ic_desk_get_operator (desk);
  if (changes && !ic_cli_write (cli, write_settings, &change, error))
    return FALSE;
  return print_settings (cli, desk, error);
}
