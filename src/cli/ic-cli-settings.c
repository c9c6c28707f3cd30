/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "ops/ic-settings.h"

#include <glib/gi18n.h>

#define N_SETTINGS (IC_SETTING_TLS_CA + 1) /* those that the command line knows */

static const struct
{
  const char *member;
  const char *label;
  const char *what; /* in errors */
} infos[N_SETTINGS] = {
  [IC_SETTING_OUR_AET] = { "our_aet", N_ ("Our AE title"), "--our-aet" },
  [IC_SETTING_PORT] = { "port", N_ ("Port"), N_ ("the port") },
  [IC_SETTING_ADDRESS] = { "address", N_ ("Address"), "--address" },
  [IC_SETTING_INSTITUTION] = { "institution", N_ ("Institution"), "--institution" },
  [IC_SETTING_CONTACT] = { "contact", N_ ("Contact"), "--contact" },
  [IC_SETTING_VIEWER] = { "viewer", N_ ("Viewer on media"), "--viewer" },
  [IC_SETTING_TLS_CERT] = { "tls_cert", N_ ("Our certificate"), "--tls-cert" },
  [IC_SETTING_TLS_KEY] = { "tls_key", N_ ("Our private key"), "--tls-key" },
  [IC_SETTING_TLS_CA] = { "tls_ca", N_ ("Certificates that sign those of nodes"), "--tls-ca" },
};

/* What was typed. */
typedef struct
{
  char *values[N_SETTINGS];
} Typed;

static void
typed_clear (Typed *self)
{
  for (guint i = 0; i < N_SETTINGS; i++)
    g_free (self->values[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

/* NULL with @error when something makes no sense. @n: how many are to be changed. */
static IcSettingsChange *
make_change (const Typed *typed, guint *n, GError **error)
{
  g_autoptr(IcSettingsChange) change = ic_settings_change_new (NULL);

  for (guint i = 0; i < N_SETTINGS; i++)
    {
      if (typed->values[i] == NULL)
        continue;
      change->values[i] = ic_setting_dup_checked (i, _ (infos[i].what), typed->values[i], error);
      if (change->values[i] == NULL)
        return NULL;
      (*n)++;
    }
  return g_steal_pointer (&change);
}

static void
print_json (IcDataDir *data_dir, char **values)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (guint i = 0; i < N_SETTINGS; i++)
    if (i == IC_SETTING_PORT)
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
      char *value = ic_desk_dup_setting (desk, ic_setting_get_key (i), error);

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
  g_auto(Typed) typed = { { NULL } };
  g_autoptr(IcSettingsChange) change = NULL;
  const GOptionEntry entries[] = {
    { "our-aet", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_OUR_AET],
      N_ ("How we call ourselves to nodes"), N_ ("AET") },
    { "port", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_PORT],
      N_ ("Where nodes send to us"), N_ ("PORT") },
    { "address", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_ADDRESS],
      N_ ("Which address of this machine they send to (0.0.0.0 for all)"), N_ ("ADDRESS") },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_TLS_CERT],
      N_ ("Our certificate (PEM): nodes send to us with TLS and not without; '' for no TLS"),
      N_ ("FILE") },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_TLS_KEY],
      N_ ("Our private key (PEM)"), N_ ("FILE") },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_TLS_CA],
      N_ ("Certificates that sign those of nodes (PEM), which must then show one"), N_ ("FILE") },
    { "institution", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_INSTITUTION],
      N_ ("Who sends, as it stands on media and paper"), N_ ("TEXT") },
    { "contact", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_CONTACT],
      N_ ("Whom recipients can ask"), N_ ("TEXT") },
    { "viewer", 0, 0, G_OPTION_ARG_FILENAME, &typed.values[IC_SETTING_VIEWER],
      N_ ("What the viewer on media gets unless told otherwise: lossless, preview or none"),
      N_ ("WORD") },
    G_OPTION_ENTRY_NULL,
  };
  guint n = 0;
  IcDesk *desk = NULL;

  if (!ic_cli_parse (cli, entries, NULL, 0, 0, error))
    return FALSE;
  change = make_change (&typed, &n, error);
  if (change == NULL)
    return FALSE;
  desk = ic_cli_ensure_desk (cli, error);
  if (desk == NULL)
    return FALSE;
  ic_cli_set_topic (cli, _ ("the settings"));
  change->operator_name = g_strdup (ic_desk_get_operator (desk));
  if (n > 0 && !ic_cli_write (cli, ic_settings_change_apply, change, error))
    return FALSE;
  return print_settings (cli, desk, error);
}
