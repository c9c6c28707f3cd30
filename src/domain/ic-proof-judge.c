/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-proof-private.h"

typedef IcProofEntry Item;
typedef IcProofSeries Series;

static gboolean
is_selected (IcProof *self, const Item *item)
{
  return self->selection == NULL ||
         ic_selection_has (self->selection, item->series->series_uid, item->sop_instance_uid);
}

static gboolean
is_expected (IcProof *self, const Item *item)
{
  return self->has_after ? item->after : item->before;
}

static gboolean
has_arrived (const Item *item, IcProofScope scope)
{
  if (scope == IC_PROOF_RETRIEVED)
    return item->retrieved == 1;
  if (item->refused)
    return FALSE;
  if (scope == IC_PROOF_ACCEPTED)
    return item->retrieved == 1 && item->written == 1;
  return item->retrieved == 1 && item->written == 1 && item->verified == 1;
}

static IcItemState
arrival_state (const Item *item)
{
  if (item->verified > 0)
    return IC_ITEM_VERIFIED;
  if (item->written > 0)
    return IC_ITEM_WRITTEN;
  return IC_ITEM_RETRIEVED;
}

/* Something that the source did not name although it names what it has: single images where it
 * lists them, else whole series.
 */
static gboolean
is_unnamed (IcProof *self, const Series *series, const Item *item)
{
  gpointer basis = NULL;

  if (!g_hash_table_lookup_extended (self->studies, series->study_uid, NULL, &basis))
    return FALSE;
  if (!series->is_named)
    return TRUE;
  return series->basis == IC_BASIS_UID_LIST && !is_expected (self, item);
}

/* What the lists cannot decide (no UIDs from the source) is decided by the counts of the series. */
static IcItemState
item_state (IcProof *self, const Series *series, const Item *item, IcProofScope scope)
{
  if (item->retrieved == 0)
    return item->strays > 0 && !is_expected (self, item) ? IC_ITEM_EXTRA : IC_ITEM_MISSING;
  if (item->retrieved > 1 || item->written > 1 || item->strays > 0 || !is_selected (self, item))
    return IC_ITEM_EXTRA; /* needed once, the rest is too much */
  if (item->remark != NULL)
    return IC_ITEM_FAILED;
  if (has_arrived (item, scope) && is_unnamed (self, series, item))
    return IC_ITEM_EXTRA;
  return arrival_state (item);
}

static IcItemState
final_state (IcProof *self, const Series *series, const Item *item, IcProofScope scope)
{
  IcItemState state = item_state (self, series, item, scope);

  /* Damaged or not, it was written and is not there. */
  if (item->flaw == NULL || state == IC_ITEM_MISSING || state == IC_ITEM_EXTRA ||
      state == IC_ITEM_WRITTEN)
    return state;
  return IC_ITEM_FAILED;
}

/* There, but with other bytes than were put there, or it cannot be read. What a node refuses to
 * keep is missing there.
 */
static gboolean
is_damaged (const Item *item, IcItemState state)
{
  return state == IC_ITEM_FAILED && item->remark != NULL && !item->refused;
}

static const char *
remark_of (const Item *item)
{
  if (item->remark != NULL)
    return item->remark;
  return item->flaw != NULL ? item->flaw : item->converted;
}

static void
fill_instance (IcTransferInstance *out, const Item *item, IcItemState state)
{
  const char *remark = remark_of (item);

  out->sop_instance_uid = item->sop_instance_uid;
  out->study_uid = item->series->study_uid;
  out->series_uid = item->series->series_uid;
  out->file_id = item->file_id;
  out->sha256 = item->sha256;
  out->remark = remark != NULL ? remark : "";
  out->volume = item->volume;
  out->size_bytes = item->size_bytes;
  out->state = state;
}

/* Whether all of it is meant to go. */
static gboolean
is_whole (IcProof *self, const Series *series)
{
  return self->selection == NULL || ic_selection_has_series (self->selection, series->series_uid);
}

static gboolean
is_any_selected (IcProof *self, const Series *series)
{
  for (guint i = 0; i < series->items->len; i++)
    if (is_selected (self, series->items->pdata[i]))
      return TRUE;
  return is_whole (self, series);
}

static guint
count_offered (const Series *series)
{
  return series->has_after ? series->count_after : series->count_before;
}

/* Without a list, single images are expected because they were selected. */
static guint
count_expected (IcProof *self, const Series *series)
{
  guint n = 0;

  if (is_whole (self, series))
    return count_offered (series);
  for (guint i = 0; i < series->items->len; i++)
    n += is_selected (self, series->items->pdata[i]) &&
         (series->basis != IC_BASIS_UID_LIST || is_expected (self, series->items->pdata[i]));
  return n;
}

static void
fill_series (IcProof *self, const Series *series, IcTransferSeries *out)
{
  ic_transfer_set_text (&out->study_uid, series->study_uid);
  ic_transfer_set_text (&out->series_uid, series->series_uid);
  ic_transfer_set_text (&out->modality, series->modality);
  ic_transfer_set_text (&out->number, series->number);
  ic_transfer_set_text (&out->description, series->description);
  out->basis = series->basis;
  out->expected = count_expected (self, series);
}

static void
count_item (IcTransferSeries *out, const Item *item, IcItemState state, gboolean arrived)
{
  out->retrieved += item->retrieved;
  out->written += item->written;
  out->verified += item->verified;
  if (state == IC_ITEM_EXTRA || item->strays > 0)
    out->extra++;
  else if (!arrived && !is_damaged (item, state))
    out->missing++;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const Item *left = *(Item *const *) a;
  const Item *right = *(Item *const *) b;
  int order = left->volume != right->volume ? (left->volume < right->volume ? -1 : 1)
                                            : g_strcmp0 (left->file_id, right->file_id);

  return order != 0 ? order : g_strcmp0 (left->sop_instance_uid, right->sop_instance_uid);
}

/* How much of a transfer is not as it should be. */
typedef struct
{
  guint missing;
  guint extra;
  guint damaged;
} Tally;

static gboolean
is_fault (IcItemState state)
{
  return state == IC_ITEM_MISSING || state == IC_ITEM_EXTRA || state == IC_ITEM_FAILED;
}

static void
judge_series (IcProof *self,
              const Series *series,
              IcProofScope scope,
              gboolean briefly,
              IcTransfer *transfer,
              Tally *tally)
{
  IcTransferSeries *out = ic_transfer_add_series (transfer);

  fill_series (self, series, out);
  g_ptr_array_sort (series->items, compare_items);
  for (guint i = 0; i < series->items->len; i++)
    {
      const Item *item = series->items->pdata[i];
      IcItemState state = final_state (self, series, item, scope);

      if (!is_selected (self, item) && item->written == 0)
        continue;
      if (!briefly || is_fault (state))
        fill_instance (ic_transfer_add_instance (transfer), item, state);
      count_item (out, item, state, has_arrived (item, scope));
      tally->damaged += is_damaged (item, state);
    }
  if (series->basis == IC_BASIS_COUNT_ONLY && out->expected > out->retrieved)
    out->missing += out->expected - out->retrieved;
  else if (series->basis == IC_BASIS_COUNT_ONLY && out->retrieved > out->expected)
    out->extra += out->retrieved - out->expected;
}

/* Both readings must name the same instances, or at least the same numbers of them. */
static gboolean
readings_agree (IcProof *self)
{
  if (!self->has_after)
    return TRUE;
  for (guint i = 0; i < self->series->len; i++)
    {
      const Series *series = self->series->pdata[i];

      if (series->count_before != series->count_after)
        return FALSE;
      for (guint k = 0; k < series->items->len; k++)
        {
          const Item *item = series->items->pdata[k];

          if (item->before != item->after)
            return FALSE;
        }
    }
  return TRUE;
}

/* A source whose counts and lists contradict each other has lied once. */
static gboolean
counts_fit_lists (IcProof *self)
{
  for (guint i = 0; i < self->series->len; i++)
    {
      const Series *series = self->series->pdata[i];
      guint listed = 0;

      if (series->basis != IC_BASIS_UID_LIST)
        continue;
      for (guint k = 0; k < series->items->len; k++)
        listed += is_expected (self, series->items->pdata[k]);
      if (listed != (series->has_after ? series->count_after : series->count_before))
        return FALSE;
    }
  return TRUE;
}

static void
sum_up (IcTransfer *transfer, Tally *tally)
{
  for (guint i = 0; i < transfer->series->len; i++)
    {
      const IcTransferSeries *series = transfer->series->pdata[i];

      transfer->expected += series->expected;
      transfer->retrieved += series->retrieved;
      transfer->written += series->written;
      transfer->verified += series->verified;
      tally->missing += series->missing;
      tally->extra += series->extra;
    }
}

static guint
count_flawed (IcProof *self)
{
  GHashTableIter iter;
  gpointer item = NULL;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    n +=
        ((Item *) item)->retrieved > 0 && ((Item *) item)->flaw != NULL && is_selected (self, item);
  return n;
}

/* What was selected by name and that nobody has ever heard of. */
static guint
count_unheard_of (IcProof *self)
{
  GHashTableIter iter;
  gpointer item = NULL;
  guint n = 0;

  if (self->selection == NULL)
    return 0;
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    n += ic_selection_names (self->selection, ((Item *) item)->sop_instance_uid);
  for (guint i = 0; i < self->series->len; i++)
    n += is_whole (self, self->series->pdata[i]);
  return ic_selection_count (self->selection) - MIN (ic_selection_count (self->selection), n);
}

static void
add_count (GPtrArray *parts, guint n, const char *what)
{
  if (n > 0)
    g_ptr_array_add (parts, g_strdup_printf ("%u %s", n, what));
}

static char *
join (GPtrArray *parts)
{
  g_ptr_array_add (parts, NULL);
  return g_strjoinv ("; ", (char **) parts->pdata);
}

/* Each once, however often a medium gave occasion for it. */
static void
add_faults (IcProof *self, GPtrArray *parts)
{
  g_autoptr(GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->faults->len; i++)
    {
      gpointer fault = self->faults->pdata[i];
      const guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, fault));

      g_hash_table_insert (counts, fault, GUINT_TO_POINTER (n + 1));
    }
  for (guint i = 0; i < self->faults->len; i++)
    {
      const char *fault = self->faults->pdata[i];
      const guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, fault));

      if (n > 0)
        g_ptr_array_add (parts,
                         n == 1 ? g_strdup (fault) : g_strdup_printf ("%s (%u times)", fault, n));
      g_hash_table_remove (counts, fault);
    }
}

static char *
describe (IcProof *self, const Tally *tally)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  add_count (parts, tally->missing, "missing");
  add_count (parts, tally->extra, "extra");
  add_count (parts, tally->damaged, "damaged");
  add_count (parts, count_flawed (self), "came damaged");
  add_count (parts, count_unheard_of (self), "selected and not there");
  if (!readings_agree (self))
    g_ptr_array_add (parts, g_strdup ("the source changed meanwhile"));
  else if (!counts_fit_lists (self))
    g_ptr_array_add (parts, g_strdup ("the source's counts and lists do not agree"));
  add_faults (self, parts);
  return join (parts);
}

/* Faults first. */
static void
set_remark (IcProof *self, IcTransfer *transfer, const char *faults)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *remark = NULL;

  if (*faults != '\0')
    g_ptr_array_add (parts, g_strdup (faults));
  if (self->selection != NULL)
    g_ptr_array_add (parts, g_strdup_printf ("selected: %u of %u images", transfer->expected,
                                             transfer->offered));
  for (guint i = 0; i < self->notes->len; i++)
    g_ptr_array_add (parts, g_strdup (self->notes->pdata[i]));
  remark = join (parts);
  ic_transfer_set_text (&transfer->remark, remark);
}

static gboolean
is_any_going (IcProof *self, const Series *series)
{
  for (guint i = 0; i < series->items->len; i++)
    {
      const Item *item = series->items->pdata[i];

      if (item->retrieved > 0 && is_selected (self, item))
        return TRUE;
    }
  return FALSE;
}

/* A study of which nobody said what there is takes the proof from all that go with it. */
static IcBasis
find_basis (IcProof *self)
{
  for (guint i = 0; i < self->series->len; i++)
    {
      const Series *series = self->series->pdata[i];

      if (!g_hash_table_contains (self->studies, series->study_uid) && is_any_going (self, series))
        return IC_BASIS_NONE;
    }
  return self->has_expectation ? self->basis : IC_BASIS_NONE;
}

static void
judge (IcProof *self, IcProofScope scope, gboolean briefly, IcTransfer *transfer)
{
  g_autofree char *faults = NULL;
  Tally tally = { 0 };

  ic_transfer_share_texts (transfer, self->texts);
  for (guint i = 0; i < self->series->len; i++)
    {
      const Series *series = self->series->pdata[i];

      if (is_any_selected (self, series))
        judge_series (self, series, scope, briefly, transfer, &tally);
      if (self->selection != NULL)
        transfer->offered += count_offered (series);
    }
  sum_up (transfer, &tally);
  transfer->basis = find_basis (self);
  faults = describe (self, &tally);
  set_remark (self, transfer, faults);
  if (*faults != '\0')
    transfer->state = IC_TRANSFER_INCOMPLETE;
  else if (transfer->basis != IC_BASIS_UID_LIST || scope == IC_PROOF_ACCEPTED)
    transfer->state = IC_TRANSFER_UNPROVEN;
  else
    transfer->state = IC_TRANSFER_SUCCEEDED;
}

void
ic_proof_judge (IcProof *self, IcProofScope scope, IcTransfer *transfer)
{
  judge (self, scope, FALSE, transfer);
}

void
ic_proof_judge_briefly (IcProof *self, IcProofScope scope, IcTransfer *transfer)
{
  judge (self, scope, TRUE, transfer);
}

static IcProofTally
count_items (IcProof *self, const Series *series)
{
  IcProofTally tally = { .series_uid = series->series_uid,
                         .modality = series->modality,
                         .number = series->number,
                         .description = series->description,
                         .expected = count_expected (self, series) };

  for (guint i = 0; i < series->items->len; i++)
    {
      const Item *item = series->items->pdata[i];

      if (!is_selected (self, item))
        continue;
      tally.retrieved += item->retrieved;
      tally.written += item->written;
      tally.verified += item->verified;
    }
  return tally;
}

GArray *
ic_proof_count_series (IcProof *self)
{
  GArray *tallies = g_array_new (FALSE, FALSE, sizeof (IcProofTally));

  for (guint i = 0; i < self->series->len; i++)
    if (is_any_selected (self, self->series->pdata[i]))
      {
        IcProofTally tally = count_items (self, self->series->pdata[i]);

        g_array_append_val (tallies, tally);
      }
  return tallies;
}
