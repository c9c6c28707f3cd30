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
  g_autofree char *reasons = ic_identity_match_dup_reasons (match);
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
  if (count_studies (self) == 0 && g_hash_table_size (self->key_images) == 0)
    return;
  g_hash_table_remove_all (self->key_images);
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
