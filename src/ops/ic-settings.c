/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-settings.h"

#include "core/ic-error.h"
#include "disc/ic-media-profile.h"
#include "domain/ic-node.h"
#include "domain/ic-text.h"
#include "domain/ic-viewer-image.h"
#include "store/ic-audit.h"
#include "store/ic-setting-repo.h"

#define MAX_SPEED 100
#define MAX_DAYS 36500

static const struct
{
  const char *key;
  const char *value; /* without one */
} infos[IC_N_SETTINGS] = {
  [IC_SETTING_OUR_AET] = { "our-aet", "COURIER" },
  [IC_SETTING_PORT] = { "port", "11113" },
  [IC_SETTING_ADDRESS] = { "address", "0.0.0.0" },
  [IC_SETTING_INSTITUTION] = { "institution", "" },
  [IC_SETTING_CONTACT] = { "contact", "" },
  [IC_SETTING_VIEWER] = { "viewer", "lossless" },
  [IC_SETTING_TLS_CERT] = { "tls-cert", "" },
  [IC_SETTING_TLS_KEY] = { "tls-key", "" },
  [IC_SETTING_TLS_CA] = { "tls-ca", "" },
  [IC_SETTING_DISC_PROFILE] = { "disc-profile", "as-stored" },
  [IC_SETTING_DISC_SPEED] = { "disc-speed", "0" },
  [IC_SETTING_DISC_EJECT] = { "disc-eject", "yes" },
  [IC_SETTING_KEEP_DAYS] = { "keep-days", "0" },
};

const char *
ic_setting_get_key (IcSetting setting)
{
  return infos[setting].key;
}

const char *
ic_setting_get_fallback (const char *key)
{
  for (guint i = 0; i < IC_N_SETTINGS; i++)
    if (g_str_equal (infos[i].key, key))
      return infos[i].value;
  return "";
}

static char *
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, message);
  return NULL;
}

static char *
dup_number (const char *what, const char *value, guint64 min, guint64 max, GError **error)
{
  guint64 number = 0;

  if (g_ascii_string_to_unsigned (value, 10, min, max, &number, NULL))
    return g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE,
               "%s is a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, what, min, max);
  return NULL;
}

static char *
dup_address (const char *value, GError **error)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string (value);

  if (address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return g_strdup (value);
  return refuse (error, "an address has four numbers, like 192.0.2.7");
}

/* Absolute, as programs run anywhere. */
static char *
dup_file (const char *what, const char *value, GError **error)
{
  if (!ic_text_check (value, what, IC_TEXT_PATH, error))
    return NULL;
  return *value != '\0' ? g_canonicalize_filename (value, NULL) : g_strdup ("");
}

static char *
dup_line (const char *what, const char *value, GError **error)
{
  return ic_text_check (value, what, IC_TEXT_LINE, error) ? g_strdup (value) : NULL;
}

char *
ic_setting_dup_checked (IcSetting setting, const char *what, const char *value, GError **error)
{
  IcMediaProfiles profile = IC_MEDIA_PROFILE_NONE;
  IcViewerQuality viewer = IC_VIEWER_NONE;

  switch (setting)
    {
    case IC_SETTING_OUR_AET:
      return ic_aet_is_valid (value) ? g_strdup (value)
                                     : refuse (error, "an AE title has 1 to 16 plain characters");
    case IC_SETTING_PORT:
      return dup_number (what, value, 1, G_MAXUINT16, error);
    case IC_SETTING_ADDRESS:
      return dup_address (value, error);
    case IC_SETTING_INSTITUTION:
    case IC_SETTING_CONTACT:
      return dup_line (what, value, error);
    case IC_SETTING_VIEWER:
      return ic_viewer_quality_parse (value, &viewer)
                 ? g_strdup (value)
                 : refuse (error, "a viewer is lossless, preview or none");
    case IC_SETTING_TLS_CERT:
    case IC_SETTING_TLS_KEY:
    case IC_SETTING_TLS_CA:
      return dup_file (what, value, error);
    case IC_SETTING_DISC_PROFILE:
      return ic_media_profile_parse (value, &profile) ? g_strdup (value)
                                                      : refuse (error, "there is no such profile");
    case IC_SETTING_DISC_SPEED:
      return dup_number (what, value, 0, MAX_SPEED, error);
    case IC_SETTING_DISC_EJECT:
      return g_str_equal (value, "yes") || g_str_equal (value, "no")
                 ? g_strdup (value)
                 : refuse (error, "this is yes or no");
    case IC_SETTING_KEEP_DAYS:
      return dup_number (what, value, 0, MAX_DAYS, error);
    default:
      g_return_val_if_reached (NULL);
    }
}

IcSettingsChange *
ic_settings_change_new (const char *operator_name)
{
  IcSettingsChange *self = g_new0 (IcSettingsChange, 1);

  self->operator_name = g_strdup (operator_name);
  return self;
}

void
ic_settings_change_free (IcSettingsChange *self)
{
  g_free (self->operator_name);
  for (guint i = 0; i < IC_N_SETTINGS; i++)
    g_free (self->values[i]);
  g_free (self);
}

/* As the transaction leaves them. */
static gboolean
check_tls (IcReadTx *tx, GError **error)
{
  g_autofree char *cert = ic_setting_repo_dup (tx, infos[IC_SETTING_TLS_CERT].key, "", error);
  g_autofree char *key =
      cert != NULL ? ic_setting_repo_dup (tx, infos[IC_SETTING_TLS_KEY].key, "", error) : NULL;
  g_autofree char *ca =
      key != NULL ? ic_setting_repo_dup (tx, infos[IC_SETTING_TLS_CA].key, "", error) : NULL;

  if (ca == NULL)
    return FALSE;
  if ((*cert == '\0') != (*key == '\0'))
    return refuse (error, "a certificate and its key come together") != NULL;
  if (*cert == '\0' && *ca != '\0')
    return refuse (error, "nodes are asked for certificates only where there is one of ours") !=
           NULL;
  return TRUE;
}

gboolean
ic_settings_change_apply (IcWriteTx *tx, gpointer data, GError **error)
{
  const IcSettingsChange *self = data;
  IcAuditField details[IC_N_SETTINGS + 1] = { { NULL, NULL } };
  const IcAuditEvent event = {
    .operator_name = self->operator_name,
    .action = "settings-changed",
    .details = details,
  };
  guint n = 0;

  for (guint i = 0; i < IC_N_SETTINGS; i++)
    {
      if (self->values[i] == NULL)
        continue;
      if (!ic_setting_repo_set (tx, infos[i].key, self->values[i], error))
        return FALSE;
      details[n++] = (IcAuditField){ infos[i].key, self->values[i] };
    }
  return check_tls (ic_write_tx_read (tx), error) && ic_audit_append (tx, &event, error);
}

gboolean
ic_settings_read (IcReadTx *tx, gpointer data, GError **error)
{
  IcSettingsChange *self = data;

  for (guint i = 0; i < IC_N_SETTINGS; i++)
    {
      g_free (self->values[i]);
      self->values[i] = ic_setting_repo_dup (tx, infos[i].key, infos[i].value, error);
      if (self->values[i] == NULL)
        return FALSE;
    }
  return TRUE;
}
