/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-file-mark.h"

#include "core/ic-error.h"

#include <errno.h>

gboolean
ic_file_mark_take (int fd, IcFileMark *mark, GError **error)
{
  struct stat file = { 0 };

  if (fstat (fd, &file) < 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to read");
  *mark = (IcFileMark){ file.st_dev, file.st_ino, file.st_size, file.st_mtim };
  return TRUE;
}

gboolean
ic_file_mark_equal (const IcFileMark *a, const IcFileMark *b)
{
  return a->device == b->device && a->inode == b->inode && a->size_bytes == b->size_bytes &&
         a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}
