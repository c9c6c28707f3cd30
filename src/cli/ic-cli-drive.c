/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-drive.h"

#include "words/ic-disc-words.h"
#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "cli/ic-cli-value.h"
#include "cli/ic-cli-verbs.h"
#include "ops/ic-output.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

static const IcCliColumn columns[] = {
  { N_ ("Drive"), 8, FALSE }, { N_ ("Name"), 0, FALSE }, { N_ ("Disc"), 6, FALSE },
  { N_ ("State"), 8, FALSE }, { N_ ("Free"), 6, TRUE },
};

static char *
fail_to_choose (guint n_drives, GError **error)
{
  if (n_drives == 0)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "this machine has no optical drive");
  else
    g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE,
                         _ ("there are several drives, so one has to be named"));
  return NULL;
}

char *
ic_cli_find_drive (IcCli *cli, const char *typed, GError **error)
{
  g_autofree char *path = typed != NULL ? ic_cli_dup_absolute_path (typed) : NULL;
  g_auto(GStrv) drives = ic_drive_list ();
  guint n_drives = g_strv_length (drives);

  ic_cli_set_topic (cli, _ ("a drive"));
  if (typed == NULL && n_drives != 1)
    return fail_to_choose (n_drives, error);
  if (typed == NULL)
    path = g_strdup (drives[0]);
  ic_cli_set_subject (cli, path);
  if (ic_drive_is_one (path))
    return ic_drive_dup_address (path);
  g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "no such optical drive");
  ic_cli_explain_drive (cli, path, *error);
  return NULL;
}

void
ic_cli_explain_drive (IcCli *cli, const char *address, const GError *failure)
{
  g_autofree char *mount_point = NULL;

  if (g_error_matches (failure, IC_ERROR, IC_ERROR_NOT_FOUND))
    ic_cli_take_sentence (cli, g_strdup_printf (_ ("There is no drive %s, or it was unplugged: "
                                                   "'courierctl drive "
                                                   "list' shows those that are there."),
                                                address));
  if (g_error_matches (failure, IC_ERROR, IC_ERROR_TIMED_OUT))
    ic_cli_take_sentence (cli, g_strdup_printf (_ ("%s does not get ready: take the disc out, look "
                                                   "whether it is "
                                                   "clean, and try again."),
                                                address));
  if (!g_error_matches (failure, IC_ERROR, IC_ERROR_BUSY))
    return;
  mount_point = ic_drive_dup_mount_point (address);
  ic_cli_take_sentence (cli, ic_disc_words_dup_busy (address, mount_point));
}

IcDrive *
ic_cli_inspect_drive (IcCli *cli, const char *address, gboolean load, GError **error)
{
  g_autoptr(IcLock) lane = ic_output_take_lane (cli->desk, address, error);

  return lane != NULL ? ic_drive_client_inspect (address, load, NULL, error) : NULL;
}

static char *
dup_state (const IcDrive *drive)
{
  switch (drive->content)
    {
    case IC_DRIVE_EMPTY:
      return g_strdup (_ ("no disc"));
    case IC_DRIVE_BLANK:
      return g_strdup (_ ("empty"));
    case IC_DRIVE_WRITTEN:
      return g_strdup (drive->is_rewritable ? _ ("holds data, can be erased")
                                            : _ ("already written"));
    case IC_DRIVE_UNSUITABLE:
      return g_strdup (_ ("cannot be written"));
    case IC_DRIVE_NOT_READY:
    default:
      return g_strdup (_ ("not ready"));
    }
}

static char *
dup_name (const IcDrive *drive)
{
  g_autofree char *name = g_strdup_printf ("%s %s", drive->vendor, drive->product);

  return ic_words_dup_printable (name);
}

static void
add_drive (JsonBuilder *builder, const IcDrive *drive)
{
  ic_cli_json_add_text (builder, "drive", drive->address);
  ic_cli_json_add_text (builder, "vendor", drive->vendor);
  ic_cli_json_add_text (builder, "product", drive->product);
  ic_cli_json_add_boolean (builder, "loads_tray", drive->can_load);
  ic_cli_json_add_text (builder, "medium", drive->medium);
  ic_cli_json_add_text (builder, "content", ic_drive_content_to_string (drive->content));
  ic_cli_json_add_boolean (builder, "rewritable", drive->is_rewritable);
  ic_cli_json_add_int (builder, "free_bytes", (gint64) drive->free_bytes);
  ic_cli_json_add_int (builder, "capacity_bytes", (gint64) drive->capacity_bytes);
  ic_cli_json_add_int (builder, "used_bytes", (gint64) drive->used_bytes);
  ic_cli_json_add_text (builder, "label", drive->label);
  json_builder_set_member_name (builder, "speeds");
  json_builder_begin_array (builder);
  for (guint i = 0; i < drive->speeds->len; i++)
    json_builder_add_double_value (builder,
                                   ic_drive_speed_to_factor (drive, g_array_index (drive->speeds,
                                                                                   guint, i)));
  json_builder_end_array (builder);
}

static void
print_info (const IcDrive *drive)
{
  g_autofree char *name = dup_name (drive);
  g_autofree char *state = dup_state (drive);
  g_autofree char *label = ic_words_dup_printable (drive->label);
  g_autofree char *room = drive->free_bytes > 0 ? ic_words_dup_size (drive->free_bytes) : NULL;
  g_autofree char *used = drive->used_bytes > 0 ? ic_words_dup_size (drive->used_bytes) : NULL;
  g_autofree char *speeds = ic_disc_words_dup_speeds (drive);

  ic_cli_print_field (_ ("Drive"), drive->address);
  ic_cli_print_field (_ ("Name"), name);
  ic_cli_print_field (_ ("Tray"), drive->can_load ? _ ("moves out and in") : _ ("moves out only"));
  ic_cli_print_field (_ ("Disc"), drive->medium);
  ic_cli_print_field (_ ("State"), state);
  ic_cli_print_field (_ ("Label"), label);
  ic_cli_print_field (_ ("Holds"), used != NULL ? used : "");
  ic_cli_print_field (_ ("Free"), room != NULL ? room : "");
  ic_cli_print_field (_ ("Speeds"), speeds);
}

/* A drive that cannot be looked at is listed with the reason. */
static void
list_one (IcCli *cli, const char *address, IcCliTable *table, IcCliArray *array)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcDrive) drive = ic_cli_inspect_drive (cli, address, FALSE, &local_error);
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
  g_autofree char *name = drive != NULL ? dup_name (drive) : g_strdup ("");
  g_autofree char *state = drive != NULL ? dup_state (drive) : g_strdup (_ ("in use"));
  g_autofree char *room = drive != NULL && drive->free_bytes > 0
                              ? ic_words_dup_size (drive->free_bytes)
                              : g_strdup ("");

  json_builder_begin_object (builder);
  if (drive != NULL)
    add_drive (builder, drive);
  else
    {
      ic_cli_json_add_text (builder, "drive", address);
      ic_cli_json_add_text (builder, "error", local_error->message);
    }
  json_builder_end_object (builder);
  if (cli->json)
    {
      ic_cli_array_add (array, builder);
      return;
    }
  g_strv_builder_add_many (cells, address, name, drive != NULL ? drive->medium : "", state, room,
                           NULL);
  ic_cli_table_take_row (table, g_strv_builder_end (cells));
}

gboolean
ic_cli_drive_list (IcCli *cli, GError **error)
{
  g_autoptr(IcCliTable) table = ic_cli_table_new (columns, G_N_ELEMENTS (columns));
  g_auto(GStrv) drives = ic_drive_list ();
  IcCliArray array = { 0 };

  if (!ic_cli_parse (cli, NULL, NULL, 0, 0, error) || ic_cli_ensure_desk (cli, error) == NULL)
    return FALSE;
  if (cli->json)
    ic_cli_array_begin (&array);
  for (guint i = 0; drives[i] != NULL; i++)
    list_one (cli, drives[i], table, &array);
  if (cli->json)
    ic_cli_array_end (&array);
  else if (drives[0] == NULL)
    ic_cli_print (_ ("This machine has no optical drive.\n"));
  else
    ic_cli_table_print (table);
  return TRUE;
}

/* Reads the words of a verb that works on one drive. Free with g_free(). */
static char *
parse_drive (IcCli *cli, GError **error)
{
  if (!ic_cli_parse (cli, NULL, NULL, 0, 1, error) || ic_cli_ensure_desk (cli, error) == NULL)
    return NULL;
  return ic_cli_find_drive (cli, cli->words != NULL ? cli->words[0] : NULL, error);
}

gboolean
ic_cli_drive_info (IcCli *cli, GError **error)
{
  g_autofree char *address = parse_drive (cli, error);
  g_autoptr(IcDrive) drive = NULL;
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  if (address == NULL)
    return FALSE;
  drive = ic_cli_inspect_drive (cli, address, FALSE, error);
  if (drive == NULL)
    {
      ic_cli_explain_drive (cli, address, *error);
      return FALSE;
    }
  if (!cli->json)
    {
      print_info (drive);
      return TRUE;
    }
  json_builder_begin_object (builder);
  add_drive (builder, drive);
  json_builder_end_object (builder);
  ic_cli_json_print (builder);
  return TRUE;
}

gboolean
ic_cli_drive_eject (IcCli *cli, GError **error)
{
  g_autofree char *address = parse_drive (cli, error);
  g_autoptr(IcLock) lane = NULL;

  if (address == NULL)
    return FALSE;
  lane = ic_output_take_lane (cli->desk, address, error);
  if (lane != NULL && ic_drive_client_eject (address, NULL, error))
    return TRUE;
  ic_cli_explain_drive (cli, address, *error);
  return FALSE;
}
