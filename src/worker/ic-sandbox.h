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
  IC_SANDBOX_PARSE,  /* reads descriptors it is handed, and beneath one directory or named paths */
  IC_SANDBOX_NET,    /* connects; creates files beneath one directory */
  IC_SANDBOX_LISTEN, /* accepts on the sockets it has; creates files beneath one directory */
  IC_SANDBOX_DISC,   /* reads beneath named paths; writes one file or drive */
} IcSandboxProfile;

typedef struct
{
  IcSandboxProfile profile;
  int dir_fd; /* what to read (PARSE), create files in (NET, LISTEN), write (DISC), or -1 */
  const char *const *read; /* paths to read beneath (PARSE, DISC), NULL-terminated, or NULL */
} IcSandbox;

/* Returns the Landlock ABI in force, or -1 with @error set: the process must then not touch foreign
 * bytes. 0 is a kernel without Landlock, where only a parser of descriptors (PARSE without @dir_fd
 * and @read) may work, because seccomp keeps it from opening anything; the others get
 * IC_ERROR_UNSUPPORTED. Built with the option weak_sandbox, IC_SANDBOX=none or =nolimits weakens
 * it; other builds do not look.
 */
int ic_sandbox_enter (const IcSandbox *sandbox, GError **error);

G_END_DECLS
