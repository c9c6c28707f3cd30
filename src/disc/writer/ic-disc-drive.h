/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One optical drive, or a "stdio:/path" that stands in for one, held from open to close: what it
 * is, what is in it, its tray and the sectors of its disc. libburn keeps its state in globals, so
 * one drive is open at a time in a process. Calls block; any one thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcDiscDrive IcDiscDrive;

typedef enum
{
  IC_DISC_DRIVE_SHARED = 0,         /* others may use it meanwhile: for looking only */
  IC_DISC_DRIVE_EXCLUSIVE = 1 << 0, /* nobody else may: for everything that changes something */
  IC_DISC_DRIVE_LOAD = 1 << 1,      /* pull the tray in first */
} IcDiscDriveFlags;

/* What is in the drive. */
typedef enum
{
  IC_DISC_NONE,       /* nothing, or the tray is open */
  IC_DISC_BLANK,      /* ready to be written */
  IC_DISC_WRITTEN,    /* holds something, finished or not */
  IC_DISC_UNSUITABLE, /* the drive cannot write it, whatever it holds */
  IC_DISC_NOT_READY,  /* the drive does not say */
} IcDiscContent;

typedef struct
{
  char vendor[16 + 1];
  char product[32 + 1];
  gboolean can_load; /* pulls its tray in by itself */
  guint profile;     /* MMC-5 table 89: 0x09 is CD-R; 0 none */
  char profile_name[80];
  IcDiscContent content;
  gboolean is_rewritable;
  guint64 free_bytes;     /* that can be written now */
  guint64 capacity_bytes; /* that could be if it were empty; 0 unknown */
  guint64 used_bytes;
  char label[32 + 1]; /* the volume identifier, as it stands there; may name somebody */
  guint speeds[16];   /* for writing, in 1000 bytes a second, fastest first, 0 ends */
} IcDiscDriveInfo;

/* NULL with IC_ERROR_BUSY when it cannot be had, most often because somebody else holds it. */
IcDiscDrive *ic_disc_drive_open (const char *address, IcDiscDriveFlags flags, GError **error);
void ic_disc_drive_close (IcDiscDrive *self);

/* Closes it and opens its tray. */
void ic_disc_drive_eject (IcDiscDrive *self);

void ic_disc_drive_inspect (IcDiscDrive *self, IcDiscDriveInfo *info);

/* The size of what can be read; 0 when there is nothing. */
guint64 ic_disc_drive_get_readable_bytes (IcDiscDrive *self);

/* Reads from the disc itself, past every cache of this machine. @offset is a multiple of 2048.
 * Fewer bytes than asked for only at the end of the disc; -1 with IC_ERROR_READ_FAILED.
 */
gssize ic_disc_drive_read (IcDiscDrive *self,
                           guint64 offset,
                           void *buffer,
                           gsize size,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcDiscDrive, ic_disc_drive_close)

G_END_DECLS
