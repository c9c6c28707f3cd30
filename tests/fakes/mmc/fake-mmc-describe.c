/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the drive says of itself and of its disc (MMC-5 6). */
#include "fake-mmc-command.h"

#define MODE_PAGE_WRITE 5
#define MODE_PAGE_CAPABILITIES 0x2a

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
  static const int known[] = { FAKE_BD_RE,      FAKE_BD_R,   FAKE_DVD_PLUS_RW,
                               FAKE_DVD_PLUS_R, FAKE_DVD_RW, FAKE_DVD_RW_OVERWRITE,
                               FAKE_DVD_RAM,    FAKE_DVD_R,  FAKE_CD_RW,
                               FAKE_CD_R,       FAKE_CD_ROM };
  uint8_t list[4 * sizeof known / sizeof *known] = { 0 };

  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      put16 (list + 4 * i, (unsigned) known[i]);
      list[4 * i + 2] = known[i] == current;
    }
  return add_feature (to, 0, 3, list, sizeof list);
}

void
fake_get_configuration (Command *self)
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
  end = add_feature (end, 0x21, 8 | (is_sequential_dvd (state) && !state->quick_blank),
                     "\0\xff\0\1\x10\0\0", 8);
  end = add_feature (end, 0x23, profile >= FAKE_BD_R, "\0\0\0\0\0\0\0", 8);
  end = add_feature (end, 0x24, profile == FAKE_DVD_RAM || profile == FAKE_BD_RE, "\0\0\0", 4);
  end = add_feature (end, 0x26, profile == FAKE_DVD_RW_OVERWRITE, "", 0);
  end = add_feature (end, 0x2c, profile == FAKE_DVD_RW_OVERWRITE, "\0\0\0", 4);
  end = add_feature (end, 0x2a, profile == FAKE_DVD_PLUS_RW, "\1\0\0", 4);
  end = add_feature (end, 0x2b, profile == FAKE_DVD_PLUS_R, "\1\0\0", 4);
  end = add_feature (end, 0x2d, cd, "\x46\0\x7f\xff", 4); /* track at once */
  end = add_feature (end, 0x2e, cd, "\x6e\0\0", 4);       /* session at once */
  end = add_feature (end, 0x2f, is_sequential_dvd (state),
                     profile == FAKE_DVD_RW ? "\x46\0\0" : "\x44\0\0", 4);
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

void
fake_get_performance (Command *self)
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

void
fake_mode_sense (Command *self)
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

void
fake_mode_select (Command *self)
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

void
fake_read_disc_info (Command *self)
{
  const FakeState *state = self->state;
  const bool rewritable = is_overwritable (state) || can_be_blanked (state);
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

void
fake_read_track_info (Command *self)
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

void
fake_read_toc (Command *self)
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

/* The ways in which it could be formatted (MMC-5 6.24.3.3): the last size is that for overwriting.
 */
static uint8_t *
add_formats (const FakeState *state, uint8_t *to)
{
  static const uint8_t plus_rw[] = { 0x26, 0 };
  static const uint8_t overwrite[] = { 0x10, 0x15, 0 };
  static const uint8_t other[] = { 0x00, 0 };
  const uint8_t *types = other;
  size_t i = 0;

  if (state->profile == FAKE_DVD_PLUS_RW)
    types = plus_rw;
  else if (state->profile == FAKE_DVD_RW_OVERWRITE)
    types = overwrite;
  do
    {
      put32 (to, state->capacity);
      to[4] = (uint8_t) (types[i] << 2);
      to += 8;
    }
  while (types[++i] != 0);
  return to;
}

void
fake_read_format_capacities (Command *self)
{
  const FakeState *state = self->state;
  uint8_t answer[28] = { 0 };
  uint8_t *end = answer + 12;

  put32 (answer + 4, has_medium (state) ? state->capacity : 0);
  answer[8] = 1;
  if (!has_medium (state))
    answer[8] = 3;
  else if ((is_overwritable (state) && !state->unformatted) || state->n_tracks > 0)
    answer[8] = 2;
  answer[10] = 8;
  if (is_overwritable (state))
    end = add_formats (state, end);
  answer[3] = (uint8_t) (end - answer - 4);
  reply (self, answer, (size_t) (end - answer));
}

void
fake_read_capacity (Command *self)
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
