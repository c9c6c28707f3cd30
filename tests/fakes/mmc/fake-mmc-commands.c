/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the drive answers: the commands of MMC-5 and SPC-3 that libburn sends. */
#include "fake-mmc-command.h"

#include <errno.h>
#include <scsi/scsi.h>
#include <stdlib.h>
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

#define HOLD_POLL_US 5000

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
  else if (start % block_sectors (state) != 0 || count % block_sectors (state) != 0)
    complain (self, KEY_ILLEGAL, 0x64, 0); /* illegal mode for this track */
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
  state->unformatted = 0;
}

static void
read_sectors (Command *self, long start, long count)
{
  const FakeState *state = self->state;
  const size_t size = (size_t) count * FAKE_SECTOR;
  uint8_t *sectors = NULL;

  if (state->unformatted || lies_within (state->fail_read, start, count))
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
  const bool one_session = is_cd (state) || is_sequential_dvd (state);

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
      (is_cd (state) || is_sequential_dvd (state)))
    close_track_or_session (self, 2);
}

static void
blank (Command *self)
{
  FakeState *state = self->state;

  if (!can_be_blanked (state))
    {
      complain (self, KEY_ILLEGAL, 0x20, 0);
      return;
    }
  fake_log (self->drive, "blank");
  state->n_tracks = state->open = state->closed = state->nwa = state->reserved = 0;
  /* such a DVD-RW takes only one session at once (MMC-5 6.3.3.2.5) */
  state->quick_blank = state->profile == FAKE_DVD_RW && (self->cdb[1] & 7) == 1;
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
      fake_get_configuration (self);
      return true;
    case MODE_SENSE_10:
      fake_mode_sense (self);
      return true;
    case MODE_SELECT_10:
      fake_mode_select (self);
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
      fake_read_format_capacities (self);
      return true;
    case MMC_GET_PERFORMANCE:
      fake_get_performance (self);
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
      fake_read_disc_info (self);
      break;
    case MMC_READ_TRACK_INFO:
      fake_read_track_info (self);
      break;
    case READ_TOC:
      fake_read_toc (self);
      break;
    case READ_CAPACITY:
      fake_read_capacity (self);
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
