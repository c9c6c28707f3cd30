/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two kinds of media share. A kind walks over its files and shows each to a visitor,
 * which reads the content through the functions of the walk. Private to this folder.
 */
#pragma once

#include "medium/ic-medium.h"

G_BEGIN_DECLS

typedef struct
{
  IcMediumTree tree;
  guint64 n_entries_max; /* that the medium has room for */
  guint n_entries;
  guint64 n_names_bytes;
  const char *const *names; /* at the top of a folder, or NULL */
  GCancellable *cancellable;
} IcMediumWalk;

/* The next piece of the file that is being visited: 1 with @data and @size_bytes, 0 at its end,
 * -1 with @error. The piece stays valid until the next call.
 */
typedef int (*IcMediumReadFunc) (gpointer source,
                                 const guint8 **data,
                                 gsize *size_bytes,
                                 GError **error);

/* @same_as is the path of an earlier file with the same content (a hard link), which then need
 * not be read again; else NULL. FALSE ends the walk: with @error, or without when @stop is set.
 */
typedef struct
{
  gboolean (*visit) (gpointer user_data,
                     const IcMediumEntry *entry,
                     const char *same_as,
                     IcMediumReadFunc read,
                     gpointer source,
                     GError **error);
  /* Whatever else there is: folders, and what is neither. NULL for nobody who cares. */
  void (*meet) (gpointer user_data, const char *path, gboolean is_folder);
  gpointer user_data;
  const char *only; /* the one path of interest; a folder shows no other. NULL for all */
  gboolean stop;
} IcMediumVisitor;

gboolean ic_medium_walk_image (int fd,
                               IcMediumWalk *walk,
                               IcMediumVisitor *visitor,
                               GError **error);
gboolean ic_medium_walk_folder (int fd,
                                IcMediumWalk *walk,
                                IcMediumVisitor *visitor,
                                GError **error);

/* The descriptor of the file that is being visited, given the @source of a folder's visit. */
int ic_medium_folder_get_fd (gpointer source);

/* Counts @path against the bounds; FALSE with IC_ERROR_BAD_DATA, or when cancelled. */
gboolean ic_medium_walk_count (IcMediumWalk *self, const char *path, GError **error);

G_END_DECLS
