/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-proof-private.h"

typedef IcProofEntry Item;
typedef IcProofSeries Series;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_ref_string_release (item->sop_instance_uid);
  g_ref_string_release (item->file_id);
  g_ref_string_release (item->sha256);
  g_clear_pointer (&item->flaw, g_ref_string_release);
  g_clear_pointer (&item->converted, g_ref_string_release);
  g_clear_pointer (&item->remark, g_ref_string_release);
  g_free (item);
}

static void
series_free (gpointer data)
{
  Series *series = data;

  g_ref_string_release (series->study_uid);
  g_ref_string_release (series->series_uid);
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

  return g_str_hash (item->series_uid) * 31 + g_str_hash (item->sop_instance_uid);
}

static gboolean
equal_items (gconstpointer a, gconstpointer b)
{
  const Item *left = a;
  const Item *right = b;

  return g_str_equal (left->sop_instance_uid, right->sop_instance_uid) &&
         g_str_equal (left->series_uid, right->series_uid);
}

IcProof *
ic_proof_new (void)
{
  IcProof *self = g_new0 (IcProof, 1);

  self->series = g_ptr_array_new_with_free_func (series_free);
  self->series_index = g_hash_table_new (g_str_hash, g_str_equal);
  self->items = g_hash_table_new (hash_item, equal_items);
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
  g_clear_pointer (&self->selection, ic_selection_unref);
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
  series->study_uid = g_ref_string_new_intern (study_uid);
  series->series_uid = g_ref_string_new_intern (series_uid);
  series->modality = g_strdup ("");
  series->number = g_strdup ("");
  series->description = g_strdup ("");
  series->items = g_ptr_array_new_with_free_func (item_free);
  g_ptr_array_add (self->series, series);
  g_hash_table_insert (self->series_index, series->series_uid, series);
  return series;
}

static Item *
find_item (IcProof *self, const char *series_uid, const char *sop_instance_uid)
{
  const Item key = { .series_uid = (char *) series_uid,
                     .sop_instance_uid = (char *) sop_instance_uid };

  return g_hash_table_lookup (self->items, &key);
}

/* Consumes @sop_instance_uid. */
static Item *
add_item (IcProof *self, Series *series, GRefString *sop_instance_uid)
{
  Item *item = g_new0 (Item, 1);

  item->study_uid = series->study_uid;
  item->series_uid = series->series_uid;
  item->sop_instance_uid = sop_instance_uid;
  item->file_id = g_ref_string_new_intern ("");
  item->sha256 = g_ref_string_new_intern ("");
  g_ptr_array_add (series->items, item);
  g_hash_table_add (self->items, item);
  return item;
}

static Item *
ensure_item (IcProof *self, Series *series, const char *sop_instance_uid)
{
  Item *item = find_item (self, series->series_uid, sop_instance_uid);

  return item != NULL ? item : add_item (self, series, g_ref_string_new (sop_instance_uid));
}

static void
tell_observer (IcProof *self)
{
  if (self->observer != NULL)
    self->observer (self, self->observer_data);
}

static void
replace (GRefString **field, GRefString *text)
{
  g_clear_pointer (field, g_ref_string_release);
  *field = text;
}

/* Of a text that many of them have. */
static void
set_common (GRefString **field, const char *text)
{
  replace (field, text != NULL ? g_ref_string_new_intern (text) : NULL);
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
      Item *item = find_item (self, series->series_uid, uid);

      if (item == NULL)
        item = add_item (self, series, g_ref_string_acquire (uid));
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

/* Consumes @sha256. */
static void
arrive (IcProof *self, Item *item, GRefString *sha256, guint64 size_bytes)
{
  item->retrieved++;
  item->size_bytes = size_bytes;
  replace (&item->sha256, sha256);
  if (item->retrieved > 1)
    set_common (&item->remark, "arrived more than once");
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

  arrive (self, item, g_ref_string_new (sha256), size_bytes);
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
  set_common (&item->remark, remark);
}

void
ic_proof_set_flaw (IcProof *self,
                   const char *series_uid,
                   const char *sop_instance_uid,
                   const char *flaw)
{
  Item *item = find_item (self, series_uid, sop_instance_uid);

  g_return_if_fail (item != NULL);
  set_common (&item->flaw, flaw != NULL && *flaw != '\0' ? flaw : NULL);
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
  replace (&item->sha256, g_ref_string_new (sha256));
  set_common (&item->converted, how);
  item->size_bytes = size_bytes;
}

/* Consumes @file_id. */
static void
put_into_place (IcProof *self, Item *item, GRefString *file_id)
{
  if (g_hash_table_contains (self->files, file_id))
    ic_proof_add_fault (self, "two images were written to one place");
  item->written++;
  if (item->written > 1)
    set_common (&item->remark, "written more than once");
  if (g_hash_table_lookup (self->files, item->file_id) == item)
    g_hash_table_remove (self->files, item->file_id);
  item->volume = self->volume;
  replace (&item->file_id, file_id);
  g_hash_table_insert (self->files, item->file_id, item);
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
    put_into_place (self, item, g_ref_string_new (file_id));
}

void
ic_proof_add_logged (IcProof *self, const IcTransferInstance *instance)
{
  Series *series = ensure_series (self, instance->study_uid, instance->series_uid);
  Item *item = ensure_item (self, series, instance->sop_instance_uid);

  arrive (self, item, g_ref_string_acquire (instance->sha256), instance->size_bytes);
  replace (&item->sop_instance_uid, g_ref_string_acquire (instance->sop_instance_uid));
  put_into_place (self, item, g_ref_string_acquire (instance->file_id));
}

gboolean
ic_proof_find_written (IcProof *self,
                       const char *file_id,
                       const char **path,
                       const char **sop_instance_uid)
{
  const Item *item = g_hash_table_lookup (self->files, file_id);

  if (item == NULL)
    return FALSE;
  *path = item->file_id;
  *sop_instance_uid = item->sop_instance_uid;
  return TRUE;
}

void
ic_proof_add_read_back (IcProof *self, const char *file_id, const char *sha256)
{
  Item *item = g_hash_table_lookup (self->files, file_id);

  if (item == NULL)
    ic_proof_add_fault (self, "a file is on the medium that nobody put there");
  else if (*sha256 == '\0')
    set_common (&item->remark, "cannot be read");
  else if (g_strcmp0 (item->sha256, sha256) != 0)
    set_common (&item->remark, "reads back differently");
  else
    item->verified++;
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
  item->written++;
  if (item->written > 1)
    set_common (&item->remark, "accepted more than once");
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
  set_common (&item->remark, remark);
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
