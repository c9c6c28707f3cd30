/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-proof-private.h"

#define ITEMS_PER_BLOCK 256

typedef IcProofEntry Item;
typedef IcProofSeries Series;

static void
series_free (gpointer data)
{
  Series *series = data;

  g_free (series->modality);
  g_free (series->number);
  g_free (series->description);
  g_ptr_array_unref (series->items);
  g_free (series);
}

static guint
hash_item (gconstpointer data)
{
  const Item *item = data;

  return g_str_hash (item->series->series_uid) * 31 + g_str_hash (item->sop_instance_uid);
}

static gboolean
equal_items (gconstpointer a, gconstpointer b)
{
  const Item *left = a;
  const Item *right = b;

  return g_str_equal (left->sop_instance_uid, right->sop_instance_uid) &&
         g_str_equal (left->series->series_uid, right->series->series_uid);
}

static guint
hash_place (gconstpointer item)
{
  return g_str_hash (((const Item *) item)->file_id);
}

static gboolean
equal_places (gconstpointer a, gconstpointer b)
{
  return g_str_equal (((const Item *) a)->file_id, ((const Item *) b)->file_id);
}

IcProof *
ic_proof_new (void)
{
  g_autoptr(IcTexts) texts = ic_texts_new ();

  return ic_proof_new_sharing (texts);
}

IcProof *
ic_proof_new_sharing (IcTexts *texts)
{
  IcProof *self = g_new0 (IcProof, 1);

  self->texts = ic_texts_ref (texts);
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->series = g_ptr_array_new_with_free_func (series_free);
  self->series_index = g_hash_table_new (g_str_hash, g_str_equal);
  self->items = g_hash_table_new (hash_item, equal_items);
  self->files = g_hash_table_new (hash_place, equal_places);
  self->faults = g_ptr_array_new_with_free_func (g_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  self->studies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->basis = IC_BASIS_UID_LIST;
  return self;
}

void
ic_proof_free (IcProof *self)
{
  g_clear_pointer (&self->selection, ic_selection_unref);
  g_hash_table_unref (self->studies);
  g_hash_table_unref (self->files);
  g_hash_table_unref (self->items);
  g_hash_table_unref (self->series_index);
  g_ptr_array_unref (self->series);
  g_ptr_array_unref (self->faults);
  g_ptr_array_unref (self->notes);
  g_ptr_array_unref (self->blocks);
  ic_texts_unref (self->texts);
  g_free (self);
}

IcTexts *
ic_proof_get_texts (IcProof *self)
{
  return self->texts;
}

static Series *
ensure_series (IcProof *self, const char *study_uid, const char *series_uid)
{
  Series *series = g_hash_table_lookup (self->series_index, series_uid);

  if (series != NULL)
    return series;
  series = g_new0 (Series, 1);
  series->study_uid = ic_texts_keep (self->texts, study_uid);
  series->series_uid = ic_texts_keep (self->texts, series_uid);
  series->modality = g_strdup ("");
  series->number = g_strdup ("");
  series->description = g_strdup ("");
  series->items = g_ptr_array_new ();
  g_ptr_array_add (self->series, series);
  g_hash_table_insert (self->series_index, (gpointer) series->series_uid, series);
  return series;
}

static Item *
find_item (IcProof *self, const char *series_uid, const char *sop_instance_uid)
{
  const Series series = { .series_uid = series_uid };
  const Item key = { .series = &series, .sop_instance_uid = sop_instance_uid };

  return g_hash_table_lookup (self->items, &key);
}

/* What is in the place @file_id of the present medium. */
static Item *
find_file (IcProof *self, const char *file_id)
{
  const Item key = { .file_id = file_id };

  return g_hash_table_lookup (self->files, &key);
}

/* There may be very many, and they stay. */
static Item *
new_item (IcProof *self)
{
  if (self->n_free == 0)
    {
      g_ptr_array_add (self->blocks, g_new0 (Item, ITEMS_PER_BLOCK));
      self->n_free = ITEMS_PER_BLOCK;
    }
  return (Item *) self->blocks->pdata[self->blocks->len - 1] + ITEMS_PER_BLOCK - self->n_free--;
}

static Item *
ensure_item (IcProof *self, Series *series, const char *sop_instance_uid)
{
  Item *item = find_item (self, series->series_uid, sop_instance_uid);

  if (item != NULL)
    return item;
  item = new_item (self);
  item->series = series;
  item->sop_instance_uid = ic_texts_keep (self->texts, sop_instance_uid);
  item->file_id = "";
  item->sha256 = "";
  g_ptr_array_add (series->items, item);
  g_hash_table_add (self->items, item);
  return item;
}

/* So often that nobody need count on. */
static void
count (guint16 *n)
{
  if (*n < G_MAXUINT16)
    (*n)++;
}

static void
tell_observer (IcProof *self)
{
  if (self->observer != NULL)
    self->observer (self, self->observer_data);
}

static const char *
keep_if_any (IcProof *self, const char *text)
{
  return text != NULL && *text != '\0' ? ic_texts_keep (self->texts, text) : NULL;
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
    ic_transfer_set_text (&series->modality, modality);
  if (*series->number == '\0')
    ic_transfer_set_text (&series->number, number);
  if (*series->description == '\0')
    ic_transfer_set_text (&series->description, description);
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

static void
add_fault_once (IcProof *self, const char *fault)
{
  if (!g_ptr_array_find_with_equal_func (self->faults, fault, g_str_equal, NULL))
    ic_proof_add_fault (self, fault);
}

/* A list that is not there is what the basis says; a list that contradicts itself is a fault. */
static void
take_remark (IcProof *self, IcExpectation *expectation)
{
  g_autofree char *fault = NULL;

  if (*expectation->remark == '\0' || expectation->basis != IC_BASIS_UID_LIST)
    return;
  fault = g_strdup_printf ("study %s: %s", expectation->study_uid, expectation->remark);
  add_fault_once (self, fault);
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
  tell_observer (self);
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
  tell_observer (self);
}

static void
arrive (IcProof *self, Item *item, const char *sha256, guint64 size_bytes)
{
  count (&item->retrieved);
  item->size_bytes = size_bytes;
  item->sha256 = ic_texts_keep (self->texts, sha256);
  if (item->retrieved > 1)
    item->remark = "arrived more than once";
  tell_observer (self);
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

  if (!g_str_equal (series->study_uid, study_uid))
    add_fault_once (self, "images came under another study than the source lists them in");
  arrive (self, item, sha256, size_bytes);
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

  count (&item->strays);
  item->remark = keep_if_any (self, remark);
}

void
ic_proof_set_flaw (IcProof *self,
                   const char *series_uid,
                   const char *sop_instance_uid,
                   const char *flaw)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  g_return_if_fail (item != NULL);
  item->flaw = keep_if_any (self, flaw);
}

gboolean
ic_proof_has_retrieved (IcProof *self, const char *series_uid, const char *sop_instance_uid)
{
  const Item *item = find_item (self, series_uid, sop_instance_uid);

  return item != NULL && item->retrieved > 0;
}

gboolean
ic_proof_has_retrieved_as (IcProof *self,
                           const char *series_uid,
                           const char *sop_instance_uid,
                           const char *sha256)
{
  const Item *item = find_item (self, series_uid, sop_instance_uid);

  return item != NULL && item->retrieved > 0 && g_str_equal (item->sha256, sha256);
}

guint
ic_proof_count_retrieved (IcProof *self, const char *study_uid)
{
  GHashTableIter iter;
  gpointer item = NULL;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    if (((Item *) item)->retrieved > 0 &&
        g_str_equal (((Item *) item)->series->study_uid, study_uid))
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
  item->sha256 = ic_texts_keep (self->texts, sha256);
  item->converted = keep_if_any (self, how);
  item->size_bytes = size_bytes;
}

static void
put_into_place (IcProof *self, Item *item, const char *file_id)
{
  if (find_file (self, file_id) != NULL)
    ic_proof_add_fault (self, "two images were written to one place");
  count (&item->written);
  if (item->written > 1)
    item->remark = "written more than once";
  if (find_file (self, item->file_id) == item)
    g_hash_table_remove (self->files, item);
  item->volume = self->volume;
  item->file_id = ic_texts_keep (self->texts, file_id);
  item->found = item->referenced = FALSE;
  g_hash_table_add (self->files, item);
  tell_observer (self);
}

void
ic_proof_add_written (IcProof *self,
                      const char *series_uid,
                      const char *sop_instance_uid,
                      const char *file_id)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  if (item == NULL || item->retrieved == 0)
    ic_proof_add_fault (self, "an image was written that had not been retrieved");
  else
    put_into_place (self, item, file_id);
}

void
ic_proof_add_logged (IcProof *self, const IcTransferInstance *instance)
{
  Series *series = ensure_series (self, instance->study_uid, instance->series_uid);
  Item *item = ensure_item (self, series, instance->sop_instance_uid);

  arrive (self, item, instance->sha256, instance->size_bytes);
  put_into_place (self, item, instance->file_id);
}

gboolean
ic_proof_has_written (IcProof *self, const char *file_id)
{
  return find_file (self, file_id) != NULL;
}

guint
ic_proof_count_written (IcProof *self)
{
  return g_hash_table_size (self->files);
}

void
ic_proof_begin_names (IcProof *self)
{
  GHashTableIter iter;
  gpointer item = NULL;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    ((Item *) item)->named = FALSE;
}

gboolean
ic_proof_add_name (IcProof *self, const char *file_id)
{
  Item *item = find_file (self, file_id);
  const gboolean is_new = item != NULL && !item->named;

  if (is_new)
    item->named = TRUE;
  return is_new;
}

gboolean
ic_proof_add_reference (IcProof *self, const char *file_id, const char *sop_instance_uid)
{
  Item *item = find_file (self, file_id);
  gboolean fits = FALSE;

  if (item == NULL)
    return FALSE;
  fits = !item->referenced && g_str_equal (item->sop_instance_uid, sop_instance_uid);
  item->referenced = TRUE;
  return fits;
}

guint
ic_proof_check_medium (IcProof *self, IcProofFileFunc not_found, gpointer user_data)
{
  GHashTableIter iter;
  gpointer value = NULL;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      const Item *item = value;

      if (!item->found)
        not_found (item->file_id, user_data);
      n += !item->referenced;
    }
  return n;
}

void
ic_proof_add_read_back (IcProof *self, const char *file_id, const char *sha256)
{
  Item *item = find_file (self, file_id);

  if (item == NULL)
    ic_proof_add_fault (self, "a file is on the medium that nobody put there");
  else if (*sha256 == '\0')
    item->remark = "cannot be read";
  else if (g_strcmp0 (item->sha256, sha256) != 0)
    item->remark = "reads back differently";
  else
    count (&item->verified);
  if (item != NULL)
    item->found = TRUE;
  tell_observer (self);
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
  count (&item->written);
  if (item->written > 1)
    item->remark = "accepted more than once";
  tell_observer (self);
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
  item->remark = keep_if_any (self, remark);
}

void
ic_proof_add_confirmed (IcProof *self, const char *series_uid, const char *sop_instance_uid)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  if (item != NULL && item->written > 0)
    item->verified = 1;
  tell_observer (self);
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

gboolean
ic_proof_is_copy_good (IcProof *self)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Item *) value)->written != ((Item *) value)->verified)
      return FALSE;
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

      item->written = item->verified = 0;
    }
  self->n_faults_before_copy = self->faults->len;
}

void
ic_proof_select (IcProof *self, IcSelection *selection)
{
  g_clear_pointer (&self->selection, ic_selection_unref);
  self->selection = selection != NULL ? ic_selection_ref (selection) : NULL;
}

void
ic_proof_set_observer (IcProof *self, IcProofFunc func, gpointer user_data)
{
  self->observer = func;
  self->observer_data = user_data;
}

void
ic_proof_begin_volume (IcProof *self, guint volume)
{
  g_hash_table_remove_all (self->files);
  self->volume = volume;
}
