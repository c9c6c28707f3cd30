/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-mmc.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATE_SIZE 4096
#define LINE_SIZE 256

static const struct
{
  const char *name;
  size_t offset;
  bool is_hex;
  long fallback;
} keys[] = {
  { "profile", offsetof (FakeState, profile), true, FAKE_NONE },
  { "capacity", offsetof (FakeState, capacity), false, 0 },
  { "nwa", offsetof (FakeState, nwa), false, 0 },
  { "closed", offsetof (FakeState, closed), false, 0 },
  { "open", offsetof (FakeState, open), false, 0 },
  { "reserved", offsetof (FakeState, reserved), false, 0 },
  { "tracks", offsetof (FakeState, n_tracks), false, 0 },
  { "tray", offsetof (FakeState, tray), false, 0 },
  { "slim", offsetof (FakeState, slim), false, 0 },
  { "busy", offsetof (FakeState, busy), false, 0 },
  { "wtype", offsetof (FakeState, wtype), false, 1 },
  { "multi", offsetof (FakeState, multi), false, 0 },
  { "speed", offsetof (FakeState, speed), false, 0 },
  { "quick_blank", offsetof (FakeState, quick_blank), false, 0 },
  { "unformatted", offsetof (FakeState, unformatted), false, 0 },
  { "fail_write", offsetof (FakeState, fail_write), false, -1 },
  { "fail_read", offsetof (FakeState, fail_read), false, -1 },
  { "flip_read", offsetof (FakeState, flip_read), false, -1 },
  { "gone_at", offsetof (FakeState, gone_at), false, -1 },
  { "hold_at", offsetof (FakeState, hold_at), false, -1 },
  { "fail_close", offsetof (FakeState, fail_close), false, 0 },
  { "gone", offsetof (FakeState, gone), false, 0 },
  { "not_ready", offsetof (FakeState, not_ready), false, 0 },
};
#define N_KEYS (sizeof keys / sizeof *keys)

static long *
value_of (FakeState *state, size_t key)
{
  return (long *) ((char *) state + keys[key].offset);
}

static void
parse_line (FakeState *state, const char *line)
{
  const char *equals = strchr (line, '=');
  size_t length = equals != NULL ? (size_t) (equals - line) : 0;
  int track = 0;
  FakeTrack found = { 0, 0, 0 };

  if (sscanf (line, "t%d=%ld,%ld,%ld", &track, &found.start, &found.length, &found.session) == 4 &&
      track > 0 && track <= FAKE_MAX_TRACKS)
    state->tracks[track] = found;
  for (size_t i = 0; i < N_KEYS && equals != NULL; i++)
    if (strlen (keys[i].name) == length && strncmp (keys[i].name, line, length) == 0)
      *value_of (state, i) = strtol (equals + 1, NULL, keys[i].is_hex ? 16 : 10);
}

static void
load (FakeDrive *drive)
{
  char text[STATE_SIZE + 1] = "";
  char *rest = text;

  memset (&drive->state, 0, sizeof drive->state);
  for (size_t i = 0; i < N_KEYS; i++)
    *value_of (&drive->state, i) = keys[i].fallback;
  if (pread (drive->state_fd, text, STATE_SIZE, 0) < 0)
    return;
  for (char *line = strsep (&rest, "\n"); line != NULL; line = strsep (&rest, "\n"))
    parse_line (&drive->state, line);
}

static void
save (FakeDrive *drive)
{
  char text[STATE_SIZE] = "";
  size_t n = 0;

  for (size_t i = 0; i < N_KEYS; i++)
    n += (size_t) snprintf (text + n, sizeof text - n, keys[i].is_hex ? "%s=%lx\n" : "%s=%ld\n",
                            keys[i].name, *value_of (&drive->state, i));
  for (long i = 1; i <= drive->state.n_tracks && i <= FAKE_MAX_TRACKS; i++)
    n += (size_t) snprintf (text + n, sizeof text - n, "t%ld=%ld,%ld,%ld\n", i,
                            drive->state.tracks[i].start, drive->state.tracks[i].length,
                            drive->state.tracks[i].session);
  if (pwrite (drive->state_fd, text, n, 0) != (ssize_t) n ||
      ftruncate (drive->state_fd, (off_t) n) != 0)
    abort ();
}

static void
set_lock (FakeDrive *drive, short type)
{
  struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

  if (fcntl (drive->state_fd, F_SETLKW, &lock) != 0)
    abort ();
}

void
fake_lock (FakeDrive *drive)
{
  set_lock (drive, F_WRLCK);
  load (drive);
}

void
fake_unlock (FakeDrive *drive)
{
  save (drive);
  set_lock (drive, F_UNLCK);
}

void
fake_log (FakeDrive *drive, const char *format, ...)
{
  char line[LINE_SIZE] = "";
  va_list arguments;
  int n = 0;

  va_start (arguments, format);
  n = vsnprintf (line, sizeof line - 1, format, arguments);
  va_end (arguments);
  line[n] = '\n';
  if (write (drive->log_fd, line, (size_t) n + 1) < 0)
    abort ();
}
