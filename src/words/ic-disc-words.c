/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words/ic-disc-words.h"

#include "core/ic-error.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

/* The volume identifier of our discs is the transfer's number. */
#define OUR_LABEL "^IC[0-9]{6,}_[0-9]+$"

static char *
dup_wanted (guint64 needed_bytes)
{
  g_autofree char *size = ic_words_dup_size (needed_bytes);

  if (needed_bytes == 0)
    return g_strdup (_ ("insert an empty disc"));
  return g_strdup_printf (_ ("insert an empty disc with room for %s"), size);
}

char *
ic_disc_words_dup_holding (const IcDrive *drive)
{
  g_autofree char *size = ic_words_dup_size (drive->used_bytes);
  gboolean is_ours = g_regex_match_simple (OUR_LABEL, drive->label, 0, 0);

  if (is_ours)
    return g_strdup_printf (_ ("%s, %s"), drive->label, size);
  return drive->used_bytes > 0 ? g_strdup_printf (_ ("%s of something else"), size)
                               : g_strdup (_ ("something else"));
}

char *
ic_disc_words_dup_content (const IcDrive *drive)
{
  g_autofree char *holding = NULL;
  g_autofree char *room = NULL;

  switch (drive->content)
    {
    case IC_DRIVE_EMPTY:
      return g_strdup (_ ("Empty"));
    case IC_DRIVE_BLANK:
      room = ic_words_dup_size (drive->free_bytes);
      /* Translators: kind of disc (DVD-R), and how much it takes. */
      return g_strdup_printf (_ ("Blank %s, %s"), drive->medium, room);
    case IC_DRIVE_WRITTEN:
      holding = ic_disc_words_dup_holding (drive);
      /* Translators: kind of disc (DVD-R), and what is on it. */
      return g_strdup_printf (_ ("%s with %s"), drive->medium, holding);
    case IC_DRIVE_UNSUITABLE:
      return g_strdup (_ ("A disc that it cannot write"));
    case IC_DRIVE_NOT_READY:
    default:
      return g_strdup (_ ("Not ready"));
    }
}

static char *
dup_too_small (const IcDrive *drive, guint64 needed_bytes)
{
  g_autofree char *room = ic_words_dup_size (MAX (drive->free_bytes, drive->capacity_bytes));
  g_autofree char *needed = ic_words_dup_size (needed_bytes);

  return g_strdup_printf (_ ("The %s in %s has room for %s, but %s are needed: insert a larger "
                             "disc, or export fewer "
                             "studies on each."),
                          drive->medium, drive->address, room, needed);
}

char *
ic_disc_words_dup_sentence (const IcDrive *drive, IcDiscFitness fitness, guint64 needed_bytes)
{
  g_autofree char *wanted = dup_wanted (needed_bytes);
  g_autofree char *holding = ic_disc_words_dup_holding (drive);

  switch (fitness)
    {
    case IC_DISC_MISSING:
      return g_strdup_printf (_ ("There is no disc in %s: %s."), drive->address, wanted);
    case IC_DISC_FINAL:
      return g_strdup_printf (_ ("The %s in %s is already written: %s."), drive->medium,
                              drive->address, wanted);
    case IC_DISC_HOLDS_DATA:
      return g_strdup_printf (_ ("The %s in %s holds data (%s): %s, or say --blank to erase this "
                                 "one."),
                              drive->medium, drive->address, holding, wanted);
    case IC_DISC_READ_ONLY:
      return g_strdup_printf (_ ("%s cannot write the disc that is in it (%s): %s."),
                              drive->address, *drive->medium != '\0' ? drive->medium : "?", wanted);
    case IC_DISC_TOO_SMALL:
      return dup_too_small (drive, needed_bytes);
    case IC_DISC_NOT_READY_YET:
      return g_strdup_printf (_ ("%s does not get ready: take the disc out, look whether it is "
                                 "clean, and try again."),
                              drive->address);
    case IC_DISC_FIT:
    case IC_DISC_TO_BE_ERASED:
    default:
      return NULL;
    }
}

char *
ic_disc_words_dup_spoilt (const IcDrive *drive, const IcTransfer *transfer, const GError *failure)
{
  const char *advice = drive->is_rewritable ? _ ("try again with --blank, or with another disc")
                                            : _ ("throw it away, and try again with another");
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autofree char *reason =
      failure != NULL ? ic_words_dup_printable (failure->message) : g_strdup ("");

  if (failure == NULL)
    return g_strdup_printf (_ ("%s is incomplete: the %s in %s does not read back as it was "
                               "written; %s."),
                            number, drive->medium, drive->address, advice);
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup_printf (_ ("%s was stopped as asked, which spoilt the %s in %s: %s."), number,
                            drive->medium, drive->address, advice);
  if (g_error_matches (failure, IC_ERROR, IC_ERROR_INCOMPLETE))
    return g_strdup_printf (_ ("%s is incomplete (%s), and the %s in %s is good for nothing: %s."),
                            number, reason, drive->medium, drive->address, advice);
  return g_strdup_printf (_ ("%s failed, and the %s in %s is good for nothing (%s): %s."), number,
                          drive->medium, drive->address, reason, advice);
}

char *
ic_disc_words_dup_unfinished (const IcTransfer *transfer, const GError *failure)
{
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autofree char *reason = ic_words_dup_printable (failure->message);

  return g_strdup_printf (_ ("%s is incomplete (%s): keep what was made, and export again when "
                             "that "
                             "is mended."),
                          number, reason);
}

char *
ic_disc_words_dup_viewer_too_large (const IcViewerSizes *sizes)
{
  g_autofree char *room = ic_words_dup_size (sizes->room_bytes);
  g_autofree char *lossless = ic_words_dup_size (sizes->needed_bytes[IC_VIEWER_LOSSLESS]);
  g_autofree char *preview = ic_words_dup_size (sizes->needed_bytes[IC_VIEWER_PREVIEW]);
  g_autofree char *none = ic_words_dup_size (sizes->needed_bytes[IC_VIEWER_NONE]);

  /* Translators: sizes, as "51 MB"; the words in quotes are choices and stay. */
  return g_strdup_printf (_ ("There is room for %s. With a lossless viewer %s are needed, with "
                             "previews about %s, without a viewer %s: choose --viewer preview or "
                             "--viewer none, or a larger medium."),
                          room, lossless, preview, none);
}

char *
ic_disc_words_dup_unreadable (const char *address, const GError *failure)
{
  g_autofree char *reason = ic_words_dup_printable (failure->message);

  return g_strdup_printf (
      _ ("There is nothing to verify in %s (%s): insert the disc that is meant."), address, reason);
}

char *
ic_disc_words_dup_busy (const char *address, const char *mount_point)
{
  if (mount_point == NULL)
    return g_strdup_printf (_ ("Another program is using %s: close it, then try again."), address);
  return g_strdup_printf (_ ("The disc in %s is mounted: unmount it with 'umount %s', then try "
                             "again."),
                          address, mount_point);
}

char *
ic_disc_words_dup_speeds (const IcDrive *drive)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < drive->speeds->len; i++)
    {
      double factor = ic_drive_speed_to_factor (drive, g_array_index (drive->speeds, guint, i));

      g_string_append_printf (text, "%s%.3gx", i > 0 ? ", " : "", factor);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
