/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Optical drives without hardware, for programs that are started with fake-mmc.so preloaded. Each
 * folder $FAKE_MMC_DIR/sr0, sr1 … is a drive /dev/sr0, /dev/sr1 …; no other /dev/sr* exists then,
 * so that a test never touches a real burner. A folder holds
 *
 *   state      lines "key=value", read before every command and written back after it
 *   media.img  the sectors of the disc
 *   device     an empty file that stands for the device where the kernel wants a file
 *   log        a line for every command that wrote, read, blanked, moved the tray or failed
 *
 * They are opened before a sandbox closes and used under a lock (fcntl) on state, which a test that
 * changes the disc has to take as well.
 *
 * Keys of the disc: profile (hex: 0 none, 8 CD-ROM, 9 CD-R, a CD-RW, 11 DVD-R, 12 DVD-RAM, 13
 * DVD-RW to be overwritten, 14 DVD-RW, 1a DVD+RW, 1b DVD+R, 41 BD-R, 43 BD-RE), capacity (sectors),
 * nwa (next writable sector), closed, open (a session is), reserved (a track is), tracks, t1 … t8
 * (start,length,session), unformatted (1: an overwritable one that cannot be read until it is
 * written). Keys of the drive: tray (1 open), slim (1: it cannot pull the tray in), busy (1:
 * somebody has it), wtype and multi (what mode page 5 was set to), speed (kB/s that was asked for).
 * Faults: fail_write, fail_read, flip_read (a bit of that sector), gone_at (unplugged by a write
 * there), hold_at (a write there waits until the key is -1 again), each a sector or -1; fail_close,
 * gone (1: unplugged), not_ready (so many commands; -1 for ever).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <scsi/sg.h>

#define FAKE_SECTOR 2048
#define FAKE_MAX_DRIVES 4
#define FAKE_MAX_TRACKS 8

enum
{
  FAKE_NONE = 0,
  FAKE_CD_ROM = 0x08,
  FAKE_CD_R = 0x09,
  FAKE_CD_RW = 0x0a,
  FAKE_DVD_R = 0x11,
  FAKE_DVD_RAM = 0x12,
  FAKE_DVD_RW_OVERWRITE = 0x13, /* formatted for restricted overwriting */
  FAKE_DVD_RW = 0x14,
  FAKE_DVD_PLUS_RW = 0x1a,
  FAKE_DVD_PLUS_R = 0x1b,
  FAKE_BD_R = 0x41,
  FAKE_BD_RE = 0x43,
};

typedef struct
{
  long start;
  long length;
  long session;
} FakeTrack;

typedef struct
{
  long profile, capacity, nwa, closed, open, reserved, n_tracks;
  FakeTrack tracks[FAKE_MAX_TRACKS + 1]; /* from 1 */
  long tray, slim, busy, wtype, multi, speed, quick_blank, unformatted;
  long fail_write, fail_read, flip_read, gone_at, hold_at, fail_close, gone, not_ready;
} FakeState;

typedef struct
{
  char *device; /* path of the file that stands for it; NULL: there is no such drive */
  int state_fd, media_fd, log_fd;
  FakeState state; /* while it is locked */
} FakeDrive;

/* Reads the state after locking it; fake_unlock() writes it back. */
void fake_lock (FakeDrive *drive);
void fake_unlock (FakeDrive *drive);
void fake_log (FakeDrive *drive, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

/* Answers one command as the drive would; -1 with errno when the drive is gone. */
int fake_answer (FakeDrive *drive, sg_io_hdr_t *io);
