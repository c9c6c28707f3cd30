/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-disc-output.h"

#include "core/ic-error.h"

#include <glib/gi18n.h>

#define LOOK_MS 1000 /* between two looks into the drive while somebody handles the tray */
#define NAP_MS 50

struct _IcDiscOutput
{
  IcDiscOptions options;
  IcDrive *drive;  /* as it was when its present disc was looked at */
  IcDiscKind kind; /* of the first one, which the file-set is laid out for */
  IcDriveReading *reading;
  GPtrArray *labels; /* of char *: of the discs that were made */
  gboolean is_used_up;
};

static gboolean
take_drive (IcDiscOutput *self, IcDrive *drive)
{
  if (drive == NULL)
    return FALSE;
  g_clear_pointer (&self->drive, ic_drive_unref);
  self->drive = drive;
  return TRUE;
}

static gboolean
look (IcDiscOutput *self, gboolean load, GCancellable *cancellable, GError **error)
{
  return take_drive (self,
                     ic_drive_client_inspect (self->drive->address, load, cancellable, error));
}

static gboolean
check_free (const char *address, GError **error)
{
  g_autofree char *mount_point = ic_drive_dup_mount_point (address);

  /* The name of a mount point is that of the disc, and may be somebody's. */
  if (mount_point != NULL)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_BUSY, "the disc in the drive is mounted");
  return mount_point == NULL;
}

IcDiscOutput *
ic_disc_output_open (const char *address,
                     const IcDiscOptions *options,
                     IcDrive **drive,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr(IcDiscOutput) self = g_new0 (IcDiscOutput, 1);

  self->options = *options;
  self->labels = g_ptr_array_new_with_free_func (g_free);
  if (!check_free (address, error) ||
      !take_drive (self, ic_drive_client_inspect (address, TRUE, cancellable, error)))
    return NULL;
  *drive = ic_drive_ref (self->drive);
  self->kind = ic_drive_get_kind (self->drive);
  if (!ic_drive_check (self->drive, 0, options->may_erase, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
stop_reading (IcDiscOutput *self)
{
  g_clear_pointer (&self->reading, ic_drive_reading_free);
}

void
ic_disc_output_free (IcDiscOutput *self)
{
  stop_reading (self);
  if (self->is_used_up && !self->options.no_eject)
    ic_drive_client_eject (self->drive->address, NULL, NULL);
  g_clear_pointer (&self->drive, ic_drive_unref);
  g_ptr_array_unref (self->labels);
  g_free (self);
}

IcDrive *
ic_disc_output_get_drive (IcDiscOutput *self)
{
  return self->drive;
}

gboolean
ic_disc_output_is_used_up (IcDiscOutput *self)
{
  return self->is_used_up;
}

gboolean
ic_disc_output_check (IcDiscOutput *self, guint64 needed_bytes, GError **error)
{
  return ic_drive_check (self->drive, needed_bytes, self->options.may_erase, error);
}

gboolean
ic_disc_output_write (IcDiscOutput *self,
                      const IcDiscPlan *plan,
                      IcProgress *progress,
                      GCancellable *cancellable,
                      GError **error)
{
  const IcDiscBurn burn = {
    .drive = self->drive->address,
    .speed = ic_drive_speed_from_factor (self->drive, self->options.speed),
    .may_erase = self->options.may_erase,
  };
  gboolean begun = FALSE;
  gboolean ok = ic_disc_client_write_disc (plan, &burn, &begun, progress, cancellable, error);

  self->is_used_up = begun;
  g_ptr_array_add (self->labels, g_strdup (plan->volume_id));
  return ok;
}

static gboolean
nap (guint duration_ms, GCancellable *cancellable, GError **error)
{
  for (guint slept_ms = 0; slept_ms < duration_ms; slept_ms += NAP_MS)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_usleep (NAP_MS * 1000);
    }
  return TRUE;
}

/* Looks without touching the tray, in which somebody's fingers may be. */
static gboolean
wait_for_disc (IcDiscOutput *self, GCancellable *cancellable, GError **error)
{
  while (self->drive->content == IC_DRIVE_EMPTY)
    if (!nap (LOOK_MS, cancellable, error) || !look (self, FALSE, cancellable, error))
      return FALSE;
  return TRUE;
}

/* Where the drive has a motor for it, else where there is somebody: the tray goes out and in again,
 * so that nothing is read from a memory. */
static gboolean
reload (IcDiscOutput *self, IcProgress *progress, GCancellable *cancellable, GError **error)
{
  if (!ic_drive_client_eject (self->drive->address, cancellable, error) ||
      !look (self, self->drive->can_load, cancellable, error))
    return FALSE;
  if (self->drive->content != IC_DRIVE_EMPTY)
    return TRUE;
  if (self->options.unattended)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_READ_FAILED,
                           "the tray does not go in, so that the disc was not read back");
      return FALSE;
    }
  ic_progress_request (progress, _ ("Push the tray in again, so that the disc is read back"));
  return wait_for_disc (self, cancellable, error);
}

int
ic_disc_output_open_for_reading (IcDiscOutput *self,
                                 IcReadBack *how,
                                 IcProgress *progress,
                                 GCancellable *cancellable,
                                 GError **error)
{
  const gboolean reloads = self->drive->can_load || !self->options.unattended;

  if (reloads && !reload (self, progress, cancellable, error))
    return -1;
  ic_progress_set_message (progress, _ ("Reading back"));
  *how = reloads ? IC_READ_BACK_MEDIUM : IC_READ_BACK_CACHE_DROPPED;
  stop_reading (self);
  self->reading = ic_drive_reading_new (self->drive->address, cancellable, error);
  return self->reading != NULL ? ic_drive_reading_get_fd (self->reading) : -1;
}

/* The tray may have been pushed in again with what had come out. */
static gboolean
was_just_made (IcDiscOutput *self)
{
  return self->drive->content == IC_DRIVE_WRITTEN &&
         g_ptr_array_find_with_equal_func (self->labels, self->drive->label, g_str_equal, NULL);
}

/* Why the disc that was put in will not do; NULL for one that will. Profiles differ between kinds
 * of discs, and what stands on the disc about that was settled for the first.
 */
static const char *
find_objection (IcDiscOutput *self, guint64 needed_bytes)
{
  if (was_just_made (self))
    return _ ("this one has just been written");
  switch (ic_drive_judge (self->drive, needed_bytes, self->options.may_erase))
    {
    case IC_DISC_MISSING:
      return _ ("there is none");
    case IC_DISC_FINAL:
      return _ ("this one is already written");
    case IC_DISC_HOLDS_DATA:
      return _ ("this one can be written again, but is not empty");
    case IC_DISC_READ_ONLY:
      return _ ("the drive cannot write this one");
    case IC_DISC_TOO_SMALL:
      return _ ("this one is too small");
    case IC_DISC_NOT_READY_YET:
      return _ ("the drive does not get ready with this one");
    case IC_DISC_FIT:
    case IC_DISC_TO_BE_ERASED:
    default:
      break;
    }
  return ic_drive_get_kind (self->drive) == self->kind
             ? NULL
             : _ ("this one is of another kind than the first");
}

static gboolean
exchange_disc (IcDiscOutput *self,
               const char *message,
               IcProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  if (!ic_drive_client_eject (self->drive->address, cancellable, error))
    return FALSE;
  ic_progress_request (progress, message);
  return look (self, FALSE, cancellable, error) && wait_for_disc (self, cancellable, error) &&
         check_free (self->drive->address, error);
}

gboolean
ic_disc_output_next (IcDiscOutput *self,
                     guint64 needed_bytes,
                     const char *purpose,
                     IcProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autofree char *message = g_strdup_printf (_ ("Insert an empty disc for %s"), purpose);

  stop_reading (self);
  self->is_used_up = FALSE;
  self->options.may_erase &= !self->options.erases_one;
  for (;;)
    {
      const char *objection = NULL;

      if (!exchange_disc (self, message, progress, cancellable, error))
        return FALSE;
      objection = find_objection (self, needed_bytes);
      if (objection == NULL)
        return TRUE;
      g_free (message);
      /* Translators: "disc 2 of 3", and why the one that was put in will not do. */
      message = g_strdup_printf (_ ("Insert another disc for %s: %s"), purpose, objection);
    }
}
