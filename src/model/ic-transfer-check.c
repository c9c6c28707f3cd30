/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-transfer-check.h"

#include "domain/ic-identity.h"
#include "model/ic-transfer-sizes.h"
#include "words/ic-disc-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define CD_BYTES G_GUINT64_CONSTANT (700000000)
#define DVD_BYTES G_GUINT64_CONSTANT (4700000000)

void
ic_transfer_check_free (gpointer data)
{
  IcTransferCheck *self = data;

  g_free (self->sentence);
  g_free (self->remedy);
  g_free (self);
}

/* Takes @sentence. */
static void
take (GPtrArray *checks,
      IcCheckLevel level,
      char *sentence,
      const char *remedy,
      IcTransferStep step)
{
  IcTransferCheck *check = g_new0 (IcTransferCheck, 1);

  check->level = level;
  check->sentence = sentence;
  check->remedy = g_strdup (remedy);
  check->step = step;
  g_ptr_array_add (checks, check);
}

static gboolean
is_one_patient (IcPatient *patient, const IcTransferFacts *facts)
{
  for (guint i = 0; i < facts->studies->len; i++)
    {
      const IcFactStudy *study = facts->studies->pdata[i];

      for (guint k = 0; k < study->patients->len; k++)
        {
          IcIdentityMatch match = ic_identity_match (patient, study->patients->pdata[k]);

          if (!ic_identity_match_is_safe (&match))
            return FALSE;
        }
    }
  return TRUE;
}

static void
check_patient (GPtrArray *checks, IcTransferOrder *order, IcPatient *patient)
{
  gboolean is_named =
      *patient->id != '\0' && (*patient->name != '\0' || *patient->birth_date != '\0');

  if (is_one_patient (patient, ic_transfer_order_get_facts (order)))
    take (checks, IC_CHECK_GOOD, g_strdup (_ ("All images are of the same patient.")), "",
          IC_STEP_WHAT);
  else
    take (checks, IC_CHECK_STOP, g_strdup (_ ("Some images here name another patient.")),
          _ ("Leave out the study that does not belong."), IC_STEP_WHAT);
  if (is_named)
    take (checks, IC_CHECK_GOOD, g_strdup (_ ("The patient is named by two identifiers.")), "",
          IC_STEP_WHAT);
  else
    take (checks, IC_CHECK_STOP,
          g_strdup (_ ("The patient is not named by an ID and a name or date of birth.")),
          _ ("Have the identity completed where the images come from."), IC_STEP_WHAT);
}

static char *
dup_repeat (const IcTransfer *transfer)
{
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autofree char *when = ic_words_dup_time (transfer->started_at);

  /* Translators: recipient, when, by whom, transfer number. */
  return g_strdup_printf (_ ("%s got images of these studies on %s from %s (%s)."),
                          transfer->recipient, when, transfer->operator_name, number);
}

static void
check_repeats (GPtrArray *checks, IcTransferOrder *order)
{
  const IcTransferFacts *facts = ic_transfer_order_get_facts (order);
  gboolean has_reason = *ic_transfer_order_get_answer (order, IC_ASK_AGAIN) != '\0';

  if (facts->repeats->len == 0)
    take (checks, IC_CHECK_GOOD, g_strdup (_ ("Nothing of this went to the recipient before.")), "",
          IC_STEP_WHOM);
  else
    take (checks, has_reason ? IC_CHECK_WARNING : IC_CHECK_STOP,
          dup_repeat (facts->repeats->pdata[0]), has_reason ? "" : _ ("Say why it goes again."),
          IC_STEP_WHOM);
}

/* How much of what goes is here. */
static void
count_here (IcTransferOrder *order, guint *n_here, guint *n_all)
{
  GListModel *content = ic_transfer_order_get_content (order);

  *n_here = *n_all = 0;
  for (guint i = 0; i < g_list_model_get_n_items (content); i++)
    {
      g_autoptr(IcContentItem) item = g_list_model_get_item (content, i);

      if (!ic_content_item_is_study (item) || !ic_content_item_is_selected (item))
        continue;
      *n_here += MIN (ic_content_item_get_fields (item)->n_here, ic_content_item_count (item));
      *n_all += ic_content_item_count (item);
    }
}

static gboolean
has_all_lists (IcTransferOrder *order)
{
  const IcTransferFacts *facts = ic_transfer_order_get_facts (order);

  for (guint i = 0; i < facts->studies->len; i++)
    if (!((IcFactStudy *) facts->studies->pdata[i])->has_list)
      return FALSE;
  return TRUE;
}

static void
check_presence (GPtrArray *checks, IcTransferOrder *order)
{
  gboolean is_mixed = FALSE;
  IcNode *source = ic_transfer_order_find_source (order, &is_mixed);
  guint n_here = 0;
  guint n_all = 0;
  g_autofree char *here = NULL;
  g_autofree char *all = NULL;

  count_here (order, &n_here, &n_all);
  here = ic_words_dup_count (n_here);
  all = ic_words_dup_count (n_all);
  if (source != NULL)
    take (checks, IC_CHECK_GOOD,
          g_strdup_printf (_ ("%s of %s images are here; %s is asked again, and what is missing is "
                              "retrieved."),
                           here, all, source->name),
          "", IC_STEP_WHAT);
  else if (n_here < n_all)
    take (checks, is_mixed ? IC_CHECK_STOP : IC_CHECK_WARNING,
          g_strdup_printf (_ ("Only %s of %s images are here."), here, all),
          is_mixed ? _ ("The studies are in several places: retrieve them first.")
                   : _ ("Retrieve the study again, or the transfer will be incomplete."),
          IC_STEP_WHAT);
  else if (has_all_lists (order))
    take (checks, IC_CHECK_GOOD,
          g_strdup_printf (_ ("All %s images that the source listed are here."), all), "",
          IC_STEP_WHAT);
  else
    take (checks, IC_CHECK_WARNING,
          g_strdup (_ ("No source ever listed these images, so the transfer stays unproven.")), "",
          IC_STEP_WHAT);
}

char *
ic_transfer_check_dup_fit (guint64 size_bytes)
{
  guint n = (guint) ((size_bytes + DVD_BYTES - 1) / DVD_BYTES);

  if (size_bytes <= CD_BYTES)
    return g_strdup (_ ("fits a CD"));
  if (n <= 1)
    return g_strdup (_ ("fits a DVD"));
  return g_strdup_printf (ngettext ("needs %u DVD", "needs %u DVDs", n), n);
}

/* Only the viewer is too much. What it takes is an estimate, so that it is not in the way yet. */
static void
take_viewer_too_large (GPtrArray *checks, const IcViewerSizes *sizes)
{
  g_autofree char *room = ic_words_dup_size (sizes->room_bytes);
  g_autofree char *lossless = ic_words_dup_size (sizes->needed_bytes[IC_VIEWER_LOSSLESS]);
  g_autofree char *preview = ic_words_dup_size (sizes->needed_bytes[IC_VIEWER_PREVIEW]);
  g_autofree char *none = ic_words_dup_size (sizes->needed_bytes[IC_VIEWER_NONE]);

  /* Translators: sizes. */
  take (
      checks, IC_CHECK_WARNING,
      g_strdup_printf (_ ("There is room for %s. With a lossless viewer about %s are needed, with "
                          "previews about %s, without a viewer %s."),
                       room, lossless, preview, none),
      _ ("These are estimates. If it does not fit, nothing is written: choose previews, no viewer "
         "or a larger medium."),
      IC_STEP_HOW);
}

/* Whether it fits, as far as that is known. */
static char *
dup_room_note (const IcViewerSizes *sizes, gboolean has_viewer)
{
  g_autofree char *room = ic_words_dup_size (sizes->room_bytes);

  if (sizes->room_bytes == 0)
    return g_strdup (has_viewer ? _ ("What the viewer takes is an estimate.") : "");
  if (sizes->room_bytes < sizes->needed_bytes[IC_VIEWER_NONE])
    return g_strdup_printf (_ ("One medium has room for %s: several are needed."), room);
  if (has_viewer)
    return g_strdup_printf (_ ("There is room for %s. What the viewer takes is an estimate."),
                            room);
  return g_strdup_printf (_ ("There is room for %s."), room);
}

/* For the viewer's sake alone there are never several media. */
static char *
dup_fit (const IcViewerSizes *sizes, guint64 needed)
{
  if (needed > DVD_BYTES && sizes->needed_bytes[IC_VIEWER_NONE] <= DVD_BYTES)
    return g_strdup (_ ("fits a DVD without the viewer"));
  return ic_transfer_check_dup_fit (needed);
}

static void
take_size (GPtrArray *checks, const IcViewerSizes *sizes, IcViewerQuality quality)
{
  guint64 needed = sizes->needed_bytes[quality];
  gboolean has_viewer = needed > sizes->needed_bytes[IC_VIEWER_NONE];
  g_autofree char *images = ic_words_dup_size (sizes->needed_bytes[IC_VIEWER_NONE]);
  g_autofree char *amount = ic_words_dup_size (needed);
  g_autofree char *fit = dup_fit (sizes, needed);
  g_autofree char *note = dup_room_note (sizes, has_viewer);

  if (has_viewer)
    /* Translators: two sizes, and what the larger one fits. */
    take (checks, IC_CHECK_GOOD,
          g_strdup_printf (_ ("%s, with the viewer about %s: %s."), images, amount, fit), note,
          IC_STEP_HOW);
  else
    /* Translators: a size, and what it fits. */
    take (checks, IC_CHECK_GOOD, g_strdup_printf (_ ("%s: %s."), amount, fit), note, IC_STEP_HOW);
}

/* Images that are too much for one medium go onto several; a folder or stick must take them all. */
static void
check_room (GPtrArray *checks, IcTransferOrder *order)
{
  IcViewerQuality quality = ic_transfer_order_get_viewer (order);
  const guint64 place_bytes = ic_transfer_order_get_facts (order)->room_bytes;
  IcViewerSizes sizes = { 0 };
  g_autofree char *images = NULL;

  if (ic_transfer_order_get_route (order) == IC_ROUTE_NODE)
    return;
  if (!ic_transfer_sizes_foretell (order, &sizes))
    {
      take (checks, IC_CHECK_WARNING,
            g_strdup (_ ("How large it becomes is known when all images are here.")), "",
            IC_STEP_HOW);
      return;
    }
  images = ic_words_dup_size (sizes.needed_bytes[IC_VIEWER_NONE]);
  if (place_bytes > 0 && place_bytes < sizes.needed_bytes[IC_VIEWER_NONE])
    take (checks, IC_CHECK_STOP, g_strdup_printf (_ ("There is no room for %s."), images),
          _ ("Choose another place."), IC_STEP_HOW);
  else if (sizes.room_bytes >= sizes.needed_bytes[IC_VIEWER_NONE] &&
           sizes.room_bytes < sizes.needed_bytes[quality])
    take_viewer_too_large (checks, &sizes);
  else
    take_size (checks, &sizes, quality);
}

/* What is in the drive now; when it is its turn, the drive is looked at again. */
static void
check_disc (GPtrArray *checks, IcTransferOrder *order)
{
  IcDriveWatch *drives = ic_workspace_get_drives (ic_transfer_order_get_workspace (order));
  const char *address = ic_transfer_order_get_output (order);
  const IcDrive *drive = ic_drive_watch_find (drives, address);
  g_autofree char *content = drive != NULL ? ic_disc_words_dup_content (drive) : NULL;
  IcDiscFitness fitness = drive != NULL ? ic_drive_judge (drive, 0, FALSE) : IC_DISC_FIT;

  if (ic_transfer_order_get_route (order) != IC_ROUTE_DISC || *address == '\0')
    return;
  if (ic_drive_watch_is_writing (drives, address))
    take (checks, IC_CHECK_WARNING,
          g_strdup (_ ("The drive is in use: this disc waits for its turn.")), "", IC_STEP_HOW);
  else if (drive == NULL)
    take (checks, IC_CHECK_WARNING, g_strdup (_ ("Another program uses the drive.")),
          _ ("Close it before you begin."), IC_STEP_HOW);
  else if (fitness == IC_DISC_HOLDS_DATA)
    take (checks, IC_CHECK_WARNING, g_strdup_printf (_ ("In the drive: %s."), content),
          _ ("You are asked before it is erased."), IC_STEP_HOW);
  else
    take (checks, ic_disc_is_fit (fitness) ? IC_CHECK_GOOD : IC_CHECK_STOP,
          g_strdup_printf (_ ("In the drive: %s."), content),
          ic_disc_is_fit (fitness) ? "" : _ ("Put an empty disc in."), IC_STEP_HOW);
}

static void
check_profile (GPtrArray *checks, IcTransferOrder *order)
{
  IcMediaProfiles profile = ic_transfer_order_get_profile (order);
  g_autofree char *name = ic_media_profiles_dup_names (profile);

  if (ic_transfer_order_get_route (order) == IC_ROUTE_NODE)
    return;
  if (profile == IC_MEDIA_PROFILE_NONE)
    take (checks, IC_CHECK_WARNING,
          g_strdup (_ ("Images go as they are stored: an old viewer may not read them all.")),
          _ ("A standard profile can be chosen."), IC_STEP_HOW);
  else
    take (checks, IC_CHECK_GOOD,
          g_strdup_printf (_ ("Every viewer that keeps to the standard can read it (%s)."), name),
          "", IC_STEP_HOW);
}

static void
check_selection (GPtrArray *checks, IcTransferOrder *order)
{
  if (!ic_transfer_order_is_selection (order))
    return;
  if (ic_transfer_order_can_select_series (order))
    take (checks, IC_CHECK_WARNING,
          g_strdup (_ ("A selection goes: the medium, the log and the paperwork say so.")), "",
          IC_STEP_WHAT);
  else
    take (checks, IC_CHECK_STOP,
          g_strdup (_ ("Series can be left out only where those of every study are known.")),
          _ ("Retrieve the study first, or let all of it go."), IC_STEP_WHAT);
}

GPtrArray *
ic_transfer_check_all (IcTransferOrder *order)
{
  GPtrArray *checks = g_ptr_array_new_with_free_func (ic_transfer_check_free);
  IcPatient *patient = ic_transfer_draft_get_patient (ic_transfer_order_get_draft (order));

  for (guint step = IC_STEP_WHAT; step < IC_STEP_CHECK; step++)
    {
      const char *obstacle = ic_transfer_order_get_obstacle (order, step);

      if (obstacle != NULL)
        take (checks, IC_CHECK_STOP, g_strdup (obstacle), "", step);
    }
  if (patient == NULL || ic_transfer_order_get_facts (order) == NULL)
    return checks;
  check_patient (checks, order, patient);
  check_repeats (checks, order);
  check_presence (checks, order);
  check_selection (checks, order);
  check_room (checks, order);
  check_disc (checks, order);
  check_profile (checks, order);
  return checks;
}

gboolean
ic_transfer_check_may_start (GPtrArray *checks)
{
  for (guint i = 0; i < checks->len; i++)
    if (((IcTransferCheck *) checks->pdata[i])->level == IC_CHECK_STOP)
      return FALSE;
  return TRUE;
}
