/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/writer/ic-disc-burn.h"

#include "core/ic-error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define SECTOR 2048
#define POLL_US (100 * 1000)
#define SHORT_POLL_US (5 * 1000)
#define GRAB_TIMEOUT_US (60 * G_USEC_PER_SEC)
#define LINGER_US (1000 * 1000)
#define FSYNC_AT_END 1
#define STDIO_PREFIX "stdio:"

/* What is held while one disc is written; everything is let go in reverse order. */
typedef struct
{
  IcIsoImage *image;
  struct burn_drive_info *drives;
  struct burn_drive *drive; /* grabbed, in drives */
  struct burn_write_opts *options;
  struct burn_disc *disc;
  struct burn_session *session;
  struct burn_track *track;
} Burn;

/* What a medium in that state means for a first and only session. */
static const struct
{
  enum burn_disc_status status;
  IcErrorCode code;
  const char *refusal; /* NULL: go on */
} decisions[] = {
  { BURN_DISC_BLANK, 0, NULL },
  { BURN_DISC_EMPTY, IC_ERROR_MEDIUM_UNSUITABLE, "there is no medium in the drive" },
  { BURN_DISC_APPENDABLE, IC_ERROR_MEDIUM_UNSUITABLE, "the medium holds data already" },
  { BURN_DISC_FULL, IC_ERROR_MEDIUM_UNSUITABLE, "the medium is finalised" },
  { BURN_DISC_UNSUITABLE, IC_ERROR_MEDIUM_UNSUITABLE, "the medium cannot be written" },
  { BURN_DISC_UNREADY, IC_ERROR_TIMED_OUT, "the drive does not get ready" },
  { BURN_DISC_UNGRABBED, IC_ERROR_BUSY, "the drive was lost" },
};

static void
burn_end (Burn *self)
{
  g_clear_pointer (&self->track, burn_track_free);
  g_clear_pointer (&self->session, burn_session_free);
  g_clear_pointer (&self->disc, burn_disc_free);
  g_clear_pointer (&self->options, burn_write_opts_free);
  if (self->drive != NULL)
    burn_drive_release (self->drive, 0);
  g_clear_pointer (&self->drives, burn_drive_info_free);
  ic_iso_image_stop (self->image);
  ic_libburn_check_messages (IC_ERROR_WRITE_FAILED, FALSE, NULL);
  burn_finish ();
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Burn, burn_end)

/* libburn calls every regular file blank: what is in one would be lost without a question. */
static gboolean
check_stdio_file (const char *address, GError **error)
{
  struct stat file = { 0 };

  if (!g_str_has_prefix (address, STDIO_PREFIX) ||
      stat (address + strlen (STDIO_PREFIX), &file) != 0 || !S_ISREG (file.st_mode) ||
      file.st_size == 0)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_MEDIUM_UNSUITABLE, "the file holds data already");
  return FALSE;
}

static gboolean
grab (Burn *self, const char *address, GError **error)
{
  g_autofree char *copy = g_strdup (address);

  burn_preset_device_open (1, 0, 0); /* exclusive, non-blocking, do not abort when busy */
  if (burn_drive_scan_and_grab (&self->drives, copy, 1) == 1)
    {
      self->drive = self->drives[0].drive;
      return TRUE;
    }
  if (ic_libburn_check_messages (IC_ERROR_BUSY, FALSE, error))
    g_set_error (error, IC_ERROR, IC_ERROR_BUSY, "the drive cannot be had");
  return FALSE;
}

static enum burn_disc_status
wait_for_medium (Burn *self)
{
  gint64 end = g_get_monotonic_time () + GRAB_TIMEOUT_US;
  enum burn_disc_status status = BURN_DISC_UNREADY;

  while (g_get_monotonic_time () < end)
    {
      if (burn_drive_get_status (self->drive, NULL) == BURN_DRIVE_IDLE)
        status = burn_disc_get_status (self->drive);
      if (status != BURN_DISC_UNREADY)
        break;
      g_usleep (POLL_US);
    }
  return status;
}

static gboolean
check_medium (Burn *self, GError **error)
{
  enum burn_disc_status status = wait_for_medium (self);

  for (gsize i = 0; i < G_N_ELEMENTS (decisions); i++)
    if (decisions[i].status == status && decisions[i].refusal == NULL)
      return TRUE;
    else if (decisions[i].status == status)
      {
        g_set_error (error, IC_ERROR, decisions[i].code, "%s", decisions[i].refusal);
        return FALSE;
      }
  g_set_error (error, IC_ERROR, IC_ERROR_MEDIUM_UNSUITABLE, "the medium is unknown");
  return FALSE;
}

static gboolean
check_capacity (Burn *self, GError **error)
{
  guint64 needed = ic_iso_image_get_size_bytes (self->image);
  off_t available = burn_disc_available_space (self->drive, self->options);

  if (available >= 0 && (guint64) available >= needed)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_NO_SPACE,
               "the medium has room for %" G_GINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes",
               (gint64) available, needed);
  return FALSE;
}

static void
make_options (Burn *self)
{
  self->options = burn_write_opts_new (self->drive);
  burn_write_opts_set_multi (self->options, 0);
  burn_write_opts_set_underrun_proof (self->options, 1);
  burn_write_opts_set_perform_opc (self->options, 0); /* the drive knows when it needs one */
  burn_write_opts_set_stdio_fsync (self->options, FSYNC_AT_END);
}

static gboolean
make_disc (Burn *self, struct burn_source *source, GError **error)
{
  g_autofree char *reasons = g_malloc0 (BURN_REASONS_LEN);

  self->disc = burn_disc_create ();
  self->session = burn_session_create ();
  self->track = burn_track_create ();
  burn_disc_add_session (self->disc, self->session, BURN_POS_END);
  burn_track_define_data (self->track, 0, 0, 1, BURN_MODE1);
  if (burn_track_set_source (self->track, source) != BURN_SOURCE_OK)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "libburn does not take the image");
      return FALSE;
    }
  burn_session_add_track (self->session, self->track, BURN_POS_END);
  if (burn_write_opts_auto_write_type (self->options, self->disc, reasons, 0) != BURN_WRITE_NONE)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_MEDIUM_UNSUITABLE, "no way to write this medium: %s",
               g_strstrip (reasons));
  return FALSE;
}

/* What the drive has taken, as far as libburn knows; the total comes only with its verdict. */
static void
report (Burn *self,
        const struct burn_progress *status,
        IcImageProgressFunc progress,
        gpointer user_data)
{
  guint64 total = ic_iso_image_get_size_bytes (self->image);
  guint64 done = (guint64) MAX (status->sector, 0) * SECTOR;

  if (progress != NULL && done < total)
    progress (done, total, user_data);
}

/* Waits until the drive is idle again, whatever happens: before that nothing may be let go. */
static void
watch (Burn *self, IcImageProgressFunc progress, gpointer user_data, GCancellable *cancellable)
{
  gint64 reported_us = g_get_monotonic_time ();
  gboolean cancelled = FALSE;
  enum burn_drive_status state = BURN_DRIVE_SPAWNING;
  struct burn_progress status = { 0 };

  while ((state = burn_drive_get_status (self->drive, &status)) != BURN_DRIVE_IDLE)
    {
      if (!cancelled &&
          (g_cancellable_is_cancelled (cancellable) || ic_iso_image_has_failed (self->image)))
        {
          burn_drive_cancel (self->drive);
          cancelled = TRUE;
        }
      g_usleep (SHORT_POLL_US);
      if (state == BURN_DRIVE_SPAWNING || g_get_monotonic_time () - reported_us < POLL_US)
        continue;
      reported_us = g_get_monotonic_time ();
      report (self, &status, progress, user_data);
    }
}

/* After a failure libburn calls the drive idle while its thread still sleeps for half a second and
 * then uses the drive once more; nothing tells when it is gone.
 */
static void
linger (Burn *self)
{
  if (!burn_drive_wrote_well (self->drive))
    g_usleep (LINGER_US);
}

/* Everybody has to agree that the disc is good: the sources, libisofs, libburn and the drive. */
static gboolean
judge (Burn *self, GCancellable *cancellable, GError **error)
{
  gboolean wrote_well = burn_drive_wrote_well (self->drive);
  gboolean sources_good = ic_iso_image_check (self->image, wrote_well ? error : NULL);

  if (wrote_well && sources_good)
    return ic_libburn_check_messages (IC_ERROR_WRITE_FAILED, TRUE, error);
  if (wrote_well)
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      (ic_iso_image_has_failed (self->image) && !ic_iso_image_check (self->image, error)))
    return FALSE;
  if (ic_libburn_check_messages (IC_ERROR_WRITE_FAILED, FALSE, error))
    g_set_error (error, IC_ERROR, IC_ERROR_WRITE_FAILED, "the drive did not write well");
  return FALSE;
}

static gboolean
prepare (Burn *self, const char *address, GCancellable *cancellable, GError **error)
{
  struct burn_source *source = NULL;

  if (!grab (self, address, error) || !check_medium (self, error))
    return FALSE;
  make_options (self);
  if (!check_capacity (self, error) || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  source = ic_iso_image_start (self->image, cancellable, error);
  return source != NULL && make_disc (self, source, error);
}

gboolean
ic_disc_burn (IcIsoImage *image,
              const char *address,
              IcImageProgressFunc progress,
              gpointer user_data,
              GCancellable *cancellable,
              GError **error)
{
  guint64 total = ic_iso_image_get_size_bytes (image);
  g_auto(Burn) self = { .image = image };

  if (!burn_initialize ())
    {
      g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "libburn does not start");
      return FALSE;
    }
  ic_libburn_silence ();
  if (!check_stdio_file (address, error) || !prepare (&self, address, cancellable, error))
    return FALSE;
  burn_disc_write (self.options, self.disc);
  watch (&self, progress, user_data, cancellable);
  linger (&self);
  if (!judge (&self, cancellable, error))
    return FALSE;
  if (progress != NULL)
    progress (total, total, user_data);
  return TRUE;
}
