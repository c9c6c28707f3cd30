/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls of libc through which a program meets a drive. */
#undef _FILE_OFFSET_BITS /* it would rename our open() to open64() */
#undef _FORTIFY_SOURCE
#include "fake-mmc.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/cdrom.h>
#include <linux/hdreg.h>
#include <pthread.h>
#include <scsi/scsi.h>
#include <scsi/scsi_ioctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define DEVICE_PREFIX "/dev/sr"
#define MAX_FDS 1024
#define PATH_SIZE 4096
#define HASTE 50

typedef int (*OpenFunc) (const char *, int, ...);

static FakeDrive drives[FAKE_MAX_DRIVES];
static FakeDrive *owners[MAX_FDS]; /* of open descriptors */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *
find_real (const char *name)
{
  void *function = dlsym (RTLD_NEXT, name);

  if (function == NULL)
    abort ();
  return function;
}

static int
open_real (const char *path, int flags, mode_t mode)
{
  return ((OpenFunc) find_real ("open64")) (path, flags, mode);
}

static char *
join (const char *folder, const char *name)
{
  char *path = NULL;

  if (asprintf (&path, "%s/%s", folder, name) < 0)
    abort ();
  return path;
}

static int
open_file (const char *folder, const char *name, int flags)
{
  char *path = join (folder, name);
  int fd = open_real (path, flags | O_CREAT | O_CLOEXEC, 0600);

  free (path);
  return fd;
}

/* Before the program, and so before its sandbox. */
__attribute__ ((constructor)) static void
open_drives (void)
{
  const char *top = getenv ("FAKE_MMC_DIR");
  char folder[PATH_SIZE] = "";

  for (int i = 0; top != NULL && i < FAKE_MAX_DRIVES; i++)
    {
      snprintf (folder, sizeof folder, "%s/sr%d", top, i);
      if (access (folder, W_OK) != 0)
        continue;
      close (open_file (folder, "device", O_RDWR));
      drives[i].device = join (folder, "device");
      drives[i].state_fd = open_file (folder, "state", O_RDWR);
      drives[i].media_fd = open_file (folder, "media.img", O_RDWR);
      drives[i].log_fd = open_file (folder, "log", O_WRONLY | O_APPEND);
    }
}

static bool
is_device (const char *path)
{
  return path != NULL && strncmp (path, DEVICE_PREFIX, strlen (DEVICE_PREFIX)) == 0;
}

/* NULL: there is no such drive. */
static FakeDrive *
find_drive (const char *path)
{
  const char *number = path + strlen (DEVICE_PREFIX);
  int i = number[0] - '0';

  if (i < 0 || i >= FAKE_MAX_DRIVES || number[1] != '\0' || drives[i].device == NULL)
    return NULL;
  return &drives[i];
}

static int
fail (int number)
{
  errno = number;
  return -1;
}

/* What keeps the drive from being opened: an errno, or 0. */
static int
find_obstacle (FakeDrive *drive, int flags)
{
  int obstacle = 0;

  pthread_mutex_lock (&mutex);
  fake_lock (drive);
  if (drive->state.gone)
    obstacle = ENXIO;
  else if (drive->state.busy && (flags & O_EXCL) != 0)
    obstacle = EBUSY;
  fake_unlock (drive);
  pthread_mutex_unlock (&mutex);
  return obstacle;
}

static int
open_device (const char *path, int flags)
{
  FakeDrive *drive = find_drive (path);
  int obstacle = drive != NULL ? find_obstacle (drive, flags) : ENOENT;
  int fd = -1;

  if (obstacle != 0)
    return fail (obstacle);
  fd = open_real (drive->device, flags & ~(O_EXCL | O_NONBLOCK), 0);
  if (fd >= 0 && fd < MAX_FDS && (flags & O_PATH) == 0)
    owners[fd] = drive;
  return fd;
}

static int
stat_device (const char *path, struct stat *st)
{
  FakeDrive *drive = find_drive (path);

  if (drive == NULL)
    return fail (ENOENT);
  memset (st, 0, sizeof *st);
  st->st_mode = S_IFBLK | 0660;
  st->st_rdev = makedev (11, (unsigned) (drive - drives));
  st->st_nlink = 1;
  st->st_blksize = 4096;
  return 0;
}

static mode_t
mode_from (int flags, va_list arguments)
{
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (arguments, mode_t) : 0;
}

int
open (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode = 0;

  va_start (arguments, flags);
  mode = mode_from (flags, arguments);
  va_end (arguments);
  return is_device (path) ? open_device (path, flags) : open_real (path, flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode = 0;

  va_start (arguments, flags);
  mode = mode_from (flags, arguments);
  va_end (arguments);
  return is_device (path) ? open_device (path, flags) : open_real (path, flags, mode);
}

int
__open_2 (const char *path, int flags)
{
  return is_device (path) ? open_device (path, flags) : open_real (path, flags, 0);
}

int
__open64_2 (const char *path, int flags)
{
  return is_device (path) ? open_device (path, flags) : open_real (path, flags, 0);
}

int
close (int fd)
{
  if (fd >= 0 && fd < MAX_FDS)
    owners[fd] = NULL;
  return ((int (*) (int)) find_real ("close")) (fd);
}

/* On 64-bit machines both kinds of struct stat are one. */
#define DEFINE_STAT(name, type)                                                                    \
  int name (const char *restrict path, struct type *restrict st)                                   \
  {                                                                                                \
    if (is_device (path))                                                                          \
      return stat_device (path, (struct stat *) st);                                               \
    return ((int (*) (const char *, struct type *)) find_real (#name)) (path, st);                 \
  }

#define DEFINE_XSTAT(name, type)                                                                   \
  int name (int version, const char *path, struct type *st)                                        \
  {                                                                                                \
    if (is_device (path))                                                                          \
      return stat_device (path, (struct stat *) st);                                               \
    return ((int (*) (int, const char *, struct type *)) find_real (#name)) (version, path, st);   \
  }

DEFINE_STAT (stat, stat)
DEFINE_STAT (lstat, stat)
DEFINE_STAT (stat64, stat64)
DEFINE_STAT (lstat64, stat64)
DEFINE_XSTAT (__xstat, stat)
DEFINE_XSTAT (__lxstat, stat)
DEFINE_XSTAT (__xstat64, stat64)
DEFINE_XSTAT (__lxstat64, stat64)

char *
realpath (const char *restrict path, char *restrict resolved)
{
  if (!is_device (path))
    return ((char *(*) (const char *, char *) ) find_real ("realpath")) (path, resolved);
  if (find_drive (path) == NULL)
    {
      errno = ENOENT;
      return NULL;
    }
  return resolved != NULL ? strcpy (resolved, path) : strdup (path);
}

/* libburn waits for machines; this one is quick. */
int
usleep (useconds_t duration_us)
{
  return ((int (*) (useconds_t)) find_real ("usleep")) (duration_us / HASTE);
}

static int
ioctl_device (FakeDrive *drive, unsigned long request, void *argument)
{
  int result = 0;

  switch (request)
    {
    case SG_IO:
      pthread_mutex_lock (&mutex);
      result = fake_answer (drive, argument);
      pthread_mutex_unlock (&mutex);
      return result;
    case CDROM_DRIVE_STATUS:
      pthread_mutex_lock (&mutex);
      fake_lock (drive);
      result = drive->state.tray                   ? CDS_TRAY_OPEN
               : drive->state.profile == FAKE_NONE ? CDS_NO_DISC
                                                   : CDS_DISC_OK;
      fake_unlock (drive);
      pthread_mutex_unlock (&mutex);
      return result;
    case SCSI_IOCTL_GET_IDLUN:
      memset (argument, 0, 2 * sizeof (int));
      return 0;
    case SCSI_IOCTL_GET_BUS_NUMBER:
      *(int *) argument = 0;
      return 0;
    case HDIO_GET_IDENTITY:
    case SG_GET_SCSI_ID:
      return fail (ENOTTY);
    default:
      fake_log (drive, "unknown ioctl %lx", request); /* which a sandbox may refuse, too */
      return fail (ENOTTY);
    }
}

int
ioctl (int fd, unsigned long request, ...)
{
  va_list arguments;
  void *argument = NULL;

  va_start (arguments, request);
  argument = va_arg (arguments, void *);
  va_end (arguments);
  if (fd >= 0 && fd < MAX_FDS && owners[fd] != NULL)
    return ioctl_device (owners[fd], request, argument);
  return ((int (*) (int, unsigned long, ...)) find_real ("ioctl")) (fd, request, argument);
}
