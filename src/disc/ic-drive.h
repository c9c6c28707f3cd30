/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An optical drive with what is in it, as it was when somebody looked: an immutable value, and the
 * rules that say whether that disc can take what is to go out. Pure; it touches no drive.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* In the order of IcDiscContent, which travels as a number. */
typedef enum
{
  IC_DRIVE_EMPTY,      /* nothing in it, or the tray is open */
  IC_DRIVE_BLANK,      /* a disc ready to be written */
  IC_DRIVE_WRITTEN,    /* a disc that holds something, finished or not */
  IC_DRIVE_UNSUITABLE, /* a disc that it cannot write */
  IC_DRIVE_NOT_READY,  /* it does not say */
} IcDriveContent;

typedef enum
{
  IC_DISC_KIND_NONE,
  IC_DISC_KIND_CD,
  IC_DISC_KIND_DVD,
  IC_DISC_KIND_DVD_RAM, /* to DICOM something else (PS3.12 annexes J and P) */
  IC_DISC_KIND_BD,
} IcDiscKind;

typedef struct
{
  char *address; /* "/dev/sr0" */
  char *vendor;
  char *product;
  gboolean can_load; /* pulls its tray in by itself */
  guint profile;     /* MMC-5 table 89, 0 none */
  char *medium;      /* "CD-R", "DVD+RW"; "" without a disc */
  IcDriveContent content;
  gboolean is_rewritable;
  guint64 free_bytes;     /* that can be written now */
  guint64 capacity_bytes; /* when it is empty; 0 unknown */
  guint64 used_bytes;
  char *label;    /* the volume identifier as it stands there: of a foreign disc, maybe a name */
  GArray *speeds; /* of guint: for writing, in 1000 bytes a second, fastest first */
} IcDrive;

/* Why a disc can or cannot take so many bytes. */
typedef enum
{
  IC_DISC_FIT,
  IC_DISC_TO_BE_ERASED, /* fit once it is emptied, which was allowed */
  IC_DISC_MISSING,
  IC_DISC_FINAL,      /* written, and that cannot be undone */
  IC_DISC_HOLDS_DATA, /* rewritable, but nobody allowed to erase it */
  IC_DISC_READ_ONLY,  /* this drive cannot write it */
  IC_DISC_TOO_SMALL,
  IC_DISC_NOT_READY_YET,
} IcDiscFitness;

/* Takes nothing; copies all of @fields but @address from the wire's description, see the XML. */
IcDrive *ic_drive_new (const char *address, GVariant *description);
IcDrive *ic_drive_ref (IcDrive *self);
void ic_drive_unref (IcDrive *self);

IcDiscKind ic_drive_get_kind (const IcDrive *self);

/* "empty", "blank", "written", "unsuitable", "not ready" */
const char *ic_drive_content_to_string (IcDriveContent content);

/* Speeds as they are printed on discs, 8 for 8x: 1x is 176.4 kB/s for CD, 1385 for DVD, 4496 for
 * Blu-ray.
 */
double ic_drive_speed_to_factor (const IcDrive *self, guint speed);
guint ic_drive_speed_from_factor (const IcDrive *self, double factor);

gboolean ic_disc_is_fit (IcDiscFitness fitness);

IcDiscFitness ic_drive_judge (const IcDrive *self, guint64 needed_bytes, gboolean may_erase);

/* TRUE when it fits. Else IC_ERROR_MEDIUM_UNSUITABLE, IC_ERROR_NO_SPACE, IC_ERROR_TIMED_OUT, or
 * IC_ERROR_REFUSED for what would be lost; no text of it names what the disc holds.
 */
gboolean ic_drive_check (const IcDrive *self,
                         guint64 needed_bytes,
                         gboolean may_erase,
                         GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcDrive, ic_drive_unref)

G_END_DECLS
