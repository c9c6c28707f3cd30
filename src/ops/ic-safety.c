/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-safety.h"

#include "core/ic-error.h"
#include "domain/ic-identity.h"
#include "domain/ic-transfer.h"
#include "store/ic-study-repo.h"
#include "store/ic-transfer-search.h"

#include <glib/gi18n.h>

#define PAGE 100 /* transfers read at a time */

typedef struct
{
  const char *const *study_uids;
  IcPatient *expected;
  const char *recipient;
  GPtrArray *notices;
} Check;

static void
add_notice_once (GPtrArray *notices, const char *notice)
{
  if (!g_ptr_array_find_with_equal_func (notices, notice, g_str_equal, NULL))
    g_ptr_array_add (notices, g_strdup (notice));
}

static void
note_weaknesses (const IcIdentityMatch *match, GPtrArray *notices)
{
  if (match->name == IC_AGREE_SIMILAR)
    add_notice_once (notices, _ ("the name is written differently in the images"));
  if (match->issuer == IC_AGREE_ABSENT)
    add_notice_once (notices, _ ("the issuer of the patient ID is not given on both sides"));
  if (match->birth_date == IC_AGREE_ABSENT)
    add_notice_once (notices, _ ("the date of birth is not given on both sides"));
  if (match->name == IC_AGREE_ABSENT)
    add_notice_once (notices, _ ("the name is not given on both sides"));
}

/* Only an issuer that says so makes a number one with a check digit; else it is worth a remark. */
static gboolean
check_number (IcPatient *patient, GError **error)
{
  if (!ic_identity_issuer_uses_check_digit (patient->issuer) ||
      ic_identity_check_digit_is_valid (patient->id))
    return TRUE;
  g_set_error_literal (error, IC_ERROR, IC_ERROR_REFUSED,
                       "the check digit of the patient ID is wrong");
  return FALSE;
}

static gboolean
check_identity (Check *check, const char *study_uid, IcPatient *found, GError **error)
{
  IcIdentityMatch match = ic_identity_match (check->expected, found);
  g_autofree char *reasons = ic_identity_match_dup_reasons (&match);

  if (!ic_identity_match_is_safe (&match))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_REFUSED,
                   "study %s is not of the patient who was named: %s", study_uid, reasons);
      return FALSE;
    }
  note_weaknesses (&match, check->notices);
  return check_number (found, error);
}

static gboolean
check_studies (IcReadTx *tx, gpointer data, GError **error)
{
  Check *check = data;

  for (gsize i = 0; check->study_uids[i] != NULL; i++)
    {
      g_autoptr(GPtrArray) identities =
                     ic_study_repo_list_identities (tx, check->study_uids[i], error);

      if (identities == NULL)
        return FALSE;
      for (guint k = 0; k < identities->len; k++)
        if (!check_identity (check, check->study_uids[i], identities->pdata[k], error))
          return FALSE;
    }
  return TRUE;
}

gboolean
ic_safety_check_patient (IcDesk *desk,
                         const char *const *study_uids,
                         IcPatient *expected,
                         GPtrArray *notices,
                         GError **error)
{
  Check check = { .study_uids = study_uids, .expected = expected, .notices = notices };

  return ic_store_read (ic_desk_get_store (desk), check_studies, &check, error);
}

static gboolean
was_sent (const Check *check, const IcTransfer *transfer)
{
  return transfer->direction == IC_DIRECTION_OUT &&
         (transfer->state == IC_TRANSFER_SUCCEEDED || transfer->state == IC_TRANSFER_INCOMPLETE ||
          transfer->state == IC_TRANSFER_UNPROVEN) &&
         g_str_equal (transfer->recipient, check->recipient);
}

/* How often a study went to the recipient before. */
typedef struct
{
  char *latest; /* the newest, in words */
  guint n;
  gint64 reached; /* the oldest transfer that was looked at */
} Repeats;

static void
repeats_clear (Repeats *self)
{
  g_free (self->latest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Repeats, repeats_clear)

static char *
describe_transfer (const IcTransfer *transfer)
{
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autoptr(GDateTime) when = g_date_time_new_from_unix_local (transfer->started_at);
  g_autofree char *date = g_date_time_format (when, "%Y-%m-%d");

  return g_strdup_printf ("%s on %s by %s (%s, %s)", number, date, transfer->operator_name,
                          ic_route_to_string (transfer->route),
                          ic_transfer_state_to_string (transfer->state));
}

/* Takes one page of the log, newest first; *@is_last when there is no older one. */
static gboolean
count_page (IcReadTx *tx,
            const Check *check,
            const char *study_uid,
            Repeats *repeats,
            gboolean *is_last,
            GError **error)
{
  const IcTransferFilter filter = { .study_uid = study_uid };
  g_autoptr(GPtrArray) page = ic_transfer_search (tx, &filter, repeats->reached, PAGE, error);

  if (page == NULL)
    return FALSE;
  *is_last = page->len < PAGE;
  for (guint i = 0; i < page->len; i++)
    {
      repeats->reached = ((IcTransfer *) page->pdata[i])->id;
      if (!was_sent (check, page->pdata[i]))
        continue;
      if (repeats->n++ == 0)
        repeats->latest = describe_transfer (page->pdata[i]);
    }
  return TRUE;
}

static void
note_repeat (Check *check, const char *study_uid, const Repeats *repeats)
{
  guint n = repeats->n - 1;
  g_autofree char *notice =
      n == 0 ? g_strdup_printf (_ ("study %s went to this recipient before: %s"), study_uid,
                                repeats->latest)
             : g_strdup_printf (ngettext ("study %s went to this recipient before: %s, and %u "
                                          "more; see 'courierctl log'",
                                          "study %s went to this recipient before: %s, and %u "
                                          "more; see 'courierctl log'",
                                          n),
                                study_uid, repeats->latest, n);

  add_notice_once (check->notices, notice);
}

static gboolean
note_repeats_of_study (IcReadTx *tx, Check *check, const char *study_uid, GError **error)
{
  g_auto(Repeats) repeats = { NULL };
  gboolean is_last = FALSE;

  while (!is_last)
    if (!count_page (tx, check, study_uid, &repeats, &is_last, error))
      return FALSE;
  if (repeats.n > 0)
    note_repeat (check, study_uid, &repeats);
  return TRUE;
}

static gboolean
note_repeats (IcReadTx *tx, gpointer data, GError **error)
{
  Check *check = data;

  for (gsize i = 0; check->study_uids[i] != NULL; i++)
    if (!note_repeats_of_study (tx, check, check->study_uids[i], error))
      return FALSE;
  return TRUE;
}

gboolean
ic_safety_note_repeats (IcDesk *desk,
                        const char *const *study_uids,
                        const char *recipient,
                        GPtrArray *notices,
                        GError **error)
{
  Check check = { .study_uids = study_uids, .recipient = recipient, .notices = notices };

  return ic_store_read (ic_desk_get_store (desk), note_repeats, &check, error);
}

static void
free_unless_taken (gpointer transfer)
{
  if (transfer != NULL)
    ic_transfer_free (transfer);
}

static void
take_repeats (const Check *check, GPtrArray *page, GHashTable *seen, GPtrArray *found)
{
  for (guint i = 0; i < page->len; i++)
    {
      IcTransfer *transfer = page->pdata[i];

      if (!was_sent (check, transfer) ||
          !g_hash_table_add (seen, GSIZE_TO_POINTER ((gsize) transfer->id)))
        continue;
      g_ptr_array_add (found, transfer);
      page->pdata[i] = NULL;
    }
}

static gboolean
list_repeats_of_study (IcReadTx *tx,
                       const Check *check,
                       const char *study_uid,
                       GHashTable *seen,
                       GPtrArray *found,
                       GError **error)
{
  const IcTransferFilter filter = { .study_uid = study_uid };
  gint64 reached = 0;

  for (;;)
    {
      g_autoptr(GPtrArray) page = ic_transfer_search (tx, &filter, reached, PAGE, error);

      if (page == NULL)
        return FALSE;
      if (page->len > 0)
        reached = ((IcTransfer *) page->pdata[page->len - 1])->id;
      g_ptr_array_set_free_func (page, free_unless_taken);
      take_repeats (check, page, seen, found);
      if (page->len < PAGE)
        return TRUE;
    }
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  gint64 left = (*(IcTransfer *const *) a)->id;
  gint64 right = (*(IcTransfer *const *) b)->id;

  return left < right ? 1 : left > right ? -1 : 0;
}

GPtrArray *
ic_safety_list_repeats (IcReadTx *tx,
                        const char *const *study_uids,
                        const char *recipient,
                        guint limit,
                        GError **error)
{
  const Check check = { .study_uids = study_uids, .recipient = recipient };
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (free_unless_taken);

  for (gsize i = 0; study_uids[i] != NULL; i++)
    if (!list_repeats_of_study (tx, &check, study_uids[i], seen, found, error))
      return NULL;
  g_ptr_array_sort (found, compare_newest_first);
  if (found->len > limit)
    g_ptr_array_set_size (found, (int) limit);
  return g_steal_pointer (&found);
}
