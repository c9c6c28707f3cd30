/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker that does what a hijacked one would: it tries to break out, or misbehaves. It locks
 * itself down exactly like the real ones and abuses ListMedium: the name of the tree is the
 * misdeed, the answer its outcome. First argument: parse, net, listen or disc; "mute" never answers
 * at all.
 */
#include "core/ic-error.h"
#include "wire/ic-wire-descriptors.h"
#include "worker/ic-worker-service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static const char *target_port; /* a listening socket of the test */
static const char *victim;      /* a file that the test made, outside what is allowed */

static int
try_open (void)
{
  return open (victim, O_RDONLY | O_CLOEXEC);
}

static int
try_create (void)
{
  return open ("courier-escape", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
}

static int
try_truncate (void)
{
  return truncate (victim, 0);
}

static int
try_unlink (void)
{
  return unlink (victim);
}

static int
try_connect (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (atoi (target_port)) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  return fd < 0 ? fd : connect (fd, (struct sockaddr *) &address, sizeof address);
}

/* A socket of the test beside the victim, as a session bus would be. */
static int
try_connect_local (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_snprintf (address.sun_path, sizeof address.sun_path, "%s.bus", victim);
  return fd < 0 ? fd : connect (fd, (struct sockaddr *) &address, sizeof address);
}

static int
try_datagram (void)
{
  return socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static int
try_listen (void)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  return fd < 0 ? fd : listen (fd, 1);
}

static int
try_exec (void)
{
  char *const argv[] = { "/bin/true", NULL };

  return execv (argv[0], argv);
}

static int
try_fork (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    _exit (0);
  return pid;
}

static int
try_kill (void)
{
  return kill (getppid (), 0);
}

static int
try_kill_thread (void)
{
  return (int) syscall (SYS_tgkill, getppid (), getppid (), 0);
}

/* A descriptor that is ready then sends signals to its owner. */
static int
try_own (void)
{
  return fcntl (IC_WIRE_SOCKET_FD, F_SETOWN, getppid ());
}

/* EPERM is the filter's; whatever else the kernel says, it has looked at the call. */
static int
try_ioctl (unsigned long command)
{
  char argument[64] = "x";

  return ioctl (STDERR_FILENO, command, argument) < 0 && errno == EPERM ? -1 : 0;
}

static int
try_type_for_operator (void)
{
  return try_ioctl (TIOCSTI);
}

static int
try_own_by_ioctl (void)
{
  return try_ioctl (FIOSETOWN);
}

/* Opens nothing, but tells whether a name exists. */
static int
try_place (void)
{
  return open (victim, O_PATH | O_CLOEXEC);
}

static int
try_stat (void)
{
  struct stat st;

  return stat (victim, &st);
}

/* The flag that fstat() of some libcs sets does not make the path count for nothing. */
static int
try_stat_by_flag (void)
{
  struct stat st;

  return (int) syscall (SYS_newfstatat, AT_FDCWD, victim, &st, AT_EMPTY_PATH);
}

static int
try_fstat (void)
{
  struct stat st = { 0 };

  return fstat (IC_WIRE_MEDIUM_FD, &st) == 0 && S_ISDIR (st.st_mode) ? 0 : -1;
}

static int
try_fstat_of_nothing (void)
{
  struct stat st;

  return fstat (1000, &st) < 0 && errno == EBADF ? -1 : 0;
}

static int
try_openat (void)
{
  return openat (IC_WIRE_MEDIUM_FD, victim, O_RDONLY | O_CLOEXEC);
}

static int
try_ptrace (void)
{
  return prctl (PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int
try_code (void)
{
  void *page =
      mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return page == MAP_FAILED ? -1 : 0;
}

static int
try_limit (void)
{
  const struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

  return setrlimit (RLIMIT_CORE, &limit);
}

static int
try_open_medium (void)
{
  return openat (IC_WIRE_MEDIUM_FD, "inside", O_RDONLY | O_CLOEXEC);
}

static int
try_create_in_medium (void)
{
  return openat (IC_WIRE_MEDIUM_FD, "made", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
}

static int
try_climb (void)
{
  return openat (IC_WIRE_MEDIUM_FD, "../victim", O_RDONLY | O_CLOEXEC);
}

/* Needs nothing that anybody has given it. */
static int
try_socket (void)
{
  return socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* EPERM is the filter's; that the socket does not listen is the kernel's answer. */
static int
try_accept (void)
{
  return accept4 (IC_WIRE_SOCKET_FD, NULL, NULL, SOCK_CLOEXEC) < 0 && errno == EPERM ? -1 : 0;
}

static const struct
{
  const char *name;
  int (*attempt) (void);
} attempts[] = {
  { "open", try_open },
  { "create", try_create },
  { "truncate", try_truncate },
  { "unlink", try_unlink },
  { "connect", try_connect },
  { "connect-local", try_connect_local },
  { "datagram", try_datagram },
  { "listen", try_listen },
  { "exec", try_exec },
  { "fork", try_fork },
  { "kill", try_kill },
  { "kill-thread", try_kill_thread },
  { "own", try_own },
  { "own-by-ioctl", try_own_by_ioctl },
  { "type", try_type_for_operator },
  { "place", try_place },
  { "stat", try_stat },
  { "stat-by-flag", try_stat_by_flag },
  { "fstat", try_fstat },
  { "fstat-of-nothing", try_fstat_of_nothing },
  { "openat", try_openat },
  { "ptrace", try_ptrace },
  { "code", try_code },
  { "limit", try_limit },
  { "open-medium", try_open_medium },
  { "create-in-medium", try_create_in_medium },
  { "socket", try_socket },
  { "accept", try_accept },
  { "climb", try_climb },
};

static GVariant *
outcome_of (int result)
{
  return g_variant_new ("(t)", (guint64) (result >= 0));
}

static void
misbehave (const char *how)
{
  if (g_str_equal (how, "crash"))
    raise (SIGSEGV);
  if (g_str_equal (how, "give-up"))
    _exit (7);
  while (g_str_equal (how, "hang"))
    g_usleep (G_USEC_PER_SEC);
  while (g_str_equal (how, "allocate"))
    memset (g_malloc (16 << 20), 1, 16 << 20);
}

/* Works a little at a time and looks at the cancellable, as good jobs do. */
static GVariant *
work_slowly (IcWorkerJob *job, GError **error)
{
  for (int i = 0; i < 1000; i++)
    {
      if (g_cancellable_set_error_if_cancelled (ic_worker_job_get_cancellable (job), error))
        return NULL;
      ic_worker_job_report (job, i, 1000);
      g_usleep (10 * 1000);
    }
  return outcome_of (0);
}

static GVariant *
probe (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  const char *what = NULL;

  g_variant_get_child (ic_worker_job_get_parameters (job), 1, "&s", &what);
  if (g_str_equal (what, "slow"))
    return work_slowly (job, error);
  misbehave (what);
  for (gsize i = 0; i < G_N_ELEMENTS (attempts); i++)
    if (g_str_equal (attempts[i].name, what))
      return outcome_of (attempts[i].attempt ());
  g_set_error (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "no attempt called %s", what);
  return NULL;
}

static gboolean
list_medium_cb (IcWireParse *parse,
                GDBusMethodInvocation *invocation,
                GUnixFDList *fds,
                guint64 job,
                const char *tree,
                GVariant *records,
                IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, probe);
}

static gboolean export(IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  IcWireParse *parse = ic_wire_parse_skeleton_new ();

  g_signal_connect (parse, "handle-list-medium", G_CALLBACK (list_medium_cb), service);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (parse), connection, error);
}

static IcSandboxProfile
profile_from_name (const char *name)
{
  if (g_str_equal (name, "net"))
    return IC_SANDBOX_NET;
  if (g_str_equal (name, "listen"))
    return IC_SANDBOX_LISTEN;
  return g_str_equal (name, "disc") ? IC_SANDBOX_DISC : IC_SANDBOX_PARSE;
}

/* As on a kernel without it. */
static void
hide_landlock (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  int result =
      seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (landlock_create_ruleset), 0);

  g_assert_cmpint (result, ==, 0);
  g_assert_cmpint (seccomp_load (filter), ==, 0);
  seccomp_release (filter);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  const char *paths[2] = { NULL };
  IcSandbox sandbox = { .dir_fd = -1 };

  g_assert_cmpint (argc, ==, 5);
  sandbox.profile = profile_from_name (argv[1]);
  victim = argv[2];
  target_port = argv[3];
  while (g_str_equal (argv[1], "mute"))
    g_usleep (G_USEC_PER_SEC);
  if (g_str_has_prefix (argv[4], "dir"))
    sandbox.dir_fd = IC_WIRE_MEDIUM_FD;
  /* the medium, by its name */
  if (g_str_equal (argv[4], "paths"))
    {
      g_autofree char *folder = g_path_get_dirname (victim);

      paths[0] = g_build_filename (folder, "medium", NULL);
      sandbox.read = paths;
    }
  if (g_str_has_suffix (argv[4], "without-landlock"))
    hide_landlock ();
  ic_worker_serve (&sandbox, export, &error);
  g_printerr ("probe-worker: %s\n", error->message);
  return EXIT_FAILURE;
}
