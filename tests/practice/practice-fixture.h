/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the practice archive share: a directory that goes away, programs run to their
 * end, and data sets cut out of files.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A new empty directory; practice_remove_tree() takes it away. */
char *practice_make_directory (void);
void practice_remove_tree (const char *path);

/* Runs @argv and returns what it printed on both streams, or NULL when it could not be started. */
char *practice_run (const char *const *argv, int *exit_status);

/* Absolute names of the objects in @directory, sorted. */
GPtrArray *practice_list_objects (const char *directory);

/* The data set of a PS3.10 file, without preamble and meta information. */
GBytes *practice_read_dataset (const char *path);

/* courier-phantom has filled the returned directory. */
char *practice_make_archive (void);

char *practice_phantom_path (void);

G_END_DECLS
