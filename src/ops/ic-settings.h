/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a data directory that people change: what each may be, and changing them, which
 * is an event in the log. Reading one is ic_desk_dup_setting().
 */
#pragma once

#include "store/ic-tx.h"

G_BEGIN_DECLS

typedef enum
{
  IC_SETTING_OUR_AET,
  IC_SETTING_PORT,
  IC_SETTING_ADDRESS,
  IC_SETTING_INSTITUTION,
  IC_SETTING_CONTACT,
  IC_SETTING_VIEWER,       /* on media, a name that ic_viewer_quality_parse() knows */
  IC_SETTING_TLS_CERT,     /* of the listener, a PEM file; "" for no TLS, and then no key and CA */
  IC_SETTING_TLS_KEY,      /* its private key, a PEM file */
  IC_SETTING_TLS_CA,       /* who signs the certificates of nodes, a PEM file; "" to ask for none */
  IC_SETTING_DISC_PROFILE, /* a name that ic_media_profile_parse() knows */
  IC_SETTING_DISC_SPEED,   /* as printed on discs, 0 for the fastest */
  IC_SETTING_DISC_EJECT,   /* "yes", "no" */
  IC_SETTING_KEEP_DAYS,    /* how long studies stay here, 0 for ever */
  IC_N_SETTINGS,
} IcSetting;

/* The key for ic_desk_dup_setting(). */
const char *ic_setting_get_key (IcSetting setting);

/* What @key is where nobody set it; "" for other keys. */
const char *ic_setting_get_fallback (const char *key);

/* @value as it is kept, free with g_free(); NULL with IC_ERROR_USAGE where it is none. @what names
 * the field in the error.
 */
char *ic_setting_dup_checked (IcSetting setting,
                              const char *what,
                              const char *value,
                              GError **error);

/* What is to be changed. */
typedef struct
{
  char *operator_name;
  char *values[IC_N_SETTINGS]; /* checked; NULL stays as it is */
} IcSettingsChange;

IcSettingsChange *ic_settings_change_new (const char *operator_name);
void ic_settings_change_free (IcSettingsChange *self);

/* An IcWriteFunc; @data: IcSettingsChange. IC_ERROR_USAGE when those of TLS do not go together. */
gboolean ic_settings_change_apply (IcWriteTx *tx, gpointer data, GError **error);

/* An IcReadFunc that fills in all values as they are; @data: IcSettingsChange. */
gboolean ic_settings_read (IcReadTx *tx, gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSettingsChange, ic_settings_change_free)

G_END_DECLS
