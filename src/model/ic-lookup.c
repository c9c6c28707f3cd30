/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-lookup.h"

#include "store/ic-study-repo.h"
#include "store/ic-transfer-search.h"
#include "words/ic-transfer-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define MAX_PATIENTS 5
#define MAX_TRANSFERS 8
#define STUDIES_READ 50 /* several of them may be of one patient */

struct _IcLookupHit
{
  GObject parent_instance;

  IcLookupKind kind;
  char *title;
  char *detail;
  char *patient_id;
  gint64 transfer;
};

struct _IcLookup
{
  GObject parent_instance;

  IcWorkspace *workspace;
  GListStore *hits;
  GCancellable *cancellable; /* of the search under way; NULL without one */
};

enum
{
  PROP_0,
  PROP_SEARCHING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcLookupHit, ic_lookup_hit, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (IcLookup, ic_lookup, G_TYPE_OBJECT)

/* What one search reads in another thread. */
typedef struct
{
  char *text;
  GPtrArray *by_name; /* of IcStudySummary */
  GPtrArray *by_id;
  GPtrArray *by_accession;
  GPtrArray *transfers; /* of IcTransfer */
} Search;

static void
search_free (gpointer data)
{
  Search *self = data;

  g_free (self->text);
  g_clear_pointer (&self->by_name, g_ptr_array_unref);
  g_clear_pointer (&self->by_id, g_ptr_array_unref);
  g_clear_pointer (&self->by_accession, g_ptr_array_unref);
  g_clear_pointer (&self->transfers, g_ptr_array_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_free)

static void
ic_lookup_hit_finalize (GObject *object)
{
  IcLookupHit *self = IC_LOOKUP_HIT (object);

  g_free (self->title);
  g_free (self->detail);
  g_free (self->patient_id);
  G_OBJECT_CLASS (ic_lookup_hit_parent_class)->finalize (object);
}

static void
ic_lookup_hit_class_init (IcLookupHitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_lookup_hit_finalize;
}

static void
ic_lookup_hit_init (IcLookupHit *self)
{
}

/* "123456 · born 12 Mar 1961", as far as it is known. */
static char *
dup_identity (IcPatient *patient)
{
  g_autofree char *born = ic_words_dup_date (patient->birth_date);
  g_autofree char *birth = g_strdup_printf (_ ("born %s"), born);

  if (*patient->birth_date == '\0')
    return g_strdup (patient->id);
  return *patient->id != '\0' ? g_strdup_printf ("%s · %s", patient->id, birth)
                              : g_steal_pointer (&birth);
}

static void
add_patient (GPtrArray *hits, IcPatient *patient)
{
  IcLookupHit *hit = g_object_new (IC_TYPE_LOOKUP_HIT, NULL);

  hit->kind = IC_LOOKUP_PATIENT;
  hit->title = ic_patient_dup_display_name (patient);
  hit->detail = dup_identity (patient);
  hit->patient_id = g_strdup (patient->id);
  g_ptr_array_add (hits, hit);
}

static void
add_transfer (GPtrArray *hits, IcTransfer *transfer)
{
  IcLookupHit *hit = g_object_new (IC_TYPE_LOOKUP_HIT, NULL);
  g_autofree char *number = ic_transfer_dup_number (transfer->id);
  g_autofree char *name = ic_words_dup_patient (transfer->patient);
  g_autofree char *when = ic_words_dup_time (transfer->started_at);
  const char *other_end =
      transfer->direction == IC_DIRECTION_OUT ? transfer->recipient : transfer->source;

  hit->kind = IC_LOOKUP_TRANSFER;
  hit->transfer = transfer->id;
  hit->patient_id = g_strdup ("");
  hit->title = g_strdup_printf ("%s · %s", number, name);
  hit->detail =
      *other_end != '\0' ? g_strdup_printf ("%s · %s", when, other_end) : g_steal_pointer (&when);
  g_ptr_array_add (hits, hit);
}

/* Patients without an ID are told apart by their names. */
static char *
dup_patient_key (IcPatient *patient)
{
  return g_strjoin ("\n", patient->issuer, patient->id, *patient->id != '\0' ? "" : patient->name,
                    NULL);
}

static void
add_patients (GPtrArray *hits, GHashTable *seen, GPtrArray *studies)
{
  for (guint i = 0; i < studies->len && g_hash_table_size (seen) < MAX_PATIENTS; i++)
    {
      IcStudySummary *study = studies->pdata[i];

      if (g_hash_table_add (seen, dup_patient_key (study->patient)))
        add_patient (hits, study->patient);
    }
}

static gboolean
read_studies (IcReadTx *tx, const IcStudyFilter *filter, GPtrArray **studies, GError **error)
{
  *studies = ic_study_repo_list (tx, filter, NULL, STUDIES_READ, error);
  return *studies != NULL;
}

/* "IC000123" is that transfer; digits alone may as well be a patient ID. */
static gboolean
is_number_of_transfer (const char *text)
{
  return g_ascii_strncasecmp (text, "IC", 2) == 0 && ic_transfer_id_from_number (text) > 0;
}

static gboolean
read_transfers (IcReadTx *tx, Search *search, GError **error)
{
  const IcTransferFilter filter = { .text = search->text };
  gint64 id = ic_transfer_id_from_number (search->text);

  if (!is_number_of_transfer (search->text))
    {
      search->transfers = ic_transfer_search (tx, &filter, 0, MAX_TRANSFERS, error);
      return search->transfers != NULL;
    }
  search->transfers = ic_transfer_search (tx, &(IcTransferFilter){ 0 }, id + 1, 1, error);
  if (search->transfers == NULL)
    return FALSE;
  /* The newest that is not newer; another one when there is no such number. */
  if (search->transfers->len > 0 && ((IcTransfer *) search->transfers->pdata[0])->id != id)
    g_ptr_array_set_size (search->transfers, 0);
  return TRUE;
}

static gboolean
read_all (IcReadTx *tx, gpointer data, GError **error)
{
  Search *search = data;
  g_autofree char *beginning = g_strconcat (search->text, "*", NULL);
  const IcStudyFilter by_name = { .patient_name = beginning };
  const IcStudyFilter by_id = { .patient_id = beginning };
  const IcStudyFilter by_accession = { .accession = search->text };

  return read_studies (tx, &by_id, &search->by_id, error) &&
         read_studies (tx, &by_accession, &search->by_accession, error) &&
         read_studies (tx, &by_name, &search->by_name, error) && read_transfers (tx, search, error);
}

static void
set_cancellable (IcLookup *self, GCancellable *cancellable)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, cancellable);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCHING]);
}

static void
show (IcLookup *self, Search *search)
{
  g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (search != NULL)
    {
      add_patients (hits, seen, search->by_id);
      add_patients (hits, seen, search->by_name);
      add_patients (hits, seen, search->by_accession);
      for (guint i = 0; i < search->transfers->len; i++)
        add_transfer (hits, search->transfers->pdata[i]);
    }
  g_list_store_splice (self->hits, 0, g_list_model_get_n_items (G_LIST_MODEL (self->hits)),
                       hits->pdata, hits->len);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcLookup) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(Search) search = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  /* Somebody typed on: another search is under way. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (search == NULL)
    g_warning ("the search failed: %s", error->message);
  show (self, search);
  set_cancellable (self, NULL);
}

static void
ic_lookup_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, ic_lookup_is_searching (IC_LOOKUP (object)));
}

static void
ic_lookup_dispose (GObject *object)
{
  IcLookup *self = IC_LOOKUP (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->hits);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (ic_lookup_parent_class)->dispose (object);
}

static void
ic_lookup_class_init (IcLookupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ic_lookup_get_property;
  object_class->dispose = ic_lookup_dispose;
  properties[PROP_SEARCHING] = g_param_spec_boolean ("searching", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_lookup_init (IcLookup *self)
{
  self->hits = g_list_store_new (IC_TYPE_LOOKUP_HIT);
}

IcLookup *
ic_lookup_new (IcWorkspace *workspace)
{
  IcLookup *self = g_object_new (IC_TYPE_LOOKUP, NULL);

  self->workspace = g_object_ref (workspace);
  return self;
}

void
ic_lookup_search (IcLookup *self, const char *text)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  Search *search = NULL;

  g_return_if_fail (IC_IS_LOOKUP (self));
  if (*stripped == '\0')
    {
      set_cancellable (self, NULL);
      show (self, NULL);
      return;
    }
  search = g_new0 (Search, 1);
  search->text = g_steal_pointer (&stripped);
  set_cancellable (self, cancellable);
  ic_workspace_read_async (self->workspace, read_all, search, search_free, cancellable, read_cb,
                           g_object_ref (self));
}

gboolean
ic_lookup_is_searching (IcLookup *self)
{
  g_return_val_if_fail (IC_IS_LOOKUP (self), FALSE);
  return self->cancellable != NULL;
}

GListModel *
ic_lookup_get_hits (IcLookup *self)
{
  g_return_val_if_fail (IC_IS_LOOKUP (self), NULL);
  return G_LIST_MODEL (self->hits);
}

IcLookupKind
ic_lookup_hit_get_kind (IcLookupHit *self)
{
  g_return_val_if_fail (IC_IS_LOOKUP_HIT (self), IC_LOOKUP_PATIENT);
  return self->kind;
}

const char *
ic_lookup_hit_get_title (IcLookupHit *self)
{
  g_return_val_if_fail (IC_IS_LOOKUP_HIT (self), NULL);
  return self->title;
}

const char *
ic_lookup_hit_get_detail (IcLookupHit *self)
{
  g_return_val_if_fail (IC_IS_LOOKUP_HIT (self), NULL);
  return self->detail;
}

const char *
ic_lookup_hit_get_patient_id (IcLookupHit *self)
{
  g_return_val_if_fail (IC_IS_LOOKUP_HIT (self), NULL);
  return self->patient_id;
}

gint64
ic_lookup_hit_get_transfer (IcLookupHit *self)
{
  g_return_val_if_fail (IC_IS_LOOKUP_HIT (self), 0);
  return self->transfer;
}
