/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "disc/writer/ic-disc-drive-private.h"

#include <errno.h>
#include <string.h>

#define SECTOR 2048
#define POLL_US (50 * 1000)
#define READY_TIMEOUT_US (30 * G_USEC_PER_SEC)
#define HEAD_SECTORS 32 /* what lies before the file systems of a disc, and where they begin */
#define DESCRIPTOR_SECTOR 16
#define LOADS_TRAY 0x10 /* of the first byte of the feature Removable Medium (MMC-5 5.3.4) */
#define REMOVABLE_MEDIUM 0x03

enum
{
  PROFILE_CD_R = 0x09,
  PROFILE_CD_RW = 0x0a,
  PROFILE_DVD_RAM = 0x12,
  PROFILE_DVD_RW_OVERWRITE = 0x13,
  PROFILE_DVD_PLUS_RW = 0x1a,
  PROFILE_BD_RE = 0x43,
};

struct _IcDiscDrive
{
  struct burn_drive_info *drives;
  struct burn_drive *handle; /* grabbed, in drives */
};

static const struct
{
  enum burn_disc_status status;
  IcDiscContent content;
} contents[] = {
  { BURN_DISC_BLANK, IC_DISC_BLANK },           { BURN_DISC_EMPTY, IC_DISC_NONE },
  { BURN_DISC_APPENDABLE, IC_DISC_WRITTEN },    { BURN_DISC_FULL, IC_DISC_WRITTEN },
  { BURN_DISC_UNSUITABLE, IC_DISC_UNSUITABLE },
};

static gboolean
set_opening_error (GError **error)
{
  g_autoptr(GError) said = NULL;

  ic_libburn_check_messages (IC_ERROR_BUSY, FALSE, &said);
  g_set_error (error, IC_ERROR, IC_ERROR_BUSY, "the drive cannot be had: %s",
               said != NULL ? said->message : "another program holds it");
  return FALSE;
}

static gboolean
grab (IcDiscDrive *self, const char *address, IcDiscDriveFlags flags, GError **error)
{
  g_autofree char *copy = g_strdup (address);

  /* non-blocking, and no abort when it is busy */
  burn_preset_device_open ((flags & IC_DISC_DRIVE_EXCLUSIVE) != 0 ? 1 : 0, 0, 0);
  if (burn_drive_scan_and_grab (&self->drives, copy, (flags & IC_DISC_DRIVE_LOAD) != 0) != 1)
    return set_opening_error (error);
  self->handle = self->drives[0].drive;
  return TRUE;
}

static void
release (IcDiscDrive *self, gboolean eject)
{
  if (self->handle != NULL)
    burn_drive_release (self->handle, eject);
  g_clear_pointer (&self->drives, burn_drive_info_free);
  ic_libburn_check_messages (IC_ERROR_INTERNAL, FALSE, NULL);
  burn_finish ();
  g_free (self);
}

static int
get_profile (IcDiscDrive *self, char name[80])
{
  int profile = 0;

  return burn_disc_get_profile (self->handle, &profile, name) == 1 ? profile : 0;
}

static enum burn_disc_status
wait_for_status (IcDiscDrive *self)
{
  gint64 end = g_get_monotonic_time () + READY_TIMEOUT_US;
  enum burn_disc_status status = BURN_DISC_UNREADY;

  while (g_get_monotonic_time () < end)
    {
      if (burn_drive_get_status (self->handle, NULL) == BURN_DRIVE_IDLE)
        status = burn_disc_get_status (self->handle);
      if (status != BURN_DISC_UNREADY)
        break;
      g_usleep (POLL_US);
    }
  return status;
}

/* The sectors before and around the volume descriptors; what cannot be read stays 0, and then this
 * is FALSE.
 */
static gboolean
read_head (IcDiscDrive *self, guint8 head[HEAD_SECTORS * SECTOR])
{
  off_t n = 0;

  memset (head, 0, HEAD_SECTORS * SECTOR);
  burn_read_data (self->handle, 0, (char *) head, HEAD_SECTORS * SECTOR, &n, 2 | 4);
  return n == HEAD_SECTORS * SECTOR;
}

static gboolean
is_zero (const guint8 *data, gsize size)
{
  return data[0] == 0 && memcmp (data, data + 1, size - 1) == 0;
}

static gboolean
is_unformatted (IcDiscDrive *self)
{
  int status = BURN_FORMAT_IS_UNKNOWN, n = 0;
  unsigned spare = 0;
  off_t size = 0;

  return burn_disc_get_formats (self->handle, &status, &size, &spare, &n) > 0 &&
         status == BURN_FORMAT_IS_UNFORMATTED;
}

/* libburn calls overwritable media blank because they can be written at any time; what is on them
 * would be lost without a question. One that is not formatted yet cannot be read; where nobody can
 * look otherwise there may be something.
 */
static gboolean
has_content (IcDiscDrive *self)
{
  g_autofree guint8 *head = g_malloc (HEAD_SECTORS * SECTOR);
  const gboolean is_known = read_head (self, head);

  return !is_zero (head, HEAD_SECTORS * SECTOR) || (!is_known && !is_unformatted (self));
}

static guint64
available_bytes (IcDiscDrive *self)
{
  struct burn_write_opts *options = burn_write_opts_new (self->handle);
  off_t available = 0;

  burn_write_opts_set_multi (options, 0);
  available = burn_disc_available_space (self->handle, options);
  burn_write_opts_free (options);
  return available > 0 ? (guint64) available : 0;
}

/* Of a disc that holds something. */
static guint64
formatted_bytes (IcDiscDrive *self, int profile)
{
  int start = 0, end = 0, status = 0, n = 0;
  unsigned spare = 0;
  off_t size = 0;

  if (profile == PROFILE_CD_R || profile == PROFILE_CD_RW)
    {
      burn_disc_read_atip (self->handle);
      return burn_drive_get_start_end_lba (self->handle, &start, &end, 0) > 0 && end > 0
                 ? (guint64) end * SECTOR
                 : 0;
    }
  return burn_disc_get_formats (self->handle, &status, &size, &spare, &n) > 0 && size > 0
             ? (guint64) size
             : 0;
}

static int
compare_speeds (const void *a, const void *b)
{
  return *(const guint *) a < *(const guint *) b ? 1 : -1;
}

static gboolean
has_speed (const IcDiscDriveInfo *info, guint speed)
{
  for (guint i = 0; info->speeds[i] != 0; i++)
    if (info->speeds[i] == speed)
      return TRUE;
  return FALSE;
}

static void
list_speeds (IcDiscDrive *self, IcDiscDriveInfo *info)
{
  struct burn_speed_descriptor *list = NULL;
  guint n = 0;

  burn_drive_get_speedlist (self->handle, &list);
  for (struct burn_speed_descriptor *one = list; one != NULL && n < G_N_ELEMENTS (info->speeds) - 1;
       one = one->next)
    if (one->write_speed > 0 && one->profile_loaded == (int) info->profile &&
        !has_speed (info, (guint) one->write_speed))
      info->speeds[n++] = (guint) one->write_speed;
  burn_drive_free_speedlist (&list);
  qsort (info->speeds, n, sizeof info->speeds[0], compare_speeds);
}

static gboolean
can_load (IcDiscDrive *self)
{
  unsigned char flags = 0, size = 0;
  unsigned char *data = NULL;
  gboolean loads = FALSE;

  if (burn_drive_get_feature (self->handle, REMOVABLE_MEDIUM, &flags, &size, &data, NULL) > 0)
    loads = size > 0 && (data[0] & LOADS_TRAY) != 0;
  free (data);
  return loads;
}

/* The volume identifier of ISO 9660 (8.4.6), and how much the volume takes. */
static void
describe_content (IcDiscDrive *self, IcDiscDriveInfo *info)
{
  g_autofree guint8 *head = g_malloc (HEAD_SECTORS * SECTOR);
  const guint8 *descriptor = head + DESCRIPTOR_SECTOR * SECTOR;
  guint32 sectors = 0;

  info->used_bytes =
      ic_disc_drive_is_overwritable (self) ? 0 : ic_disc_drive_get_readable_bytes (self);
  read_head (self, head);
  if (descriptor[0] != 1 || memcmp (descriptor + 1, "CD001", 5) != 0)
    return;
  memcpy (info->label, descriptor + 40, sizeof info->label - 1);
  g_strchomp (info->label);
  memcpy (&sectors, descriptor + 80, sizeof sectors);
  info->used_bytes = (guint64) GUINT32_FROM_LE (sectors) * SECTOR;
}

IcDiscDrive *
ic_disc_drive_open (const char *address, IcDiscDriveFlags flags, GError **error)
{
  IcDiscDrive *self = g_new0 (IcDiscDrive, 1);

  if (!burn_initialize ())
    {
      g_free (self);
      g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "libburn does not start");
      return NULL;
    }
  ic_libburn_silence ();
  if (grab (self, address, flags, error))
    return self;
  release (self, FALSE);
  return NULL;
}

void
ic_disc_drive_close (IcDiscDrive *self)
{
  release (self, FALSE);
}

void
ic_disc_drive_eject (IcDiscDrive *self)
{
  release (self, TRUE);
}

struct burn_drive *
ic_disc_drive_get_handle (IcDiscDrive *self)
{
  return self->handle;
}

gboolean
ic_disc_drive_is_overwritable (IcDiscDrive *self)
{
  char name[80] = "";
  int profile = get_profile (self, name);

  return profile == PROFILE_DVD_RAM || profile == PROFILE_DVD_RW_OVERWRITE ||
         profile == PROFILE_DVD_PLUS_RW || profile == PROFILE_BD_RE;
}

IcDiscContent
ic_disc_drive_get_content (IcDiscDrive *self)
{
  enum burn_disc_status status = wait_for_status (self);

  if (status == BURN_DISC_BLANK && ic_disc_drive_is_overwritable (self) && has_content (self))
    return IC_DISC_WRITTEN;
  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    if (contents[i].status == status)
      return contents[i].content;
  return IC_DISC_NOT_READY;
}

gboolean
ic_disc_drive_blank (IcDiscDrive *self, GError **error)
{
  if (ic_disc_drive_is_overwritable (self))
    return TRUE; /* writing from the start is enough */
  burn_disc_erase (self->handle, 1);
  while (burn_drive_get_status (self->handle, NULL) != BURN_DRIVE_IDLE)
    g_usleep (POLL_US);
  if (burn_drive_wrote_well (self->handle) && burn_drive_re_assess (self->handle, 0) > 0 &&
      ic_disc_drive_get_content (self) == IC_DISC_BLANK)
    return TRUE;
  if (ic_libburn_check_messages (IC_ERROR_WRITE_FAILED, FALSE, error))
    g_set_error (error, IC_ERROR, IC_ERROR_WRITE_FAILED, "the disc is not empty after blanking");
  g_prefix_error (error, "failed to blank the disc: ");
  return FALSE;
}

void
ic_disc_drive_inspect (IcDiscDrive *self, IcDiscDriveInfo *info)
{
  memset (info, 0, sizeof *info);
  g_strlcpy (info->vendor, self->drives[0].vendor, sizeof info->vendor);
  g_strlcpy (info->product, self->drives[0].product, sizeof info->product);
  info->can_load = can_load (self);
  info->content = ic_disc_drive_get_content (self);
  if (info->content == IC_DISC_NONE)
    return;
  info->profile = (guint) get_profile (self, info->profile_name);
  info->is_rewritable =
      burn_disc_erasable (self->handle) != 0 || ic_disc_drive_is_overwritable (self);
  if (info->content == IC_DISC_BLANK || ic_disc_drive_is_overwritable (self))
    info->free_bytes = info->capacity_bytes = available_bytes (self);
  else if (info->content == IC_DISC_WRITTEN)
    info->capacity_bytes = formatted_bytes (self, (int) info->profile);
  if (info->content == IC_DISC_WRITTEN || info->content == IC_DISC_UNSUITABLE)
    describe_content (self, info);
  list_speeds (self, info);
  ic_libburn_check_messages (IC_ERROR_INTERNAL, FALSE,
                             NULL); /* what it could not say is not known */
}

guint64
ic_disc_drive_get_readable_bytes (IcDiscDrive *self)
{
  int sectors = 0;

  return burn_get_read_capacity (self->handle, &sectors, 0) == 1 && sectors > 0
             ? (guint64) sectors * SECTOR
             : 0;
}

gssize
ic_disc_drive_read (IcDiscDrive *self, guint64 offset, void *buffer, gsize size, GError **error)
{
  guint64 end = ic_disc_drive_get_readable_bytes (self);
  gsize wanted = offset < end ? MIN (size, end - offset) : 0;
  off_t n = 0;

  if (wanted == 0)
    return 0;
  if (burn_read_data (self->handle, (off_t) offset, buffer, (off_t) wanted, &n, 0) == 1)
    return (gssize) n;
  if (ic_libburn_check_messages (IC_ERROR_READ_FAILED, FALSE, error))
    g_set_error (error, IC_ERROR, IC_ERROR_READ_FAILED, "the drive cannot read the disc");
  return -1;
}
