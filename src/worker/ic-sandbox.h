/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cage that a worker locks itself into before its first foreign byte: rlimits, Landlock and
 * seccomp, for good. To be called on the only thread of the process, after everything that reads
 * the system's files (dictionary, converters, guid) has been loaded.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  IC_SANDBOX_PARSE, /* reads descriptors it is handed, and beneath one directory */
  IC_SANDBOX_NET,   /* connects; creates files beneath one directory */
  IC_SANDBOX_DISC,  /* reads and writes beneath named paths */
} IcSandboxProfile;

typedef struct
{
  IcSandboxProfile profile;
  int dir_fd;               /* directory to read (PARSE) or to create files in (NET), or -1 */
  const char *const *read;  /* paths to read beneath (DISC), NULL-terminated, or NULL */
  const char *const *write; /* paths to write beneath (DISC), NULL-terminated, or NULL */
} IcSandbox;

/* Returns the Landlock ABI in force (0 where the kernel has none and seccomp alone holds), or -1
 * with @error set: the process must then not touch foreign bytes. In debug builds IC_SANDBOX=none
 * or =nolimits weakens it; a release build does not look.
 */
int ic_sandbox_enter (const IcSandbox *sandbox, GError **error);

G_END_DECLS
