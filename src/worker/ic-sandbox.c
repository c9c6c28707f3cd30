/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ic-sandbox"

#include "worker/ic-sandbox.h"

#include "core/ic-error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/landlock.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sched.h>
#include <scsi/scsi.h>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* Newer than the headers of Linux 6.1. */
#define ACCESS_TRUNCATE (1ULL << 14)  /* ABI 3 */
#define ACCESS_IOCTL_DEV (1ULL << 15) /* ABI 5 */

#define ACCESS_READ_FILE (LANDLOCK_ACCESS_FS_READ_FILE)
#define ACCESS_READ (ACCESS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_WRITE_FILE (ACCESS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
#define ACCESS_CREATE                                                                              \
  (ACCESS_READ | ACCESS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* Terabytes of shadow memory do not go with a limit on address space. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* What GLib, GDBus, malloc(), stdio and C++ need once everything is loaded. */
static const char *const common_calls[] = {
  "brk",
  "madvise",
  "mremap",
  "munmap",
  "close",
  "dup",
  "fstat",
  "ftruncate",
  "getdents64",
  "lseek",
  "memfd_create",
  "pread64",
  "read",
  "readv",
  "write",
  "writev",
  "eventfd2",
  "getpeername",
  "getsockname",
  "getsockopt",
  "poll",
  "ppoll",
  "recvfrom",
  "recvmsg",
  "sendmsg",
  "shutdown",
  "clock_getres",
  "clock_gettime",
  "clock_nanosleep",
  "exit",
  "exit_group",
  "fadvise64",
  "futex",
  "getegid",
  "geteuid",
  "getgid",
  "getpid",
  "getrandom",
  "gettid",
  "gettimeofday",
  "getuid",
  "nanosleep",
  "restart_syscall",
  "rseq",
  "rt_sigaction",
  "rt_sigprocmask",
  "rt_sigreturn",
  "sched_getaffinity",
  "sched_getattr",
  "sched_yield",
  "set_robust_list",
  "sigaltstack",
  "sysinfo",
  "time",
};

/* Of those who write what comes over the network, whoever made the connection. */
static const char *const transport_calls[] = {
  "fsync",      "fdatasync", "pselect6", "pwrite64",  "select",
  "setsockopt", "uname",     "unlinkat", "fallocate",
};

static const char *const net_calls[] = { "connect", "sendto" };

static const char *const listen_calls[] = { "accept", "accept4" };

static const char *const disc_calls[] = {
  "access",          "faccessat",  "faccessat2", "fallocate", "fdatasync", "fstatfs",  "fsync",
  "getcwd",          "newfstatat", "lstat",      "open",      "openat",    "pwrite64", "pwritev",
  "readlink",        "readlinkat", "select",     "pselect6",  "stat",      "statfs",   "statx",
  "sync_file_range", "syncfs",     "times",      "umask",     "uname",
};

/* Nothing that makes a descriptor send signals to others, as F_SETOWN would. */
static const int common_fcntls[] = {
  F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,  F_SETFD,     F_GETFL,     F_SETFL,
  F_GETLK, F_SETLK,         F_SETLKW, F_ADD_SEALS, F_GET_SEALS,
};

static const int net_ioctls[] = { FIONBIO, FIONREAD };

/* What libburn asks of a drive, or of a file that stands in for one. */
static const int disc_ioctls[] = {
  BLKGETSIZE,
  BLKGETSIZE64,
  CDROM_DRIVE_STATUS,
  HDIO_GET_IDENTITY,
  SCSI_IOCTL_GET_BUS_NUMBER,
  SCSI_IOCTL_GET_IDLUN,
  SG_GET_SCSI_ID,
  SG_IO,
};

static int
call_landlock_create (const struct landlock_ruleset_attr *attr, gsize size, guint32 flags)
{
  return (int) syscall (SYS_landlock_create_ruleset, attr, size, flags);
}

static guint64
handled_access (int abi)
{
  guint64 access = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

  if (abi >= 2)
    access |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3)
    access |= ACCESS_TRUNCATE;
  if (abi >= 5)
    access |= ACCESS_IOCTL_DEV;
  return access;
}

static gboolean
allow_beneath_fd (int ruleset, int fd, guint64 access, GError **error)
{
  struct landlock_path_beneath_attr rule = { .allowed_access = access, .parent_fd = fd };

  if (syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
    return ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to add a Landlock rule");
  return TRUE;
}

/* A rule on a file, unlike one on a directory, takes rights for files only. */
static guint64
access_for (int fd, guint64 access)
{
  const guint64 files = ACCESS_WRITE_FILE | ACCESS_IOCTL_DEV | LANDLOCK_ACCESS_FS_EXECUTE;
  struct stat st;

  if (fstat (fd, &st) == 0 && !S_ISDIR (st.st_mode))
    return access & files;
  return access;
}

static gboolean
allow_beneath_paths (int ruleset, const char *const *paths, guint64 access, GError **error)
{
  for (gsize i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      int fd = open (paths[i], O_PATH | O_CLOEXEC);
      gboolean ok = FALSE;

      if (fd < 0)
        return ic_error_set_errno (error, IC_ERROR_NOT_FOUND, errno, "failed to open a folder");
      ok = allow_beneath_fd (ruleset, fd, access_for (fd, access), error);
      close (fd);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

static guint64
access_to_dir (IcSandboxProfile profile)
{
  if (profile == IC_SANDBOX_PARSE)
    return ACCESS_READ;
  return profile == IC_SANDBOX_DISC ? ACCESS_WRITE_FILE | ACCESS_IOCTL_DEV : ACCESS_CREATE;
}

static gboolean
fill_ruleset (int ruleset, const IcSandbox *sandbox, guint64 handled, GError **error)
{
  const guint64 in_dir = access_to_dir (sandbox->profile);

  if (sandbox->dir_fd >= 0 &&
      !allow_beneath_fd (ruleset, sandbox->dir_fd, access_for (sandbox->dir_fd, in_dir & handled),
                         error))
    return FALSE;
  return allow_beneath_paths (ruleset, sandbox->read, ACCESS_READ & handled, error);
}

static gboolean
restrict_files (int abi, const IcSandbox *sandbox, GError **error)
{
  struct landlock_ruleset_attr attr = { .handled_access_fs = handled_access (abi) };
  int ruleset = call_landlock_create (&attr, sizeof attr, 0);
  gboolean ok = FALSE;

  if (ruleset < 0)
    return ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to set up Landlock");
  ok = fill_ruleset (ruleset, sandbox, attr.handled_access_fs, error);
  if (ok && syscall (SYS_landlock_restrict_self, ruleset, 0) < 0)
    ok = ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to enter Landlock");
  close (ruleset);
  return ok;
}

static int
allow_calls (scmp_filter_ctx filter, const char *const *names, gsize n)
{
  int result = 0;

  for (gsize i = 0; i < n && result == 0; i++)
    {
      int call = seccomp_syscall_resolve_name (names[i]);

      if (call != __NR_SCMP_ERROR)
        result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, call, 0);
    }
  return result;
}

/* One rule for each value that the second argument of @call may have. */
static int
allow_commands (scmp_filter_ctx filter, int call, const int *commands, gsize n)
{
  int result = 0;

  for (gsize i = 0; i < n && result == 0; i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, call, 1,
                               SCMP_A1 (SCMP_CMP_EQ, (guint32) commands[i]));
  return result;
}

/* Calls that are harmless with some arguments only. */
static int
allow_by_argument (scmp_filter_ctx filter)
{
  const struct
  {
    int call;
    struct scmp_arg_cmp argument;
  } rules[] = {
    /* threads, but no processes */
    { SCMP_SYS (clone), SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD) },
    /* memory, but no new code; no module can be loaded from now on */
    { SCMP_SYS (mmap), SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
    { SCMP_SYS (mprotect), SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
    { SCMP_SYS (prctl), SCMP_A0 (SCMP_CMP_EQ, PR_SET_NAME) },
    /* reading a limit, not setting one */
    { SCMP_SYS (prlimit64), SCMP_A2 (SCMP_CMP_EQ, 0) },
    /* abort() ends us, nobody else */
    { SCMP_SYS (tgkill), SCMP_A0 (SCMP_CMP_EQ, (guint32) getpid ()) },
  };
  /* clone3 hides its flags in memory; libc falls back to clone when it is said not to exist. */
  int result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);

  for (gsize i = 0; i < G_N_ELEMENTS (rules) && result == 0; i++)
    result = seccomp_rule_add_array (filter, SCMP_ACT_ALLOW, rules[i].call, 1, &rules[i].argument);
  if (result != 0)
    return result;
  return allow_commands (filter, SCMP_SYS (fcntl), common_fcntls, G_N_ELEMENTS (common_fcntls));
}

static void
set_call_result (ucontext_t *context, long result)
{
#if defined(__x86_64__)
  context->uc_mcontext.gregs[REG_RAX] = result;
#elif defined(__aarch64__)
  context->uc_mcontext.regs[0] = (guint64) result;
#else
#error "say here where a system call leaves its result"
#endif
}

static long
call_argument (const ucontext_t *context, guint i)
{
#if defined(__x86_64__)
  const int registers[] = { REG_RDI, REG_RSI, REG_RDX, REG_R10 };

  return (long) context->uc_mcontext.gregs[registers[i]];
#else
  return (long) context->uc_mcontext.regs[i];
#endif
}

/* libc 2.33 to 2.38 knows fstat() only as newfstatat with an empty path, and a filter sees no
 * paths: with AT_EMPTY_PATH set any file name could be asked for. So fstat is called in its place.
 */
static void
fstat_instead_cb (int number, siginfo_t *info, void *data)
{
  ucontext_t *context = data;
  const char *path = (const char *) call_argument (context, 1);
  const int saved_errno = errno;
  long result = -EPERM;

  if (*path == '\0')
    result = syscall (SYS_fstat, (int) call_argument (context, 0), call_argument (context, 2)) < 0
                 ? -errno
                 : 0;
  errno = saved_errno;
  set_call_result (context, result);
}

static int
allow_fstat_only (scmp_filter_ctx filter)
{
  const struct sigaction action = {
    .sa_sigaction = fstat_instead_cb,
    .sa_flags = SA_SIGINFO | SA_NODEFER,
  };

  if (sigaction (SIGSYS, &action, NULL) < 0)
    return -errno;
  return seccomp_rule_add (filter, SCMP_ACT_TRAP, SCMP_SYS (newfstatat), 1,
                           SCMP_A3 (SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
}

/* Through a connected socket only; there is no other. */
static int
allow_send (scmp_filter_ctx filter)
{
  return seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (sendto), 1, SCMP_A4 (SCMP_CMP_EQ, 0));
}

/* A system call filter sees no paths: whoever may open files needs Landlock to say which. */
static gboolean
may_open_files (const IcSandbox *sandbox)
{
  return sandbox->profile != IC_SANDBOX_PARSE || sandbox->dir_fd >= 0 || sandbox->read != NULL;
}

/* A parser may open for reading only; where is up to Landlock, which O_PATH would pass by. */
static int
allow_parse_calls (scmp_filter_ctx filter, const IcSandbox *sandbox)
{
  int result = allow_fstat_only (filter);

  if (result == 0)
    result = allow_send (filter);
  if (result != 0 || !may_open_files (sandbox))
    return result;
  return seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1,
                           SCMP_A2 (SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_PATH,
                                    O_RDONLY));
}

/* TCP over IPv4 and nothing else: Landlock does not keep anybody from the sockets of a session bus.
 * The low bits of the type are the type.
 */
static int
allow_tcp (scmp_filter_ctx filter)
{
  const guint32 protocols[] = { 0, IPPROTO_TCP };
  int result = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (protocols) && result == 0; i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (socket), 3,
                               SCMP_A0 (SCMP_CMP_EQ, AF_INET),
                               SCMP_A1 (SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM),
                               SCMP_A2 (SCMP_CMP_EQ, protocols[i]));
  return result;
}

static int
allow_transport_calls (scmp_filter_ctx filter)
{
  int result = allow_fstat_only (filter);

  if (result == 0)
    result = allow_commands (filter, SCMP_SYS (ioctl), net_ioctls, G_N_ELEMENTS (net_ioctls));
  /* Where it may open files is up to Landlock, which O_PATH would pass by. */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1,
                               SCMP_A2 (SCMP_CMP_MASKED_EQ, O_PATH, 0));
  if (result != 0)
    return result;
  return allow_calls (filter, transport_calls, G_N_ELEMENTS (transport_calls));
}

static int
allow_net_calls (scmp_filter_ctx filter)
{
  int result = allow_transport_calls (filter);

  if (result == 0)
    result = allow_tcp (filter);
  if (result != 0)
    return result;
  return allow_calls (filter, net_calls, G_N_ELEMENTS (net_calls));
}

/* Whom it talks to is who comes: it makes no socket and connects to nobody. */
static int
allow_listen_calls (scmp_filter_ctx filter)
{
  int result = allow_transport_calls (filter);

  if (result == 0)
    result = allow_send (filter);
  if (result != 0)
    return result;
  return allow_calls (filter, listen_calls, G_N_ELEMENTS (listen_calls));
}

static int
allow_disc_calls (scmp_filter_ctx filter)
{
  int result = allow_send (filter);

  if (result == 0)
    result = allow_commands (filter, SCMP_SYS (ioctl), disc_ioctls, G_N_ELEMENTS (disc_ioctls));
  if (result != 0)
    return result;
  return allow_calls (filter, disc_calls, G_N_ELEMENTS (disc_calls));
}

static int
allow_profile (scmp_filter_ctx filter, const IcSandbox *sandbox)
{
  switch (sandbox->profile)
    {
    case IC_SANDBOX_PARSE:
      return allow_parse_calls (filter, sandbox);
    case IC_SANDBOX_NET:
      return allow_net_calls (filter);
    case IC_SANDBOX_LISTEN:
      return allow_listen_calls (filter);
    case IC_SANDBOX_DISC:
    default:
      return allow_disc_calls (filter);
    }
}

static gboolean
restrict_calls (const IcSandbox *sandbox, GError **error)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  int result = filter == NULL ? -ENOMEM : 0;

  if (result == 0)
    result = allow_calls (filter, common_calls, G_N_ELEMENTS (common_calls));
  if (result == 0)
    result = allow_by_argument (filter);
  if (result == 0)
    result = allow_profile (filter, sandbox);
  if (result == 0)
    result = seccomp_load (filter);
  if (filter != NULL)
    seccomp_release (filter);
  if (result != 0)
    return ic_error_set_errno (error, IC_ERROR_INTERNAL, -result, "failed to set up seccomp");
  return TRUE;
}

static guint
count_threads (void)
{
  g_autoptr(GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static gboolean
set_limit (int what, rlim_t value, GError **error)
{
  const struct rlimit limit = { value, value };

  if (setrlimit (what, &limit) < 0)
    return ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to set a limit");
  return TRUE;
}

/* CPU time is not limited here: a scratched disc may stall honestly, so the parent watches for
 * progress instead.
 */
static gboolean
limit_resources (IcSandboxProfile profile, GError **error)
{
  const rlim_t memory = (rlim_t) 2 << 30;
  const rlim_t files = ((rlim_t) 4 << 30) + (1 << 20); /* the largest value, and a header */

  /* Each arena of malloc() reserves 64 MiB of address space. */
  mallopt (M_ARENA_MAX, 2);
  /* The memory of one image serves the next, instead of being given back and cleared again. */
  mallopt (M_MMAP_THRESHOLD, 16 << 20);
  mallopt (M_TRIM_THRESHOLD, 32 << 20);
  if (!set_limit (RLIMIT_NOFILE, 1024, error))
    return FALSE;
  if (profile == IC_SANDBOX_PARSE && !set_limit (RLIMIT_FSIZE, files, error))
    return FALSE;
  return SANITIZED || set_limit (RLIMIT_AS, memory, error);
}

typedef enum
{
  LEVEL_NONE,
  LEVEL_NOLIMITS,
  LEVEL_FULL,
} Level;

static Level
sandbox_level (void)
{
#ifdef IC_SANDBOX_MAY_BE_WEAKENED
  const char *level = g_getenv ("IC_SANDBOX");

  if (g_strcmp0 (level, "none") == 0)
    return LEVEL_NONE;
  if (g_strcmp0 (level, "nolimits") == 0)
    return LEVEL_NOLIMITS;
#endif
  return LEVEL_FULL;
}

static int
landlock_abi (void)
{
  return MAX (call_landlock_create (NULL, 0, LANDLOCK_CREATE_RULESET_VERSION), 0);
}

static int
lock_down (const IcSandbox *sandbox, GError **error)
{
  int abi = landlock_abi ();

  if (abi == 0 && may_open_files (sandbox))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED,
                           "this kernel has no Landlock (Linux 5.13 has it)");
      return -1;
    }
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    {
      ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to give up privileges");
      return -1;
    }
  if ((abi > 0 && !restrict_files (abi, sandbox, error)) || !restrict_calls (sandbox, error))
    return -1;
  return abi;
}

int
ic_sandbox_enter (const IcSandbox *sandbox, GError **error)
{
  const Level level = sandbox_level ();

  if (!set_limit (RLIMIT_CORE, 0, error))
    return -1;
  if (level == LEVEL_NONE)
    return 0;
  if (count_threads () != 1)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL,
                           "too late for a sandbox: there are threads already");
      return -1;
    }
  if (level == LEVEL_FULL && !limit_resources (sandbox->profile, error))
    return -1;
  return lock_down (sandbox, error);
}
