/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-disc-worker.h"

#include "core/ic-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A drive may need minutes to calibrate and to close a disc. */
#define PATIENCE_MS (15 * 60 * 1000)

#define STDIO_PREFIX "stdio:"

static IcWorker *
spawn (const char *const *folders, int drive_fd, GCancellable *cancellable, GError **error)
{
  g_autoptr(GPtrArray) arguments = g_ptr_array_new ();
  IcWorker *worker = NULL;

  for (gsize i = 0; folders != NULL && folders[i] != NULL; i++)
    {
      g_ptr_array_add (arguments, "--read");
      g_ptr_array_add (arguments, (gpointer) folders[i]);
    }
  if (drive_fd >= 0)
    g_ptr_array_add (arguments, "--medium");
  g_ptr_array_add (arguments, NULL);
  worker = ic_worker_spawn ("courier-disc", (const char *const *) arguments->pdata, drive_fd,
                            cancellable, error);
  if (worker == NULL)
    return NULL;
  ic_worker_set_patience_ms (worker, PATIENCE_MS);
  return worker;
}

IcWorker *
ic_disc_worker_spawn (const char *const *folders,
                      const char *drive,
                      GCancellable *cancellable,
                      GError **error)
{
  const char *path = drive;
  IcWorker *worker = NULL;
  int fd = -1;

  if (drive == NULL)
    return spawn (folders, -1, cancellable, error);
  if (g_str_has_prefix (drive, STDIO_PREFIX))
    path += strlen (STDIO_PREFIX);
  fd = open (path, O_PATH | O_CLOEXEC);
  if (fd < 0)
    {
      /* Somebody named it; ENXIO is a drive that was unplugged. */
      ic_error_set_errno (error,
                          errno == ENOENT || errno == ENXIO ? IC_ERROR_NOT_FOUND
                                                            : IC_ERROR_WRITE_FAILED,
                          errno, "failed to open the drive");
      return NULL;
    }
  worker = spawn (folders, fd, cancellable, error);
  close (fd);
  return worker;
}
