/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-input.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

const char *__lsan_default_suppressions (void);

/* What DCMTK was building when it throws over damaged bytes is lost. A worker that meets many of
 * them ends some day.
 */
const char *
__lsan_default_suppressions (void)
{
  return "leak:libdcmdata\nleak:libdcmnet";
}

int
fuzz_input_fd (gsize n_zeros, const guint8 *data, gsize size)
{
  static int fd = -1;

  if (fd < 0)
    fd = memfd_create ("fuzz", MFD_CLOEXEC);
  if (ftruncate (fd, 0) != 0 || ftruncate (fd, n_zeros + size) != 0 ||
      pwrite (fd, data, size, n_zeros) != (gssize) size)
    fuzz_fail ("no memory for the input");
  return fd;
}

void
fuzz_fail (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list values;

  va_start (values, format);
  message = g_strdup_vprintf (format, values);
  va_end (values);
  g_printerr ("%s\n", message);
  abort ();
}
