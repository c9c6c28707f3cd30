/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-transfer-draft.h"

#include "core/ic-error.h"
#include "domain/ic-identity.h"

#include <glib/gi18n.h>
#include <string.h>

struct _IcTransferDraft
{
  GObject parent_instance;

  IcPatient *patient;
  GListStore *studies;
  GHashTable *key_images; /* SOP Instance UID to Study Instance UID */
  GHashTable *answers;    /* question to answer */
};

enum
{
  PROP_0,
  PROP_PATIENT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

G_DEFINE_FINAL_TYPE (IcTransferDraft, ic_transfer_draft, G_TYPE_OBJECT)

static void
ic_transfer_draft_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_pointer (value, IC_TRANSFER_DRAFT (object)->patient);
}

static void
ic_transfer_draft_finalize (GObject *object)
{
  IcTransferDraft *self = IC_TRANSFER_DRAFT (object);

  g_clear_pointer (&self->patient, ic_patient_unref);
  g_clear_object (&self->studies);
  g_clear_pointer (&self->key_images, g_hash_table_unref);
  g_clear_pointer (&self->answers, g_hash_table_unref);
  G_OBJECT_CLASS (ic_transfer_draft_parent_class)->finalize (object);
}

static void
ic_transfer_draft_class_init (IcTransferDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ic_transfer_draft_get_property;
  object_class->finalize = ic_transfer_draft_finalize;
  properties[PROP_PATIENT] =
      g_param_spec_pointer ("patient", NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  changed_signal = g_signal_new ("changed", IC_TYPE_TRANSFER_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
ic_transfer_draft_init (IcTransferDraft *self)
{
  self->studies = g_list_store_new (IC_TYPE_DRAFT_ITEM);
  self->key_images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
set_patient (IcTransferDraft *self, IcPatient *patient)
{
  if (self->patient == patient)
    return;
  g_clear_pointer (&self->patient, ic_patient_unref);
  self->patient = patient != NULL ? ic_patient_ref (patient) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATIENT]);
}

static guint
count_studies (IcTransferDraft *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->studies));
}

/* The position of the study; the number of studies when it is not in the draft. */
static guint
find_study (IcTransferDraft *self, const char *study_uid)
{
  guint n_studies = count_studies (self);

  for (guint i = 0; i < n_studies; i++)
    {
      g_autoptr(IcDraftItem) item = g_list_model_get_item (G_LIST_MODEL (self->studies), i);

      if (g_str_equal (ic_draft_item_get_study (item)->study_uid, study_uid))
        return i;
    }
  return n_studies;
}

/* Whose studies may not go out together is said with all that tells the two apart. */
static gboolean
refuse (IcTransferDraft *self, IcPatient *patient, const IcIdentityMatch *match, GError **error)
{
  g_autofree char *reasons = ic_identity_match_dup_local_reasons (match);
  gboolean is_other = match->id == IC_AGREE_DIFFERENT || match->issuer == IC_AGREE_DIFFERENT ||
                      match->name == IC_AGREE_DIFFERENT || match->birth_date == IC_AGREE_DIFFERENT;

  if (is_other)
    g_set_error (error, IC_ERROR, IC_ERROR_REFUSED,
                 _ ("This study is of another patient than the studies chosen for the transfer "
                    "(different: %s). One transfer carries the images of one patient."),
                 reasons);
  else
    g_set_error (error, IC_ERROR, IC_ERROR_REFUSED,
                 _ ("It cannot be told whether this study is of the patient whose studies are "
                    "chosen for the transfer (%s). One transfer carries the images of one "
                    "patient."),
                 reasons);
  return FALSE;
}

IcTransferDraft *
ic_transfer_draft_new (void)
{
  return g_object_new (IC_TYPE_TRANSFER_DRAFT, NULL);
}

IcPatient *
ic_transfer_draft_get_patient (IcTransferDraft *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self), NULL);
  return self->patient;
}

gboolean
ic_transfer_draft_add_study (IcTransferDraft *self,
                             IcPatient *patient,
                             const IcDraftStudy *study,
                             GError **error)
{
  g_autoptr(IcDraftItem) item = NULL;

  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self) && patient != NULL && study != NULL, FALSE);
  if (self->patient != NULL)
    {
      IcIdentityMatch match = ic_identity_match (self->patient, patient);

      if (!ic_identity_match_is_safe (&match))
        return refuse (self, patient, &match, error);
    }
  if (ic_transfer_draft_has_study (self, study->study_uid))
    return TRUE;
  item = ic_draft_item_new (study);
  if (self->patient == NULL)
    set_patient (self, patient);
  g_list_store_append (self->studies, item);
  g_signal_emit (self, changed_signal, 0);
  return TRUE;
}

static gboolean
is_of_study (gpointer key, gpointer study_uid, gpointer wanted)
{
  return g_str_equal (study_uid, wanted);
}

void
ic_transfer_draft_remove_study (IcTransferDraft *self, const char *study_uid)
{
  guint position;
  g_autofree char *uid = g_strdup (study_uid);

  g_return_if_fail (IC_IS_TRANSFER_DRAFT (self) && study_uid != NULL);
  position = find_study (self, uid);
  if (position == count_studies (self))
    return;
  g_hash_table_foreach_remove (self->key_images, is_of_study, uid);
  g_list_store_remove (self->studies, position);
  if (count_studies (self) == 0)
    set_patient (self, NULL);
  g_signal_emit (self, changed_signal, 0);
}

gboolean
ic_transfer_draft_has_study (IcTransferDraft *self, const char *study_uid)
{
  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self) && study_uid != NULL, FALSE);
  return find_study (self, study_uid) < count_studies (self);
}

GListModel *
ic_transfer_draft_get_studies (IcTransferDraft *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self), NULL);
  return G_LIST_MODEL (self->studies);
}

void
ic_transfer_draft_clear (IcTransferDraft *self)
{
  g_return_if_fail (IC_IS_TRANSFER_DRAFT (self));
  if (count_studies (self) == 0 && g_hash_table_size (self->key_images) == 0 &&
      g_hash_table_size (self->answers) == 0)
    return;
  g_hash_table_remove_all (self->key_images);
  g_hash_table_remove_all (self->answers);
  g_list_store_remove_all (self->studies);
  set_patient (self, NULL);
  g_signal_emit (self, changed_signal, 0);
}

void
ic_transfer_draft_set_key_image (IcTransferDraft *self,
                                 const char *study_uid,
                                 const char *series_uid,
                                 const char *sop_instance_uid,
                                 gboolean is_key)
{
  g_return_if_fail (IC_IS_TRANSFER_DRAFT (self) && study_uid != NULL && sop_instance_uid != NULL);
  if (ic_transfer_draft_is_key_image (self, sop_instance_uid) == is_key)
    return;
  if (is_key)
    g_hash_table_insert (self->key_images, g_strdup (sop_instance_uid), g_strdup (study_uid));
  else
    g_hash_table_remove (self->key_images, sop_instance_uid);
  g_signal_emit (self, changed_signal, 0);
}

gboolean
ic_transfer_draft_is_key_image (IcTransferDraft *self, const char *sop_instance_uid)
{
  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self) && sop_instance_uid != NULL, FALSE);
  return g_hash_table_contains (self->key_images, sop_instance_uid);
}

guint
ic_transfer_draft_count_key_images (IcTransferDraft *self)
{
  g_auto(GStrv) uids = ic_transfer_draft_dup_key_images (self);

  return g_strv_length (uids);
}

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
ic_transfer_draft_dup_key_images (IcTransferDraft *self)
{
  g_autoptr(GPtrArray) uids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer uid;
  gpointer study_uid;

  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self), NULL);
  g_hash_table_iter_init (&iter, self->key_images);
  while (g_hash_table_iter_next (&iter, &uid, &study_uid))
    if (ic_transfer_draft_has_study (self, study_uid))
      g_ptr_array_add (uids, g_strdup (uid));
  g_ptr_array_sort (uids, compare_uids);
  g_ptr_array_add (uids, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&uids), FALSE);
}

const char *
ic_transfer_draft_get_answer (IcTransferDraft *self, const char *question)
{
  const char *answer = NULL;

  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self), "");
  answer = g_hash_table_lookup (self->answers, question);
  return answer != NULL ? answer : "";
}

void
ic_transfer_draft_set_answer (IcTransferDraft *self, const char *question, const char *answer)
{
  g_return_if_fail (IC_IS_TRANSFER_DRAFT (self) && answer != NULL);
  if (g_str_equal (ic_transfer_draft_get_answer (self, question), answer))
    return;
  g_hash_table_insert (self->answers, g_strdup (question), g_strdup (answer));
  g_signal_emit (self, changed_signal, 0);
}

static void
write_study (GKeyFile *file, const char *group, const IcDraftStudy *study)
{
  g_key_file_set_string (file, group, "uid", study->study_uid);
  g_key_file_set_string (file, group, "source", study->source);
  g_key_file_set_string (file, group, "date", study->date);
  g_key_file_set_string (file, group, "description", study->description);
  g_key_file_set_string (file, group, "modalities", study->modalities);
  g_key_file_set_uint64 (file, group, "series", study->n_series);
  g_key_file_set_uint64 (file, group, "instances", study->n_instances);
  g_key_file_set_uint64 (file, group, "size", study->size_bytes);
}

static void
write_table (GKeyFile *file, const char *group, GHashTable *table)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_key_file_set_string (file, group, key, value);
}

static void
write_patient (GKeyFile *file, const IcPatient *patient)
{
  g_key_file_set_string (file, "patient", "id", patient->id);
  g_key_file_set_string (file, "patient", "issuer", patient->issuer);
  g_key_file_set_string (file, "patient", "name", patient->name);
  g_key_file_set_string (file, "patient", "born", patient->birth_date);
  g_key_file_set_string (file, "patient", "sex", patient->sex);
}

char *
ic_transfer_draft_dup_text (IcTransferDraft *self)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self), NULL);
  if (self->patient != NULL)
    write_patient (file, self->patient);
  for (guint i = 0; i < count_studies (self); i++)
    {
      g_autoptr(IcDraftItem) item = g_list_model_get_item (G_LIST_MODEL (self->studies), i);
      g_autofree char *group = g_strdup_printf ("study %u", i);

      write_study (file, group, ic_draft_item_get_study (item));
    }
  write_table (file, "key images", self->key_images);
  write_table (file, "answers", self->answers);
  return g_key_file_to_data (file, NULL, NULL);
}

/* Texts of a group, freed with the chunk. */
static const char *
read_text (GKeyFile *file, const char *group, const char *key, GStringChunk *texts)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, NULL);

  return g_string_chunk_insert (texts, text != NULL ? text : "");
}

static gboolean
read_study (IcTransferDraft *self,
            GKeyFile *file,
            const char *group,
            IcPatient *patient,
            GError **error)
{
  g_autoptr(GStringChunk) texts = g_string_chunk_new (256);
  const IcDraftStudy study = {
    .study_uid = read_text (file, group, "uid", texts),
    .source = read_text (file, group, "source", texts),
    .date = read_text (file, group, "date", texts),
    .description = read_text (file, group, "description", texts),
    .modalities = read_text (file, group, "modalities", texts),
    .n_series = (guint) g_key_file_get_uint64 (file, group, "series", NULL),
    .n_instances = (guint) g_key_file_get_uint64 (file, group, "instances", NULL),
    .size_bytes = g_key_file_get_uint64 (file, group, "size", NULL),
  };

  return ic_transfer_draft_add_study (self, patient, &study, error);
}

static gboolean
read_studies (IcTransferDraft *self, GKeyFile *file, GError **error)
{
  g_autoptr(GStringChunk) texts = g_string_chunk_new (256);
  g_autoptr(IcPatient) patient = ic_patient_new (read_text (file, "patient", "id", texts),
                                                  read_text (file, "patient", "issuer", texts),
                                                  read_text (file, "patient", "name", texts),
                                                  read_text (file, "patient", "born", texts),
                                                  read_text (file, "patient", "sex", texts));
  g_auto(GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], "study ") &&
        !read_study (self, file, groups[i], patient, error))
      return FALSE;
  return TRUE;
}

static void
read_table (GKeyFile *file, const char *group, GHashTable *table)
{
  g_auto(GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    g_hash_table_insert (table, g_strdup (keys[i]),
                         g_key_file_get_string (file, group, keys[i], NULL));
}

gboolean
ic_transfer_draft_load_text (IcTransferDraft *self, const char *text, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  g_return_val_if_fail (IC_IS_TRANSFER_DRAFT (self), FALSE);
  ic_transfer_draft_clear (self);
  if (*text == '\0')
    return TRUE;
  if (!g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, NULL))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the draft cannot be read");
      return FALSE;
    }
  read_table (file, "key images", self->key_images);
  read_table (file, "answers", self->answers);
  if (!read_studies (self, file, error))
    {
      ic_transfer_draft_clear (self);
      return FALSE;
    }
  g_signal_emit (self, changed_signal, 0);
  return TRUE;
}
