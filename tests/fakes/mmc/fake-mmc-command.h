/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One command on its way through the drive, what the commands have in common, and those that only
 * describe the drive and its disc. Private to this folder.
 */
#pragma once

#include "fake-mmc.h"

#include <endian.h>
#include <string.h>

#define KEY_NOT_READY 2
#define KEY_MEDIUM 3
#define KEY_ILLEGAL 5
#define KEY_PROTECT 7

#define TRACK_AT_ONCE 1
#define SESSION_AT_ONCE 2
#define BUFFER_BYTES (2 << 20)

typedef struct
{
  FakeDrive *drive;
  FakeState *state;
  sg_io_hdr_t *io;
  const uint8_t *cdb;
  uint8_t *data;
} Command;

static inline void
put16 (uint8_t *to, unsigned value)
{
  to[0] = (uint8_t) (value >> 8);
  to[1] = (uint8_t) value;
}

static inline void
put32 (uint8_t *to, long value)
{
  const uint32_t big = htobe32 ((uint32_t) value);

  memcpy (to, &big, sizeof big);
}

static inline long
get32 (const uint8_t *from)
{
  uint32_t big = 0;

  memcpy (&big, from, sizeof big);
  return (int32_t) be32toh (big);
}

static inline unsigned
get16 (const uint8_t *from)
{
  return (unsigned) from[0] << 8 | from[1];
}

/* Minutes, seconds and frames, from the start of the lead-in. */
static inline void
put_msf (uint8_t *to, long lba)
{
  lba += 150;
  to[0] = (uint8_t) (lba / 4500);
  to[1] = (uint8_t) (lba / 75 % 60);
  to[2] = (uint8_t) (lba % 75);
}

static inline bool
is_cd (const FakeState *state)
{
  return state->profile >= FAKE_CD_ROM && state->profile <= FAKE_CD_RW;
}

/* DVD-R, and a DVD-RW that is written like one. */
static inline bool
is_sequential_dvd (const FakeState *state)
{
  return state->profile == FAKE_DVD_R || state->profile == FAKE_DVD_RW;
}

static inline bool
is_overwritable (const FakeState *state)
{
  return state->profile == FAKE_DVD_RAM || state->profile == FAKE_DVD_RW_OVERWRITE ||
         state->profile == FAKE_DVD_PLUS_RW || state->profile == FAKE_BD_RE;
}

/* How many sectors are written at once, and where they begin (MMC-5 5.3.15). */
static inline long
block_sectors (const FakeState *state)
{
  return state->profile == FAKE_DVD_RW_OVERWRITE ? 16 : 1;
}

static inline bool
can_be_blanked (const FakeState *state)
{
  return state->profile == FAKE_CD_RW || state->profile == FAKE_DVD_RW;
}

static inline bool
has_medium (const FakeState *state)
{
  return state->profile != FAKE_NONE && !state->tray;
}

static inline long
count_sessions (const FakeState *state)
{
  return state->n_tracks > 0 ? state->tracks[state->n_tracks].session : 0;
}

static inline long
end_of_data (const FakeState *state)
{
  const FakeTrack *last = &state->tracks[state->n_tracks];

  return state->n_tracks > 0 ? last->start + last->length : 0;
}

static inline void
reply (Command *self, const void *data, size_t size)
{
  size_t n = size < self->io->dxfer_len ? size : self->io->dxfer_len;

  if (n > 0)
    memcpy (self->data, data, n);
  self->io->resid = (int) (self->io->dxfer_len - n);
}

static inline void
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

static inline void
refuse_field (Command *self)
{
  complain (self, KEY_ILLEGAL, 0x24, 0);
}

void fake_get_configuration (Command *self);
void fake_get_performance (Command *self);
void fake_mode_sense (Command *self);
void fake_mode_select (Command *self);
void fake_read_disc_info (Command *self);
void fake_read_track_info (Command *self);
void fake_read_toc (Command *self);
void fake_read_format_capacities (Command *self);
void fake_read_capacity (Command *self);
