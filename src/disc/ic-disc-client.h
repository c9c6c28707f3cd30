/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has a file-set written as an image or disc by a courier-disc worker, which may read the data
 * directory's files and write that one output, and nothing else. Blocks the thread that uses it,
 * iterating its default main context.
 */
#pragma once

#include "core/ic-progress.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where each file of the medium comes from. */
typedef struct
{
  const char *path;   /* on the medium */
  const char *source; /* absolute */
  guint64 size_bytes;
} IcDiscSource;

/* Number @index of the files, in the order of the disc; borrowed until the next call. */
typedef void (*IcDiscSourceFunc) (guint index, IcDiscSource *source, gpointer user_data);

typedef struct
{
  const char *volume_id;
  gint64 created; /* seconds since 1970 */
  guint n_sources;
  IcDiscSourceFunc get_source; /* asked for each of them once, while the call runs */
  gpointer user_data;
  const char *const *source_folders; /* the worker may read beneath these only */
} IcDiscPlan;

/* Writes an image to the new, empty file @output_fd. */
gboolean ic_disc_client_write_image (const IcDiscPlan *plan,
                                     int output_fd,
                                     guint64 *size_bytes,
                                     IcProgress *progress,
                                     GCancellable *cancellable,
                                     GError **error);

typedef struct
{
  const char *drive;  /* a device, or "stdio:/path" with the file existing and empty */
  guint speed;        /* in 1000 bytes a second; 0: the fastest */
  gboolean may_erase; /* a rewritable disc that holds something is emptied first */
} IcDiscBurn;

/* Burns. From the moment when the disc is used up, @progress is not interruptible, and @begun says
 * so afterwards, also of a burn that failed.
 */
gboolean ic_disc_client_write_disc (const IcDiscPlan *plan,
                                    const IcDiscBurn *burn,
                                    gboolean *begun,
                                    IcProgress *progress,
                                    GCancellable *cancellable,
                                    GError **error);

G_END_DECLS
