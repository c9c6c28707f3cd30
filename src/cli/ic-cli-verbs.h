/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs of courierctl, each in the file of its group. */
#pragma once

#include "cli/ic-cli.h"

G_BEGIN_DECLS

gboolean ic_cli_settings (IcCli *cli, GError **error);
gboolean ic_cli_node_add (IcCli *cli, GError **error);
gboolean ic_cli_node_list (IcCli *cli, GError **error);
gboolean ic_cli_node_remove (IcCli *cli, GError **error);
gboolean ic_cli_node_echo (IcCli *cli, GError **error);
gboolean ic_cli_find (IcCli *cli, GError **error);
gboolean ic_cli_retrieve (IcCli *cli, GError **error);
gboolean ic_cli_studies_list (IcCli *cli, GError **error);
gboolean ic_cli_studies_remove (IcCli *cli, GError **error);
gboolean ic_cli_export (IcCli *cli, GError **error);
gboolean ic_cli_send (IcCli *cli, GError **error);
gboolean ic_cli_commitment_list (IcCli *cli, GError **error);
gboolean ic_cli_commitment_ask (IcCli *cli, GError **error);
gboolean ic_cli_commitment_wait (IcCli *cli, GError **error);
gboolean ic_cli_verify (IcCli *cli, GError **error);
gboolean ic_cli_drive_list (IcCli *cli, GError **error);
gboolean ic_cli_drive_info (IcCli *cli, GError **error);
gboolean ic_cli_drive_eject (IcCli *cli, GError **error);
gboolean ic_cli_log_list (IcCli *cli, GError **error);
gboolean ic_cli_log_show (IcCli *cli, GError **error);
gboolean ic_cli_log_verify (IcCli *cli, GError **error);
gboolean ic_cli_practice_start (IcCli *cli, GError **error);
gboolean ic_cli_practice_stop (IcCli *cli, GError **error);
gboolean ic_cli_practice_status (IcCli *cli, GError **error);

G_END_DECLS
