/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-proof.h"

/* One instance in one series. The same UID in another series is another item: then the first is
 * missing and the second extra, which is what happened.
 */
typedef struct
{
  char *study_uid;
  char *series_uid;
  char *sop_instance_uid;
  char *file_id;
  guint volume;
  char *sha256;
  guint64 size_bytes;
  gboolean before; /* in the first reading */
  gboolean after;  /* in the second reading */
  guint retrieved; /* how often */
  guint strays;    /* arrived, but not kept */
  guint written;
  guint verified;
  gboolean refused; /* by the node, whatever it says later */
  char *remark;
  char *flaw;      /* of the bytes as they came, or NULL */
  char *converted; /* in words, or NULL */
} Item;

typedef struct
{
  char *study_uid;
  char *series_uid;
  char *modality;
  char *number;
  char *description;
  IcBasis basis;
  guint count_before;
  guint count_after;
  gboolean has_after;
  gboolean is_named; /* by a reading */
  GPtrArray *items;  /* of Item, owned, by place on the medium once judged */
} Series;

struct _IcProof
{
  GPtrArray *series;        /* of Series */
  GHashTable *series_index; /* series UID → Series */
  GHashTable *items;        /* "series/instance" → Item */
  GHashTable *files;        /* File ID → Item */
  GPtrArray *faults;        /* of char * */
  GPtrArray *notes;         /* of char * */
  GHashTable *studies;      /* study UID → IcBasis of its readings, for those that have any */
  IcBasis basis;
  gboolean has_expectation;
  gboolean has_after;
  guint volume; /* the present one of several */
  guint n_faults_before_copy;
};

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->study_uid);
  g_free (item->series_uid);
  g_free (item->sop_instance_uid);
  g_free (item->file_id);
  g_free (item->sha256);
  g_free (item->flaw);
  g_free (item->converted);
  g_free (item->remark);
  g_free (item);
}

static void
series_free (gpointer data)
{
  Series *series = data;

  g_free (series->study_uid);
  g_free (series->series_uid);
  g_free (series->modality);
  g_free (series->number);
  g_free (series->description);
  g_ptr_array_unref (series->items);
  g_free (series);
}

IcProof *
ic_proof_new (void)
{
  IcProof *self = g_new0 (IcProof, 1);

  self->series = g_ptr_array_new_with_free_func (series_free);
  self->series_index = g_hash_table_new (g_str_hash, g_str_equal);
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->files = g_hash_table_new (g_str_hash, g_str_equal);
  self->faults = g_ptr_array_new_with_free_func (g_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  self->studies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->basis = IC_BASIS_UID_LIST;
  return self;
}

void
ic_proof_free (IcProof *self)
{
  g_hash_table_unref (self->studies);
  g_hash_table_unref (self->files);
  g_hash_table_unref (self->items);
  g_hash_table_unref (self->series_index);
  g_ptr_array_unref (self->series);
  g_ptr_array_unref (self->faults);
  g_ptr_array_unref (self->notes);
  g_free (self);
}

static Series *
ensure_series (IcProof *self, const char *study_uid, const char *series_uid)
{
  Series *series = g_hash_table_lookup (self->series_index, series_uid);

  if (series != NULL)
    return series;
  series = g_new0 (Series, 1);
  series->study_uid = g_strdup (study_uid);
  series->series_uid = g_strdup (series_uid);
  series->modality = g_strdup ("");
  series->number = g_strdup ("");
  series->description = g_strdup ("");
  series->items = g_ptr_array_new_with_free_func (item_free);
  g_ptr_array_add (self->series, series);
  g_hash_table_insert (self->series_index, series->series_uid, series);
  return series;
}

static char *
item_key (const char *series_uid, const char *sop_instance_uid)
{
  return g_strconcat (series_uid, "/", sop_instance_uid, NULL);
}

static Item *
find_item (IcProof *self, const char *series_uid, const char *sop_instance_uid)
{
  g_autofree char *key = item_key (series_uid, sop_instance_uid);

  return g_hash_table_lookup (self->items, key);
}

static Item *
ensure_item (IcProof *self, Series *series, const char *sop_instance_uid)
{
  Item *item = find_item (self, series->series_uid, sop_instance_uid);

  if (item != NULL)
    return item;
  item = g_new0 (Item, 1);
  item->study_uid = g_strdup (series->study_uid);
  item->series_uid = g_strdup (series->series_uid);
  item->sop_instance_uid = g_strdup (sop_instance_uid);
  item->file_id = g_strdup ("");
  item->sha256 = g_strdup ("");
  g_ptr_array_add (series->items, item);
  g_hash_table_insert (self->items, item_key (series->series_uid, sop_instance_uid), item);
  return item;
}

static void
replace (char **field, const char *text)
{
  char *copy = g_strdup (text);

  g_free (*field);
  *field = copy;
}

void
ic_proof_describe_series (IcProof *self,
                          const char *study_uid,
                          const char *series_uid,
                          const char *modality,
                          const char *number,
                          const char *description)
{
  Series *series = ensure_series (self, study_uid, series_uid);

  if (*series->modality == '\0')
    replace (&series->modality, modality);
  if (*series->number == '\0')
    replace (&series->number, number);
  if (*series->description == '\0')
    replace (&series->description, description);
}

static Series *
expect_series (IcProof *self, IcExpectation *expectation, IcExpectedSeries *expected)
{
  Series *series = ensure_series (self, expectation->study_uid, expected->series_uid);

  ic_proof_describe_series (self, expectation->study_uid, expected->series_uid, expected->modality,
                            expected->number, expected->description);
  series->basis = expectation->basis;
  series->is_named = TRUE;
  return series;
}

static void
mark_items (IcProof *self, Series *series, IcExpectedSeries *expected, gboolean after)
{
  GHashTableIter iter;
  gpointer uid = NULL;

  g_hash_table_iter_init (&iter, expected->instances);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    {
      Item *item = ensure_item (self, series, uid);

      item->before |= !after;
      item->after |= after;
    }
}

static void
take_basis (IcProof *self, IcExpectation *expectation)
{
  gpointer known = NULL;
  IcBasis basis = expectation->basis;

  if (g_hash_table_lookup_extended (self->studies, expectation->study_uid, NULL, &known))
    basis = MIN (basis, GPOINTER_TO_UINT (known));
  g_hash_table_insert (self->studies, g_strdup (expectation->study_uid), GUINT_TO_POINTER (basis));
  self->basis = MIN (self->basis, basis);
}

/* A list that is not there is what the basis says; a list that contradicts itself is a fault. */
static void
take_remark (IcProof *self, IcExpectation *expectation)
{
  g_autofree char *fault = NULL;

  if (*expectation->remark == '\0' || expectation->basis != IC_BASIS_UID_LIST)
    return;
  fault = g_strdup_printf ("study %s: %s", expectation->study_uid, expectation->remark);
  if (!g_ptr_array_find_with_equal_func (self->faults, fault, g_str_equal, NULL))
    ic_proof_add_fault (self, fault);
}

void
ic_proof_expect_before (IcProof *self, IcExpectation *expectation)
{
  self->has_expectation = TRUE;
  take_basis (self, expectation);
  take_remark (self, expectation);
  for (guint i = 0; i < expectation->series->len; i++)
    {
      IcExpectedSeries *expected = expectation->series->pdata[i];
      Series *series = expect_series (self, expectation, expected);

      series->count_before = expected->count;
      mark_items (self, series, expected, FALSE);
    }
}

void
ic_proof_expect_after (IcProof *self, IcExpectation *expectation)
{
  self->has_after = TRUE;
  take_basis (self, expectation);
  take_remark (self, expectation);
  for (guint i = 0; i < expectation->series->len; i++)
    {
      IcExpectedSeries *expected = expectation->series->pdata[i];
      Series *series = expect_series (self, expectation, expected);

      series->has_after = TRUE;
      series->count_after = expected->count;
      mark_items (self, series, expected, TRUE);
    }
}

void
ic_proof_add_retrieved (IcProof *self,
                        const char *study_uid,
                        const char *series_uid,
                        const char *sop_instance_uid,
                        const char *sha256,
                        guint64 size_bytes)
{
  Series *series = ensure_series (self, study_uid, series_uid);
  Item *item = ensure_item (self, series, sop_instance_uid);

  item->retrieved++;
  item->size_bytes = size_bytes;
  replace (&item->sha256, sha256);
  if (item->retrieved > 1)
    replace (&item->remark, "arrived more than once");
}

void
ic_proof_add_stray (IcProof *self,
                    const char *study_uid,
                    const char *series_uid,
                    const char *sop_instance_uid,
                    const char *remark)
{
  Series *series = ensure_series (self, study_uid, series_uid);
  Item *item = ensure_item (self, series, sop_instance_uid);

  item->strays++;
  replace (&item->remark, remark);
}

void
ic_proof_set_flaw (IcProof *self,
                   const char *series_uid,
                   const char *sop_instance_uid,
                   const char *flaw)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  g_return_if_fail (item != NULL);
  replace (&item->flaw, flaw != NULL && *flaw != '\0' ? flaw : NULL);
}

gboolean
ic_proof_has_retrieved (IcProof *self, const char *series_uid, const char *sop_instance_uid)
{
  const Item *item = find_item (self, series_uid, sop_instance_uid);

  return item != NULL && item->retrieved > 0;
}

guint
ic_proof_count_retrieved (IcProof *self, const char *study_uid)
{
  GHashTableIter iter;
  gpointer item = NULL;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    if (((Item *) item)->retrieved > 0 && g_str_equal (((Item *) item)->study_uid, study_uid))
      n++;
  return n;
}

void
ic_proof_set_converted (IcProof *self,
                        const char *series_uid,
                        const char *sop_instance_uid,
                        const char *sha256,
                        guint64 size_bytes,
                        const char *how)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  g_return_if_fail (item != NULL);
  replace (&item->sha256, sha256);
  replace (&item->converted, how);
  item->size_bytes = size_bytes;
}

void
ic_proof_add_written (IcProof *self,
                      const char *series_uid,
                      const char *sop_instance_uid,
                      const char *file_id)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  if (item == NULL || item->retrieved == 0)
    {
      ic_proof_add_fault (self, "an image was written that had not been retrieved");
      return;
    }
  if (g_hash_table_contains (self->files, file_id))
    ic_proof_add_fault (self, "two images were written to one place");
  item->written++;
  if (item->written > 1)
    replace (&item->remark, "written more than once");
  if (g_hash_table_lookup (self->files, item->file_id) == item)
    g_hash_table_remove (self->files, item->file_id);
  item->volume = self->volume;
  replace (&item->file_id, file_id);
  g_hash_table_insert (self->files, item->file_id, item);
}

void
ic_proof_add_read_back (IcProof *self, const char *file_id, const char *sha256)
{
  Item *item = g_hash_table_lookup (self->files, file_id);

  if (item == NULL)
    ic_proof_add_fault (self, "a file is on the medium that nobody put there");
  else if (*sha256 == '\0')
    replace (&item->remark, "cannot be read");
  else if (g_strcmp0 (item->sha256, sha256) != 0)
    replace (&item->remark, "reads back differently");
  else
    item->verified++;
}

void
ic_proof_add_accepted (IcProof *self, const char *series_uid, const char *sop_instance_uid)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  if (item == NULL || item->retrieved == 0)
    {
      ic_proof_add_fault (self, "an image was sent that had not been retrieved");
      return;
    }
  item->written++;
  if (item->written > 1)
    replace (&item->remark, "accepted more than once");
}

void
ic_proof_set_refused (IcProof *self,
                      const char *series_uid,
                      const char *sop_instance_uid,
                      const char *remark)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  g_return_if_fail (item != NULL);
  item->refused = TRUE;
  replace (&item->remark, remark);
}

void
ic_proof_add_confirmed (IcProof *self, const char *series_uid, const char *sop_instance_uid)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  if (item != NULL && item->written > 0)
    item->verified = 1;
}

void
ic_proof_add_fault (IcProof *self, const char *remark)
{
  g_ptr_array_add (self->faults, g_strdup (remark));
}

void
ic_proof_add_note (IcProof *self, const char *note)
{
  g_ptr_array_add (self->notes, g_strdup (note));
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
  if (item->retrieved > 1 || item->written > 1 || item->strays > 0)
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
  ic_transfer_set_text (&out->sop_instance_uid, item->sop_instance_uid);
  ic_transfer_set_text (&out->study_uid, item->study_uid);
  ic_transfer_set_text (&out->series_uid, item->series_uid);
  ic_transfer_set_text (&out->file_id, item->file_id);
  out->volume = item->volume;
  ic_transfer_set_text (&out->sha256, item->sha256);
  ic_transfer_set_text (&out->remark, remark_of (item));
  out->size_bytes = item->size_bytes;
  out->state = state;
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
  out->expected = series->has_after ? series->count_after : series->count_before;
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

static void
judge_series (IcProof *self,
              const Series *series,
              IcProofScope scope,
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
    n += ((Item *) item)->retrieved > 0 && ((Item *) item)->flaw != NULL;
  return n;
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

static char *
describe (IcProof *self, const Tally *tally)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  add_count (parts, tally->missing, "missing");
  add_count (parts, tally->extra, "extra");
  add_count (parts, tally->damaged, "damaged");
  add_count (parts, count_flawed (self), "came damaged");
  if (!readings_agree (self))
    g_ptr_array_add (parts, g_strdup ("the source changed meanwhile"));
  else if (!counts_fit_lists (self))
    g_ptr_array_add (parts, g_strdup ("the source's counts and lists do not agree"));
  for (guint i = 0; i < self->faults->len; i++)
    g_ptr_array_add (parts, g_strdup (self->faults->pdata[i]));
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
  for (guint i = 0; i < self->notes->len; i++)
    g_ptr_array_add (parts, g_strdup (self->notes->pdata[i]));
  remark = join (parts);
  ic_transfer_set_text (&transfer->remark, remark);
}

void
ic_proof_judge (IcProof *self, IcProofScope scope, IcTransfer *transfer)
{
  g_autofree char *faults = NULL;
  Tally tally = { 0 };

  for (guint i = 0; i < self->series->len; i++)
    judge_series (self, self->series->pdata[i], scope, transfer, &tally);
  sum_up (transfer, &tally);
  transfer->basis = self->has_expectation ? self->basis : IC_BASIS_NONE;
  faults = describe (self, &tally);
  set_remark (self, transfer, faults);
  if (*faults != '\0')
    transfer->state = IC_TRANSFER_INCOMPLETE;
  else if (transfer->basis != IC_BASIS_UID_LIST || scope == IC_PROOF_ACCEPTED)
    transfer->state = IC_TRANSFER_UNPROVEN;
  else
    transfer->state = IC_TRANSFER_SUCCEEDED;
}

gboolean
ic_proof_is_copy_good (IcProof *self)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Item *item = value;

      if (item->written != item->verified)
        return FALSE;
    }
  return self->faults->len == self->n_faults_before_copy;
}

void
ic_proof_begin_copy (IcProof *self)
{
  GHashTableIter iter;
  gpointer value = NULL;

  if (g_hash_table_size (self->files) > 0 && !ic_proof_is_copy_good (self))
    ic_proof_add_fault (self, "an earlier copy was not proved");
  g_hash_table_remove_all (self->files);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Item *item = value;

      item->written = 0;
      item->verified = 0;
    }
  self->n_faults_before_copy = self->faults->len;
}

void
ic_proof_begin_volume (IcProof *self, guint volume)
{
  g_hash_table_remove_all (self->files);
  self->volume = volume;
}
