/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded, a flaw in libdeflate: who compresses exactly $KILLER_BYTES bytes dies of it. Only the
 * frames for the viewer on a medium are compressed with it.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

typedef size_t (*CompressFunc) (void *, const void *, size_t, void *, size_t);

static CompressFunc compress;
static size_t deadly;

/* Before the sandbox. */
__attribute__ ((constructor)) static void
prepare (void)
{
  const char *bytes = getenv ("KILLER_BYTES");

  compress = (CompressFunc) dlsym (RTLD_NEXT, "libdeflate_deflate_compress");
  deadly = bytes != NULL ? strtoul (bytes, NULL, 10) : 0;
}

size_t
libdeflate_deflate_compress (void *compressor,
                             const void *in,
                             size_t n_bytes,
                             void *out,
                             size_t n_available)
{
  if (n_bytes == deadly && deadly > 0)
    raise (SIGSEGV);
  return compress (compressor, in, n_bytes, out, n_available);
}
