/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the drive answers: the commands of MMC-5 and SPC-3 that libburn sends. */
#include "fake-mmc.h"

#include <endian.h>
#include <errno.h>
#include <scsi/scsi.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MMC_LOAD_UNLOAD 0x1b
#define MMC_READ_FORMAT_CAPACITIES 0x23
#define MMC_READ_12 0xa8
#define MMC_BLANK 0xa1
#define MMC_WRITE_12 0xaa
#define MMC_GET_PERFORMANCE 0xac
#define MMC_SET_SPEED 0xbb
#define MMC_SET_STREAMING 0xb6
#define MMC_READ_CD 0xbe
#define MMC_GET_CONFIGURATION 0x46
#define MMC_GET_EVENT 0x4a
#define MMC_READ_DISC_INFO 0x51
#define MMC_READ_TRACK_INFO 0x52
#define MMC_RESERVE_TRACK 0x53
#define MMC_SEND_OPC 0x54
#define MMC_CLOSE 0x5b
#define MMC_READ_BUFFER_CAPACITY 0x5c
#define MMC_SEND_CUE_SHEET 0x5d

#define KEY_NOT_READY 2
#define KEY_MEDIUM 3
#define KEY_ILLEGAL 5
#define KEY_PROTECT 7

#define MODE_PAGE_WRITE 5
#define MODE_PAGE_CAPABILITIES 0x2a
#define TRACK_AT_ONCE 1
#define SESSION_AT_ONCE 2
#define BUFFER_BYTES (2 << 20)
#define HOLD_POLL_US 5000

typedef struct
{
  FakeDrive *drive;
  FakeState *state;
  sg_io_hdr_t *io;
  const uint8_t *cdb;
  uint8_t *data;
} Command;

static void
put16 (uint8_t *to, unsigned value)
{
  to[0] = (uint8_t) (value >> 8);
  to[1] = (uint8_t) value;
}

static void
put32 (uint8_t *to, long value)
{
  const uint32_t big = htobe32 ((uint32_t) value);

  memcpy (to, &big, sizeof big);
}

static long
get32 (const uint8_t *from)
{
  uint32_t big = 0;

  memcpy (&big, from, sizeof big);
  return (int32_t) be32toh (big);
}

static unsigned
get16 (const uint8_t *from)
{
  return (unsigned) from[0] << 8 | from[1];
}

/* Minutes, seconds and frames, from the start of the lead-in. */
static void
put_msf (uint8_t *to, long lba)
{
  lba += 150;
  to[0] = (uint8_t) (lba / 4500);
  to[1] = (uint8_t) (lba / 75 % 60);
  to[2] = (uint8_t) (lba % 75);
}

static bool
is_cd (const FakeState *state)
{
  return state->profile >= FAKE_CD_ROM && state->profile <= FAKE_CD_RW;
}

static bool
is_overwritable (const FakeState *state)
{
  return state->profile == FAKE_DVD_PLUS_RW || state->profile == FAKE_BD_RE;
}

static bool
has_medium (const FakeState *state)
{
  return state->profile != FAKE_NONE && !state->tray;
}

static long
count_sessions (const FakeState *state)
{
  return state->n_tracks > 0 ? state->tracks[state->n_tracks].session : 0;
}

static long
end_of_data (const FakeState *state)
{
  const FakeTrack *last = &state->tracks[state->n_tracks];

  return state->n_tracks > 0 ? last->start + last->length : 0;
}

static void
reply (Command *self, const void *data, size_t size)
{
  size_t n = size < self->io->dxfer_len ? size : self->io->dxfer_len;

  if (n > 0)
    memcpy (self->data, data, n);
  self->io->resid = (int) (self->io->dxfer_len - n);
}

static void
complain (Command *self, int key, int code, int qualifier)
{
  const uint8_t sense[18] = {
    0x70, 0, (uint8_t) key, 0, 0, 0, 0, 10, 0, 0, 0, 0, (uint8_t) code, (uint8_t) qualifier
  };
  size_t n = self->io->mx_sb_len < sizeof sense ? self->io->mx_sb_len : sizeof sense;

  self->io->status = 2; /* CHECK CONDITION */
  self->io->masked_status = 1;
  self->io->driver_status = 8;
  self->io->info = SG_INFO_CHECK;
  self->io->resid = (int) self->io->dxfer_len;
  memcpy (self->io->sbp, sense, n);
  self->io->sb_len_wr = (uint8_t) n;
}

static void
refuse_field (Command *self)
{
  complain (self, KEY_ILLEGAL, 0x24, 0);
}

/* Features (MMC-5 5.3) */

static uint8_t *
add_feature (uint8_t *to, unsigned code, int flags, const void *data, size_t size)
{
  put16 (to, code);
  to[2] = (uint8_t) flags;
  to[3] = (uint8_t) size;
  memcpy (to + 4, data, size);
  return to + 4 + size;
}

static uint8_t *
add_profiles (uint8_t *to, long current)
{
  static const int known[] = { FAKE_BD_RE, FAKE_BD_R,  FAKE_DVD_PLUS_RW, FAKE_DVD_PLUS_R,
                               FAKE_DVD_R, FAKE_CD_RW, FAKE_CD_R,        FAKE_CD_ROM };
  uint8_t list[4 * sizeof known / sizeof *known] = { 0 };

  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      put16 (list + 4 * i, (unsigned) known[i]);
      list[4 * i + 2] = known[i] == current;
    }
  return add_feature (to, 0, 3, list, sizeof list);
}

static void
get_configuration (Command *self)
{
  const FakeState *state = self->state;
  const long profile = has_medium (state) ? state->profile : FAKE_NONE;
  const bool cd = has_medium (state) && is_cd (state);
  const bool dvd = profile >= 0x10 && profile < 0x40;
  const uint8_t mechanism[] = { state->slim ? 0x29 : 0x39, 0, 0, 0 };
  uint8_t answer[512] = { 0 };
  uint8_t *end = add_profiles (answer + 8, profile);

  end = add_feature (end, 0x01, 0x0b, "\0\0\0\7\1\0\0", 8); /* core: SATA */
  end = add_feature (end, 0x03, 0x0b, mechanism, sizeof mechanism);
  end = add_feature (end, 0x1f, dvd, "", 0);
  end = add_feature (end, 0x21, 8 | (profile == FAKE_DVD_R), "\0\xff\0\1\x10\0\0", 8);
  end = add_feature (end, 0x23, profile >= FAKE_BD_R, "\0\0\0\0\0\0\0", 8);
  end = add_feature (end, 0x2a, profile == FAKE_DVD_PLUS_RW, "\1\0\0", 4);
  end = add_feature (end, 0x2b, profile == FAKE_DVD_PLUS_R, "\1\0\0", 4);
  end = add_feature (end, 0x2d, cd, "\x46\0\x7f\xff", 4); /* track at once */
  end = add_feature (end, 0x2e, cd, "\x6e\0\0", 4);       /* session at once */
  end = add_feature (end, 0x2f, profile == FAKE_DVD_R, "\x44\0\0", 4);
  end = add_feature (end, 0x41, profile >= FAKE_BD_R, (uint8_t[20]){ 0 }, 20);
  end = add_feature (end, 0x107, 1, "\x0f\0\0", 4);
  put32 (answer, end - answer - 4);
  put16 (answer + 6, (unsigned) profile);
  reply (self, answer, (size_t) (end - answer));
}

/* 1x as libburn counts it, in kB/s. */
static long
single_speed (const FakeState *state)
{
  if (is_cd (state))
    return 176;
  return state->profile >= FAKE_BD_R ? 4496 : 1385;
}

static void
get_performance (Command *self)
{
  const long fast = 8 * single_speed (self->state);
  const long slow = 4 * single_speed (self->state);
  uint8_t answer[40] = { 0 };

  if (self->cdb[10] == 3)
    {
      put32 (answer, sizeof answer - 4);
      for (int i = 0; i < 2; i++)
        {
          put32 (answer + 12 + 16 * i, self->state->capacity);
          put32 (answer + 16 + 16 * i, fast);
          put32 (answer + 20 + 16 * i, i == 0 ? fast : slow);
        }
      reply (self, answer, sizeof answer);
    }
  else
    refuse_field (self);
}

static void
mode_sense (Command *self)
{
  const long fast = 8 * single_speed (self->state);
  uint8_t answer[60] = { 0 };
  uint8_t *page = answer + 8;

  switch (self->cdb[2] & 0x3f)
    {
    case MODE_PAGE_CAPABILITIES:
      put16 (answer, 42);
      memcpy (page, "\x2a\x22\x3f\x37\xf1\x73\x29", 7);
      for (int i = 8; i <= 20; i += 6)
        put16 (page + i, (unsigned) fast);
      put16 (page + 12, BUFFER_BYTES / 1024);
      put16 (page + 28, (unsigned) fast);
      put16 (page + 30, 1);
      put16 (page + 34, (unsigned) fast);
      reply (self, answer, 44);
      break;
    case MODE_PAGE_WRITE:
      put16 (answer, 58);
      memcpy (page, "\x05\x32\0\x04\x08", 5);
      page[2] = (uint8_t) self->state->wtype;
      page[15] = 150;
      reply (self, answer, 60);
      break;
    default:
      refuse_field (self);
    }
}

static void
mode_select (Command *self)
{
  const uint8_t *page = self->data + 8;

  if ((page[0] & 0x3f) != MODE_PAGE_WRITE)
    return;
  self->state->wtype = page[2] & 0x0f;
  self->state->multi = page[3] >> 6 == 3;
}

/* The state of the medium */

static void
put_disc_times (Command *self, uint8_t *answer, int status)
{
  const FakeState *state = self->state;

  if (!is_cd (state))
    {
      put32 (answer + 16, status == 2 ? -1 : 0);
      put32 (answer + 20, status == 2 ? -1 : state->capacity);
      return;
    }
  if (status == 0)
    memcpy (answer + 17, "\x61\x1a\x42", 3); /* the lead-in of an empty disc */
  else if (status == 1)
    put_msf (answer + 17, state->nwa - 4500);
  if (status == 2)
    memset (answer + 16, 0xff, 8);
  else
    put_msf (answer + 21, state->capacity);
}

static void
read_disc_info (Command *self)
{
  const FakeState *state = self->state;
  const bool rewritable = is_overwritable (state) || state->profile == FAKE_CD_RW;
  uint8_t answer[34] = { 0 };
  int status = 1, last_session = state->open ? 1 : 0;
  long sessions = count_sessions (state) + (state->open ? 0 : 1);
  long last_track = state->n_tracks + 1;

  if (is_overwritable (state) || state->closed)
    {
      status = 2;
      last_session = 3;
      sessions = is_overwritable (state) ? 1 : count_sessions (state);
      last_track = is_overwritable (state) ? 1 : state->n_tracks;
    }
  else if (state->n_tracks == 0)
    status = 0;
  put16 (answer, sizeof answer - 2);
  answer[2] = (uint8_t) (rewritable << 4 | last_session << 2 | status);
  answer[3] = 1;
  answer[4] = (uint8_t) sessions;
  answer[5] = answer[6] = (uint8_t) last_track;
  answer[7] = (uint8_t) (0x20 | (state->profile == FAKE_DVD_PLUS_RW ? 3 : 0));
  answer[8] = is_cd (state) ? 0 : 0xff;
  put_disc_times (self, answer, status);
  reply (self, answer, sizeof answer);
}

static void
put_free_track (const FakeState *state, uint8_t *answer)
{
  const long free = state->capacity > state->nwa ? state->capacity - state->nwa : 0;

  answer[3] = (uint8_t) (count_sessions (state) + (state->open ? 0 : 1));
  answer[6] |= 0x40;
  answer[7] = free > 0;
  put32 (answer + 8, state->nwa);
  put32 (answer + 12, state->nwa);
  put32 (answer + 16, free);
  put32 (answer + 24, free);
}

static void
put_written_track (const FakeTrack *track, uint8_t *answer)
{
  answer[3] = (uint8_t) track->session;
  answer[7] = 2;
  put32 (answer + 8, track->start);
  put32 (answer + 24, track->length);
  put32 (answer + 28, track->start + track->length - 1);
}

static void
read_track_info (Command *self)
{
  const FakeState *state = self->state;
  const long invisible = state->n_tracks + 1;
  uint8_t answer[36] = { 0 };
  long n = get32 (self->cdb + 2);

  if (n == 0xff || n == 0)
    n = state->closed ? state->n_tracks : invisible;
  if (is_overwritable (state))
    n = 1;
  if (n < 1 || n > invisible || (n == invisible && state->closed && !is_overwritable (state)))
    {
      refuse_field (self);
      return;
    }
  put16 (answer, sizeof answer - 2);
  answer[2] = (uint8_t) n;
  answer[5] = 4;
  answer[6] = 1;
  put32 (answer + 20, is_cd (state) ? 0 : 16);
  if (is_overwritable (state))
    {
      answer[3] = 1;
      put32 (answer + 24, state->capacity);
    }
  else if (n == invisible)
    put_free_track (state, answer);
  else
    put_written_track (&state->tracks[n], answer);
  reply (self, answer, sizeof answer);
}

static void
read_atip (Command *self)
{
  uint8_t answer[28] = { 0 };

  put16 (answer, sizeof answer - 2);
  memcpy (answer + 4, "\xc0\x40\x88\0\x61\x1a\x42", 7);
  answer[6] |= self->state->profile == FAKE_CD_RW ? 0x40 : 0;
  put_msf (answer + 12, self->state->capacity);
  reply (self, answer, sizeof answer);
}

static void
read_track_list (Command *self)
{
  const FakeState *state = self->state;
  uint8_t answer[4 + 8 * (FAKE_MAX_TRACKS + 1)] = { 0 };
  size_t size = 4;

  answer[2] = 1;
  answer[3] = (uint8_t) state->n_tracks;
  for (long i = 1; i <= state->n_tracks + 1; i++, size += 8)
    {
      const bool lead_out = i > state->n_tracks;

      answer[size + 1] = 0x14;
      answer[size + 2] = lead_out ? 0xaa : (uint8_t) i;
      put32 (answer + size + 4, lead_out ? end_of_data (state) : state->tracks[i].start);
    }
  put16 (answer, (unsigned) size - 2);
  reply (self, answer, size);
}

static uint8_t *
add_point (uint8_t *to, long session, uint8_t point, const uint8_t *msf)
{
  to[0] = (uint8_t) session;
  to[1] = 0x14;
  to[3] = point;
  memcpy (to + 8, msf, 3);
  return to + 11;
}

/* Discs of the fake have one track a session. */
static void
read_full_toc (Command *self)
{
  const FakeState *state = self->state;
  const long closed = count_sessions (state) - (state->open ? 1 : 0);
  uint8_t answer[4 + 44 * FAKE_MAX_TRACKS] = { 0 };
  uint8_t *end = answer + 4;
  uint8_t msf[3] = { 0 };

  answer[2] = 1;
  answer[3] = (uint8_t) closed;
  for (long i = 1; i <= closed; i++)
    {
      end = add_point (end, i, 0xa0, (const uint8_t[]){ (uint8_t) i, 0, 0 });
      end = add_point (end, i, 0xa1, (const uint8_t[]){ (uint8_t) i, 0, 0 });
      put_msf (msf, state->tracks[i].start + state->tracks[i].length);
      end = add_point (end, i, 0xa2, msf);
      put_msf (msf, state->tracks[i].start);
      end = add_point (end, i, (uint8_t) i, msf);
    }
  put16 (answer, (unsigned) (end - answer - 2));
  reply (self, answer, (size_t) (end - answer));
}

static void
read_session_info (Command *self)
{
  const FakeState *state = self->state;
  const long closed = count_sessions (state) - (state->open ? 1 : 0);
  uint8_t answer[12] = { 0 };

  put16 (answer, sizeof answer - 2);
  answer[2] = 1;
  answer[3] = (uint8_t) closed;
  answer[5] = 0x14;
  answer[6] = (uint8_t) (closed > 0 ? closed : 1);
  put32 (answer + 8, state->tracks[answer[6]].start);
  reply (self, answer, sizeof answer);
}

static void
read_toc (Command *self)
{
  const int format = self->cdb[2] & 0x0f;

  if (format == 4 && is_cd (self->state))
    read_atip (self);
  else if (format == 0 && self->state->n_tracks > 0)
    read_track_list (self);
  else if (format == 1 && self->state->n_tracks > 0)
    read_session_info (self);
  else if (format == 2 && self->state->n_tracks > 0 && is_cd (self->state))
    read_full_toc (self);
  else
    refuse_field (self);
}

static void
read_format_capacities (Command *self)
{
  const FakeState *state = self->state;
  uint8_t answer[20] = { 0 };

  answer[3] = 8;
  put32 (answer + 4, has_medium (state) ? state->capacity : 0);
  answer[8] = 1;
  if (!has_medium (state))
    answer[8] = 3;
  else if (is_overwritable (state) || state->n_tracks > 0)
    answer[8] = 2;
  answer[10] = 8;
  if (is_overwritable (state))
    {
      answer[3] = 16;
      put32 (answer + 12, state->capacity);
      answer[16] = (state->profile == FAKE_DVD_PLUS_RW ? 0x26 : 0) << 2;
    }
  reply (self, answer, 4 + (size_t) answer[3]);
}

static void
read_capacity (Command *self)
{
  const FakeState *state = self->state;
  uint8_t answer[8] = { 0 };

  if (state->n_tracks == 0 && !is_overwritable (state))
    {
      complain (self, KEY_ILLEGAL, 0x30, 5);
      return;
    }
  put32 (answer, (is_overwritable (state) ? state->capacity : end_of_data (state)) - 1);
  put32 (answer + 4, FAKE_SECTOR);
  reply (self, answer, sizeof answer);
}

/* Writing and reading */

static bool
lies_within (long sector, long start, long count)
{
  return sector >= 0 && sector >= start && sector < start + count;
}

/* The write waits until the test lets it go on. */
static void
hold (Command *self)
{
  fake_log (self->drive, "held at %ld", self->state->hold_at);
  while (self->state->hold_at >= 0)
    {
      fake_unlock (self->drive);
      usleep (HOLD_POLL_US);
      fake_lock (self->drive);
    }
}

static void
ensure_track (FakeState *state, long start)
{
  const long session = count_sessions (state) + (state->open ? 0 : 1);

  if ((state->open && state->reserved) || state->n_tracks == FAKE_MAX_TRACKS)
    return;
  state->open = state->reserved = 1;
  state->n_tracks++;
  state->tracks[state->n_tracks] = (FakeTrack){ start, 0, session };
}

/* FALSE when the drive says why it does not write there. */
static bool
may_write (Command *self, long start, long count)
{
  const FakeState *state = self->state;

  if (start + count > state->capacity)
    complain (self, KEY_ILLEGAL, 0x21, 0);
  else if (state->closed && !is_overwritable (state))
    complain (self, KEY_PROTECT, 0x27, 0);
  else if (!is_overwritable (state) && start >= 0 && start != state->nwa)
    complain (self, KEY_ILLEGAL, 0x21, 2);
  else
    return true;
  return false;
}

static void
note_written (FakeState *state, long start, long count)
{
  if (is_overwritable (state) || start + count <= 0)
    return;
  ensure_track (state, start < 0 ? 0 : start);
  state->nwa = start + count;
  state->tracks[state->n_tracks].length = state->nwa - state->tracks[state->n_tracks].start;
}

/* Sectors below 0 are the gap before the first track. */
static void
write_sectors (Command *self, long start, long count)
{
  FakeState *state = self->state;
  const long skipped = start < 0 ? (-start < count ? -start : count) : 0;
  const size_t size = (size_t) (count - skipped) * FAKE_SECTOR;

  if (lies_within (state->hold_at, start, count))
    hold (self);
  if (lies_within (state->gone_at, start, count))
    {
      state->gone = 1;
      return;
    }
  if (lies_within (state->fail_write, start, count))
    {
      note_written (state, start, state->fail_write - start);
      complain (self, KEY_MEDIUM, 0x0c, 0);
      return;
    }
  if (!may_write (self, start, count))
    return;
  if (size > 0 && pwrite (self->drive->media_fd, self->data + skipped * FAKE_SECTOR, size,
                          (off_t) (start + skipped) * FAKE_SECTOR) != (ssize_t) size)
    abort ();
  note_written (state, start, count);
}

static void
read_sectors (Command *self, long start, long count)
{
  const FakeState *state = self->state;
  const size_t size = (size_t) count * FAKE_SECTOR;
  uint8_t *sectors = NULL;

  if (lies_within (state->fail_read, start, count))
    {
      complain (self, KEY_MEDIUM, 0x11, 5);
      return;
    }
  if (start + count > (is_overwritable (state) ? state->capacity : end_of_data (state)))
    {
      complain (self, KEY_ILLEGAL, 0x21, 0);
      return;
    }
  sectors = calloc (1, size);
  if (pread (self->drive->media_fd, sectors, size, (off_t) start * FAKE_SECTOR) < 0)
    abort ();
  if (lies_within (state->flip_read, start, count))
    sectors[(state->flip_read - start) * FAKE_SECTOR + 100] ^= 1;
  reply (self, sectors, size);
  free (sectors);
}

static void
close_session (FakeState *state, int function)
{
  const bool one_session = is_cd (state) || state->profile == FAKE_DVD_R;

  state->open = state->reserved = 0;
  state->nwa += is_cd (state) ? 11400 : 12320;
  if (function >= 5 || (one_session && !state->multi) || state->nwa >= state->capacity)
    state->closed = 1;
}

static void
close_track_or_session (Command *self, int function)
{
  FakeState *state = self->state;

  if (state->fail_close)
    {
      complain (self, KEY_MEDIUM, 0x73, 3);
      return;
    }
  if (is_overwritable (state))
    return;
  fake_log (self->drive, "close %d", function);
  if (function == 1)
    {
      state->reserved = 0;
      /* the run-out of a track-at-once track, which cannot be read */
      if (is_cd (state) && state->n_tracks > 0 && state->wtype == TRACK_AT_ONCE)
        state->nwa += 2;
    }
  else if (state->n_tracks > 0)
    close_session (state, function);
}

/* Session-at-once ends with the flush. */
static void
synchronize_cache (Command *self)
{
  const FakeState *state = self->state;

  if (state->wtype == SESSION_AT_ONCE && state->open &&
      (is_cd (state) || state->profile == FAKE_DVD_R))
    close_track_or_session (self, 2);
}

static void
blank (Command *self)
{
  FakeState *state = self->state;

  if (state->profile != FAKE_CD_RW)
    {
      complain (self, KEY_ILLEGAL, 0x20, 0);
      return;
    }
  fake_log (self->drive, "blank");
  state->n_tracks = state->open = state->closed = state->nwa = state->reserved = 0;
  if (ftruncate (self->drive->media_fd, 0) != 0)
    abort ();
}

static void
move_tray (Command *self)
{
  const bool start = (self->cdb[4] & 1) != 0;

  if ((self->cdb[4] & 2) == 0 || (start && self->state->slim && self->state->tray))
    return;
  if (self->state->tray != !start)
    fake_log (self->drive, start ? "load" : "eject");
  self->state->tray = !start;
}

/* Answers what does not depend on a medium; false for any other command. */
static bool
answer_drive (Command *self)
{
  static const uint8_t identity[] = "\x05\x80\x00\x02\x1f\x00\x00\x00"
                                    "FAKEMMC BD-RE VIRTUAL   1.00";
  static const uint8_t no_sense[18] = { 0x70, 0, 0, 0, 0, 0, 0, 10 };
  const uint8_t event[8] = { 0, 6, 4, 0x10, 0, (uint8_t) has_medium (self->state) << 1 };

  switch (self->cdb[0])
    {
    case INQUIRY:
      reply (self, identity, 36);
      return true;
    case REQUEST_SENSE:
      reply (self, no_sense, sizeof no_sense);
      return true;
    case MMC_GET_CONFIGURATION:
      get_configuration (self);
      return true;
    case MODE_SENSE_10:
      mode_sense (self);
      return true;
    case MODE_SELECT_10:
      mode_select (self);
      return true;
    case MMC_GET_EVENT:
      reply (self, event, sizeof event);
      return true;
    case MMC_SET_SPEED:
      self->state->speed = (long) get16 (self->cdb + 4);
      return true;
    case MMC_SET_STREAMING:
      self->state->speed = get32 (self->data + 20);
      return true;
    case ALLOW_MEDIUM_REMOVAL:
    case MMC_SEND_OPC:
      return true;
    case MMC_LOAD_UNLOAD:
      move_tray (self);
      return true;
    case MMC_READ_FORMAT_CAPACITIES:
      read_format_capacities (self);
      return true;
    case MMC_GET_PERFORMANCE:
      get_performance (self);
      return true;
    default:
      return false;
    }
}

static void
answer_medium (Command *self)
{
  const uint8_t *cdb = self->cdb;
  uint8_t buffer[12] = { 0, 10 };

  switch (cdb[0])
    {
    case TEST_UNIT_READY:
    case MMC_SEND_CUE_SHEET:
    case FORMAT_UNIT:
    case MMC_RESERVE_TRACK:
      break;
    case SYNCHRONIZE_CACHE:
      synchronize_cache (self);
      break;
    case MMC_READ_DISC_INFO:
      read_disc_info (self);
      break;
    case MMC_READ_TRACK_INFO:
      read_track_info (self);
      break;
    case READ_TOC:
      read_toc (self);
      break;
    case READ_CAPACITY:
      read_capacity (self);
      break;
    case MMC_READ_BUFFER_CAPACITY:
      put32 (buffer + 4, BUFFER_BYTES);
      put32 (buffer + 8, BUFFER_BYTES);
      reply (self, buffer, sizeof buffer);
      break;
    case WRITE_10:
      write_sectors (self, get32 (cdb + 2), (long) get16 (cdb + 7));
      break;
    case MMC_WRITE_12:
      write_sectors (self, get32 (cdb + 2), get32 (cdb + 6));
      break;
    case READ_10:
      read_sectors (self, get32 (cdb + 2), (long) get16 (cdb + 7));
      break;
    case MMC_READ_12:
      read_sectors (self, get32 (cdb + 2), get32 (cdb + 6));
      break;
    case MMC_READ_CD:
      read_sectors (self, get32 (cdb + 2), (long) cdb[6] << 16 | get16 (cdb + 7));
      break;
    case MMC_CLOSE:
      close_track_or_session (self, cdb[2] & 7);
      break;
    case MMC_BLANK:
      blank (self);
      break;
    default:
      complain (self, KEY_ILLEGAL, 0x20, 0);
    }
}

static void
answer (Command *self)
{
  FakeState *state = self->state;

  if (answer_drive (self))
    return;
  if (!has_medium (state))
    complain (self, KEY_NOT_READY, 0x3a, state->tray ? 2 : 1);
  else if (state->not_ready != 0)
    {
      state->not_ready -= state->not_ready > 0;
      complain (self, KEY_NOT_READY, 4, 1);
    }
  else
    answer_medium (self);
}

int
fake_answer (FakeDrive *drive, sg_io_hdr_t *io)
{
  Command self = { drive, &drive->state, io, io->cmdp, io->dxferp };
  bool gone = false;

  io->status = io->masked_status = io->sb_len_wr = 0;
  io->host_status = io->driver_status = 0;
  io->resid = 0;
  io->info = 0;
  io->duration = 0;
  fake_lock (drive);
  if (!drive->state.gone)
    answer (&self);
  gone = drive->state.gone != 0;
  if (gone)
    fake_log (drive, "gone");
  fake_unlock (drive);
  errno = ENODEV;
  return gone ? -1 : 0;
}
