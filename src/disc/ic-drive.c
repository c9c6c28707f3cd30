/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-drive.h"

#include "core/ic-error.h"

#include <string.h>

static const char *const content_names[] = {
  [IC_DRIVE_EMPTY] = "empty",         [IC_DRIVE_BLANK] = "blank",
  [IC_DRIVE_WRITTEN] = "written",     [IC_DRIVE_UNSUITABLE] = "unsuitable",
  [IC_DRIVE_NOT_READY] = "not ready",
};

/* MMC-5 table 89, by the range of the profile; the first that fits. */
static const struct
{
  guint from;
  guint to;
  IcDiscKind kind;
  double single_speed; /* in 1000 bytes a second */
} kinds[] = {
  { 0x08, 0x0a, IC_DISC_KIND_CD, 176.4 },
  { 0x12, 0x12, IC_DISC_KIND_DVD_RAM, 1385 },
  { 0x10, 0x2b, IC_DISC_KIND_DVD, 1385 },
  { 0x40, 0x43, IC_DISC_KIND_BD, 4495.625 },
};

/* What each judgement means for the one who wants to write; fit ones have no text. */
static const struct
{
  IcErrorCode code;
  const char *text;
} refusals[] = {
  [IC_DISC_FIT] = { 0, NULL },
  [IC_DISC_TO_BE_ERASED] = { 0, NULL },
  [IC_DISC_MISSING] = { IC_ERROR_MEDIUM_UNSUITABLE, "there is no disc in the drive" },
  [IC_DISC_FINAL] = { IC_ERROR_MEDIUM_UNSUITABLE, "the disc is already written" },
  [IC_DISC_HOLDS_DATA] = { IC_ERROR_REFUSED, "the rewritable disc holds data" },
  [IC_DISC_READ_ONLY] = { IC_ERROR_MEDIUM_UNSUITABLE, "the drive cannot write this disc" },
  [IC_DISC_TOO_SMALL] = { IC_ERROR_NO_SPACE, "the disc is too small" },
  [IC_DISC_NOT_READY_YET] = { IC_ERROR_TIMED_OUT, "the drive does not get ready" },
};

static void
drive_clear (gpointer data)
{
  IcDrive *self = data;

  g_free (self->address);
  g_free (self->vendor);
  g_free (self->product);
  g_free (self->medium);
  g_free (self->label);
  g_array_unref (self->speeds);
}

/* libburn says "DVD-R sequential recording"; on the box it says DVD-R. */
static void
shorten_medium (IcDrive *self)
{
  char *blank = strchr (self->medium, ' ');

  if (blank != NULL)
    *blank = '\0';
}

IcDrive *
ic_drive_new (const char *address, GVariant *description)
{
  IcDrive *self = g_atomic_rc_box_new0 (IcDrive);
  g_autoptr(GVariant) speeds = NULL;
  guint content = 0;

  self->address = g_strdup (address);
  self->speeds = g_array_new (FALSE, FALSE, sizeof (guint));
  g_variant_get (description, "(ssbusubttts@au)", &self->vendor, &self->product, &self->can_load,
                 &self->profile, &self->medium, &content, &self->is_rewritable, &self->free_bytes,
                 &self->capacity_bytes, &self->used_bytes, &self->label, &speeds);
  self->content = MIN (content, IC_DRIVE_NOT_READY);
  shorten_medium (self);
  for (gsize i = 0; i < g_variant_n_children (speeds); i++)
    {
      guint speed = 0;

      g_variant_get_child (speeds, i, "u", &speed);
      g_array_append_val (self->speeds, speed);
    }
  return self;
}

IcDrive *
ic_drive_ref (IcDrive *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_drive_unref (IcDrive *self)
{
  g_atomic_rc_box_release_full (self, drive_clear);
}

IcDiscKind
ic_drive_get_kind (const IcDrive *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (self->profile >= kinds[i].from && self->profile <= kinds[i].to)
      return kinds[i].kind;
  return IC_DISC_KIND_NONE;
}

const char *
ic_drive_content_to_string (IcDriveContent content)
{
  return content_names[content];
}

static double
single_speed (const IcDrive *self)
{
  IcDiscKind kind = ic_drive_get_kind (self);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].kind == kind)
      return kinds[i].single_speed;
  return kinds[0].single_speed;
}

double
ic_drive_speed_to_factor (const IcDrive *self, guint speed)
{
  return speed / single_speed (self);
}

guint
ic_drive_speed_from_factor (const IcDrive *self, double factor)
{
  return (guint) (factor * single_speed (self) + 0.5);
}

gboolean
ic_disc_is_fit (IcDiscFitness fitness)
{
  return refusals[fitness].text == NULL;
}

static IcDiscFitness
judge_written (const IcDrive *self, guint64 needed_bytes, gboolean may_erase)
{
  if (!self->is_rewritable)
    return IC_DISC_FINAL;
  if (!may_erase)
    return IC_DISC_HOLDS_DATA;
  /* one that does not tell its size is measured again when it is empty */
  if (self->capacity_bytes > 0 && self->capacity_bytes < needed_bytes)
    return IC_DISC_TOO_SMALL;
  return IC_DISC_TO_BE_ERASED;
}

IcDiscFitness
ic_drive_judge (const IcDrive *self, guint64 needed_bytes, gboolean may_erase)
{
  switch (self->content)
    {
    case IC_DRIVE_EMPTY:
      return IC_DISC_MISSING;
    case IC_DRIVE_BLANK:
      return self->free_bytes < needed_bytes ? IC_DISC_TOO_SMALL : IC_DISC_FIT;
    case IC_DRIVE_WRITTEN:
      return judge_written (self, needed_bytes, may_erase);
    case IC_DRIVE_UNSUITABLE:
      return IC_DISC_READ_ONLY;
    case IC_DRIVE_NOT_READY:
    default:
      return IC_DISC_NOT_READY_YET;
    }
}

gboolean
ic_drive_check (const IcDrive *self, guint64 needed_bytes, gboolean may_erase, GError **error)
{
  IcDiscFitness fitness = ic_drive_judge (self, needed_bytes, may_erase);
  g_autofree char *needed = g_format_size (needed_bytes);
  g_autofree char *room = g_format_size (MAX (self->free_bytes, self->capacity_bytes));

  if (ic_disc_is_fit (fitness))
    return TRUE;
  if (fitness == IC_DISC_TOO_SMALL)
    g_set_error (error, IC_ERROR, refusals[fitness].code, "%s: %s are needed, it has room for %s",
                 refusals[fitness].text, needed, room);
  else
    g_set_error_literal (error, IC_ERROR, refusals[fitness].code, refusals[fitness].text);
  return FALSE;
}
