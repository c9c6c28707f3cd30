/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/writer/ic-disc-burn.h"

#include "core/ic-error.h"
#include "disc/writer/ic-disc-drive-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define AHEAD_BYTES (8 * 1024 * 1024) /* for a drive that does not wait */
#define SECTOR 2048
#define POLL_US (100 * 1000)
#define SHORT_POLL_US (5 * 1000)
#define LINGER_US (1000 * 1000)
#define FSYNC_AT_END 1
#define STDIO_PREFIX "stdio:"

/* What is held while one disc is written; everything is let go in reverse order. */
typedef struct
{
  IcIsoImage *image;
  const IcBurnOptions *how;
  IcDiscDrive *drive;
  struct burn_drive *handle; /* of drive */
  struct burn_write_opts *options;
  struct burn_disc *disc;
  struct burn_session *session;
  struct burn_track *track;
} Burn;

/* What a medium with that content means for a first and only session. */
static const struct
{
  IcErrorCode code;
  const char *refusal; /* NULL: go on */
} decisions[] = {
  [IC_DISC_NONE] = { IC_ERROR_MEDIUM_UNSUITABLE, "there is no disc in the drive" },
  [IC_DISC_BLANK] = { 0, NULL },
  [IC_DISC_WRITTEN] = { IC_ERROR_MEDIUM_UNSUITABLE, "the disc holds data already" },
  [IC_DISC_UNSUITABLE] = { IC_ERROR_MEDIUM_UNSUITABLE, "the disc cannot be written" },
  [IC_DISC_NOT_READY] = { IC_ERROR_TIMED_OUT, "the drive does not get ready" },
};

static void
burn_end (Burn *self)
{
  g_clear_pointer (&self->track, burn_track_free);
  g_clear_pointer (&self->session, burn_session_free);
  g_clear_pointer (&self->disc, burn_disc_free);
  g_clear_pointer (&self->options, burn_write_opts_free);
  g_clear_pointer (&self->drive, ic_disc_drive_close);
  ic_iso_image_stop (self->image);
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
is_rewritable (Burn *self)
{
  return burn_disc_erasable (self->handle) != 0 || ic_disc_drive_is_overwritable (self->drive);
}

/* Somebody may have changed the disc since it was looked at for the plan. */
static gboolean
check_medium (Burn *self, GError **error)
{
  IcDiscContent content = ic_disc_drive_get_content (self->drive);

  if (content == IC_DISC_WRITTEN && self->how->may_erase && is_rewritable (self))
    return ic_disc_drive_blank (self->drive, error);
  if (decisions[content].refusal == NULL)
    return TRUE;
  g_set_error (error, IC_ERROR, decisions[content].code, "%s", decisions[content].refusal);
  return FALSE;
}

static gboolean
check_capacity (Burn *self, GError **error)
{
  guint64 needed = ic_iso_image_get_size_bytes (self->image);
  off_t available = burn_disc_available_space (self->handle, self->options);

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
  self->options = burn_write_opts_new (self->handle);
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
report (Burn *self, const struct burn_progress *status)
{
  guint64 total = ic_iso_image_get_size_bytes (self->image);
  guint64 done = (guint64) MAX (status->sector, 0) * SECTOR;

  if (self->how->progress != NULL && done < total)
    self->how->progress (done, total, self->how->user_data);
}

/* Waits until the drive is idle again, whatever happens: before that nothing may be let go. */
static void
watch (Burn *self, GCancellable *cancellable)
{
  gint64 reported_us = g_get_monotonic_time ();
  gboolean cancelled = FALSE;
  enum burn_drive_status state = BURN_DRIVE_SPAWNING;
  struct burn_progress status = { 0 };

  while ((state = burn_drive_get_status (self->handle, &status)) != BURN_DRIVE_IDLE)
    {
      if (!cancelled &&
          (g_cancellable_is_cancelled (cancellable) || ic_iso_image_has_failed (self->image)))
        {
          burn_drive_cancel (self->handle);
          cancelled = TRUE;
        }
      g_usleep (SHORT_POLL_US);
      if (state == BURN_DRIVE_SPAWNING || g_get_monotonic_time () - reported_us < POLL_US)
        continue;
      reported_us = g_get_monotonic_time ();
      report (self, &status);
    }
}

/* After a failure libburn calls the drive idle while its thread still sleeps for half a second and
 * then uses the drive once more; nothing tells when it is gone.
 */
static void
linger (Burn *self)
{
  if (!burn_drive_wrote_well (self->handle))
    g_usleep (LINGER_US);
}

/* Everybody has to agree that the disc is good: the sources, libisofs, libburn and the drive. */
static gboolean
judge (Burn *self, GCancellable *cancellable, GError **error)
{
  gboolean wrote_well = burn_drive_wrote_well (self->handle);
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

  self->drive = ic_disc_drive_open (address, IC_DISC_DRIVE_EXCLUSIVE | IC_DISC_DRIVE_LOAD, error);
  if (self->drive == NULL)
    return FALSE;
  self->handle = ic_disc_drive_get_handle (self->drive);
  if (!check_medium (self, error))
    return FALSE;
  make_options (self);
  if (!check_capacity (self, error) || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  source = ic_iso_image_start (self->image, AHEAD_BYTES, cancellable, error);
  return source != NULL && make_disc (self, source, error);
}

/* From here on the drive calibrates its laser and writes: the disc is used up, come what may. */
static void
begin (Burn *self)
{
  burn_drive_set_speed (self->handle, 0, (int) self->how->speed);
  if (self->how->begun != NULL)
    self->how->begun (self->how->user_data);
  burn_disc_write (self->options, self->disc);
}

gboolean
ic_disc_burn (IcIsoImage *image,
              const char *address,
              const IcBurnOptions *options,
              GCancellable *cancellable,
              GError **error)
{
  guint64 total = ic_iso_image_get_size_bytes (image);
  g_auto(Burn) self = { .image = image, .how = options };

  if (!check_stdio_file (address, error) || !prepare (&self, address, cancellable, error))
    return FALSE;
  begin (&self);
  watch (&self, cancellable);
  linger (&self);
  if (!judge (&self, cancellable, error))
    return FALSE;
  if (options->progress != NULL)
    options->progress (total, total, options->user_data);
  return TRUE;
}
