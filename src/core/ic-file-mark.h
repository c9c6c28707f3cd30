/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By what an open file is known again when it is handed over once more: the same file, not changed
 * meanwhile. Any thread.
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

typedef struct
{
  dev_t device;
  ino_t inode;
  off_t size_bytes;
  struct timespec changed;
} IcFileMark;

/* FALSE with IC_ERROR_READ_FAILED. */
gboolean ic_file_mark_take (int fd, IcFileMark *mark, GError **error);
gboolean ic_file_mark_equal (const IcFileMark *a, const IcFileMark *b);

G_END_DECLS
