/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory that holds everything we keep: the database, the DICOM files, what is on its way in
 * or out, and the locks by which several programs share it. It is the machine's where the
 * administrator made one (group with setgid), else private to the account. Immutable, reference
 * counted, usable from every thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcDataDir IcDataDir;

/* Opens @path, or where it is NULL /var/lib/imaging-courier if that exists and may be written, else
 * imaging-courier in the user's XDG data directory. What is missing is made: with 2770/0660 where
 * the directory belongs to a group (setgid and group-writable), else with 0700/0600. Fails with
 * IC_ERROR_WRITE_FAILED, IC_ERROR_NO_SPACE or IC_ERROR_NOT_FOUND.
 */
IcDataDir *ic_data_dir_open (const char *path, GError **error);
IcDataDir *ic_data_dir_ref (IcDataDir *self);
void ic_data_dir_unref (IcDataDir *self);

const char *ic_data_dir_get_path (IcDataDir *self);

/* Whether only this account sees it: the screen then says that this log is private. */
gboolean ic_data_dir_is_private (IcDataDir *self);

/* The modes for whatever is created below it, whatever the umask says. */
guint ic_data_dir_get_file_mode (IcDataDir *self);
guint ic_data_dir_get_folder_mode (IcDataDir *self);

/* The whole path of @relative, as stored in IcInstance; free with g_free(). */
char *ic_data_dir_dup_path (IcDataDir *self, const char *relative);

/* Makes the folder @relative with the right mode; one that exists is fine. */
gboolean ic_data_dir_ensure_folder (IcDataDir *self, const char *relative, GError **error);

/* Opens the file @relative for reading and writing, made with the right mode; -1 on failure. */
int ic_data_dir_open_file (IcDataDir *self, const char *relative, GError **error);

/* Removes a file, or a folder with all that is in it, without following links; nothing there is
 * fine. */
gboolean ic_data_dir_remove (IcDataDir *self, const char *relative, GError **error);

/* What would be opened without a path: @machine_dir where it can be used, else the XDG one. */
char *ic_data_dir_dup_default_path (const char *machine_dir);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcDataDir, ic_data_dir_unref)

G_END_DECLS
