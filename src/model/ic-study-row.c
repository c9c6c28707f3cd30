/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-study-row.h"

#include "domain/ic-identity.h"
#include "model/ic-series-row.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

/* A node that has it. */
typedef struct
{
  IcNode *node;
  gint64 n_series;
  gint64 n_instances;
} Place;

struct _IcStudyRow
{
  IcResultRow parent_instance;

  IcFoundStudy *facts; /* as the first place told them */
  GPtrArray *places;   /* of Place */
  gint64 n_series;
  gint64 n_read; /* when images were brought here last; or IC_COUNT_UNKNOWN */
  gint64 n_here;
  guint64 size_bytes;
  gint64 sent_at;
  char *sent_to;
  char *dispute;
  GListStore *series;
  IcSeriesState series_state;
  char *series_trouble;
};

G_DEFINE_FINAL_TYPE (IcStudyRow, ic_study_row, IC_TYPE_RESULT_ROW)

static void
place_free (gpointer data)
{
  Place *place = data;

  ic_node_unref (place->node);
  g_free (place);
}

static char *
dup_count (gint64 count)
{
  return count >= 0 ? ic_words_dup_count ((guint64) count) : g_strdup ("");
}

static char *
dup_day (gint64 seconds)
{
  g_autoptr(GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_local (seconds) : NULL;

  return time != NULL ? ic_words_dup_day (time) : g_strdup ("");
}

static gint64
count_images (IcStudyRow *self)
{
  gint64 n_remote = ic_study_row_get_n_remote (self);

  return n_remote != IC_COUNT_UNKNOWN || self->n_here == 0 ? n_remote : self->n_here;
}

static char *
ic_study_row_dup_text (IcResultRow *row, IcColumn column)
{
  IcStudyRow *self = IC_STUDY_ROW (row);

  switch (column)
    {
    case IC_COLUMN_NAME:
      return ic_study_row_dup_title (self);
    case IC_COLUMN_PATIENT_ID:
      return g_strdup (self->facts->patient->id);
    case IC_COLUMN_BIRTH_DATE:
      return ic_words_dup_date (self->facts->patient->birth_date);
    case IC_COLUMN_SEX:
      return g_strdup (self->facts->patient->sex);
    case IC_COLUMN_DATE:
      return ic_words_dup_date (self->facts->date);
    case IC_COLUMN_MODALITY:
      return ic_words_dup_modalities (self->facts->modalities);
    case IC_COLUMN_ACCESSION:
      return g_strdup (self->facts->accession);
    case IC_COLUMN_SERIES:
      return dup_count (self->n_series);
    case IC_COLUMN_IMAGES:
      return dup_count (count_images (self));
    case IC_COLUMN_LAST_SENT:
      return dup_day (self->sent_at);
    default:
      return g_strdup ("");
    }
}

/* "On ARCHIVE 1,212" */
static void
append_places (IcStudyRow *self, GString *text)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = self->places->pdata[i];
      g_autofree char *count = dup_count (place->n_instances);

      if (text->len > 0)
        g_string_append (text, " · ");
      if (*count != '\0')
        /* Translators: on a node, so many images. */
        g_string_append_printf (text, _ ("on %s %s"), place->node->name, count);
      else
        g_string_append_printf (text, _ ("on %s"), place->node->name);
    }
}

static void
ic_study_row_describe_place (IcResultRow *row, GString *symbols, GString *sentence)
{
  IcStudyRow *self = IC_STUDY_ROW (row);
  IcHere here = ic_study_row_get_here (self);
  g_autofree char *text = NULL;

  if (self->places->len > 0)
    g_string_append (symbols, here != IC_HERE_NONE ? "● " : "●");
  g_string_append (symbols, ic_here_get_symbol (here));
  append_places (self, sentence);
  text = ic_here_dup_sentence (here, self->n_here, ic_study_row_get_n_remote (self));
  g_string_append_printf (sentence, "%s%s", sentence->len > 0 ? "; " : "", text);
}

static GListModel *
ic_study_row_get_children (IcResultRow *row)
{
  return G_LIST_MODEL (IC_STUDY_ROW (row)->series);
}

static void
ic_study_row_finalize (GObject *object)
{
  IcStudyRow *self = IC_STUDY_ROW (object);

  g_clear_pointer (&self->facts, ic_found_study_free);
  g_ptr_array_unref (self->places);
  g_free (self->sent_to);
  g_free (self->dispute);
  g_free (self->series_trouble);
  g_object_unref (self->series);
  G_OBJECT_CLASS (ic_study_row_parent_class)->finalize (object);
}

static void
ic_study_row_class_init (IcStudyRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ic_study_row_finalize;
  IC_RESULT_ROW_CLASS (klass)->dup_text = ic_study_row_dup_text;
  IC_RESULT_ROW_CLASS (klass)->describe_place = ic_study_row_describe_place;
  IC_RESULT_ROW_CLASS (klass)->get_children = ic_study_row_get_children;
}

static void
ic_study_row_init (IcStudyRow *self)
{
  self->places = g_ptr_array_new_with_free_func (place_free);
  self->series = g_list_store_new (IC_TYPE_SERIES_ROW);
  self->sent_to = g_strdup ("");
  self->series_trouble = g_strdup ("");
}

/* What one place leaves out another may say. */
static void
complete (char **field, const char *value)
{
  if (**field != '\0' || *value == '\0')
    return;
  g_free (*field);
  *field = g_strdup (value);
}

static Place *
ensure_place (IcStudyRow *self, IcNode *node)
{
  Place *place = NULL;

  for (guint i = 0; i < self->places->len; i++)
    {
      place = self->places->pdata[i];
      if (g_str_equal (place->node->name, node->name))
        return place;
    }
  place = g_new0 (Place, 1);
  place->node = ic_node_ref (node);
  place->n_series = IC_COUNT_UNKNOWN;
  place->n_instances = IC_COUNT_UNKNOWN;
  g_ptr_array_add (self->places, place);
  return place;
}

static void
take_note_of_dispute (IcStudyRow *self, const IcFoundStudy *found, IcNode *node)
{
  IcIdentityMatch match = ic_identity_match (self->facts->patient, found->patient);
  g_autofree char *name = NULL;

  if (self->dispute != NULL ||
      (match.id != IC_AGREE_DIFFERENT && match.name != IC_AGREE_DIFFERENT &&
       match.birth_date != IC_AGREE_DIFFERENT && match.issuer != IC_AGREE_DIFFERENT))
    return;
  name = ic_patient_dup_display_name (found->patient);
  self->dispute =
      node != NULL
          /* Translators: node, name, patient ID. */
          ? g_strdup_printf (_ ("%s says that this study is of %s, %s. Find out who is right "
                                "before "
                                "you send it."),
                             node->name, name, found->patient->id)
          : g_strdup_printf (_ ("Images of this study that are here say that it is of %s, %s. Find "
                                "out who is right before you send it."),
                             name, found->patient->id);
}

IcStudyRow *
ic_study_row_new (const IcFoundStudy *found, IcNode *node)
{
  IcStudyRow *self = g_object_new (IC_TYPE_STUDY_ROW, NULL);

  self->facts = g_new0 (IcFoundStudy, 1);
  self->facts->patient = ic_patient_ref (found->patient);
  self->facts->study_uid = g_strdup (found->study_uid);
  self->facts->date = g_strdup (found->date);
  self->facts->time = g_strdup (found->time);
  self->facts->accession = g_strdup (found->accession);
  self->facts->description = g_strdup (found->description);
  self->facts->modalities = g_strdup (found->modalities);
  self->n_series = IC_COUNT_UNKNOWN;
  self->n_read = IC_COUNT_UNKNOWN;
  ic_study_row_add_place (self, found, node);
  return self;
}

void
ic_study_row_add_place (IcStudyRow *self, const IcFoundStudy *found, IcNode *node)
{
  Place *place = NULL;

  g_return_if_fail (IC_IS_STUDY_ROW (self));
  take_note_of_dispute (self, found, node);
  complete (&self->facts->date, found->date);
  complete (&self->facts->accession, found->accession);
  complete (&self->facts->description, found->description);
  complete (&self->facts->modalities, found->modalities);
  self->n_series = MAX (self->n_series, found->n_series);
  if (node != NULL)
    {
      place = ensure_place (self, node);
      place->n_series = found->n_series;
      place->n_instances = found->n_instances;
    }
  else
    {
      self->n_here = found->n_instances;
      self->size_bytes = found->size_bytes;
    }
  ic_result_row_emit_changed (IC_RESULT_ROW (self));
}

const char *
ic_study_row_get_uid (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  return self->facts->study_uid;
}

IcPatient *
ic_study_row_get_patient (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  return self->facts->patient;
}

const char *
ic_study_row_get_date (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  return self->facts->date;
}

const char *
ic_study_row_get_accession (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  return self->facts->accession;
}

char *
ic_study_row_dup_title (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  return g_strdup (*self->facts->description != '\0' ? self->facts->description
                                                     : _ ("Study without a description"));
}

char *
ic_study_row_dup_heading (IcStudyRow *self)
{
  g_autofree char *title = NULL;
  g_autofree char *date = NULL;
  g_autofree char *modalities = NULL;

  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  title = ic_study_row_dup_title (self);
  date = ic_words_dup_date (self->facts->date);
  modalities = ic_words_dup_modalities (self->facts->modalities);
  return g_strdup_printf ("%s%s%s%s%s", modalities, *modalities != '\0' ? " · " : "", title,
                          *date != '\0' ? " · " : "", date);
}

IcNode *
ic_study_row_get_node (IcStudyRow *self)
{
  const Place *best = NULL;

  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = self->places->pdata[i];

      if (best == NULL || place->n_instances > best->n_instances)
        best = place;
    }
  return best != NULL ? best->node : NULL;
}

gboolean
ic_study_row_is_counted (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), FALSE);
  for (guint i = 0; i < self->places->len; i++)
    if (((const Place *) self->places->pdata[i])->n_instances != IC_COUNT_UNKNOWN)
      return TRUE;
  return FALSE;
}

gint64
ic_study_row_get_n_remote (IcStudyRow *self)
{
  gint64 n = IC_COUNT_UNKNOWN;

  g_return_val_if_fail (IC_IS_STUDY_ROW (self), IC_COUNT_UNKNOWN);
  for (guint i = 0; i < self->places->len; i++)
    n = MAX (n, ((const Place *) self->places->pdata[i])->n_instances);
  return n != IC_COUNT_UNKNOWN ? n : self->n_read;
}

gint64
ic_study_row_get_n_here (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), 0);
  return self->n_here;
}

guint64
ic_study_row_get_size_bytes (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), 0);
  return self->size_bytes;
}

IcHere
ic_study_row_get_here (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), IC_HERE_NONE);
  return ic_here_judge (self->n_here, ic_study_row_get_n_remote (self));
}

void
ic_study_row_set_here (IcStudyRow *self, gint64 n_here, guint64 size_bytes)
{
  g_return_if_fail (IC_IS_STUDY_ROW (self));
  if (self->n_here == n_here && self->size_bytes == size_bytes)
    return;
  self->n_here = n_here;
  self->size_bytes = size_bytes;
  ic_result_row_emit_changed (IC_RESULT_ROW (self));
}

void
ic_study_row_set_n_read (IcStudyRow *self, gint64 n_read)
{
  g_return_if_fail (IC_IS_STUDY_ROW (self));
  if (self->n_read == n_read)
    return;
  self->n_read = n_read;
  ic_result_row_emit_changed (IC_RESULT_ROW (self));
}

void
ic_study_row_set_last_sent (IcStudyRow *self, gint64 time, const char *recipient)
{
  g_return_if_fail (IC_IS_STUDY_ROW (self));
  if (self->sent_at == time)
    return;
  self->sent_at = time;
  g_free (self->sent_to);
  self->sent_to = g_strdup (recipient);
  ic_result_row_emit_changed (IC_RESULT_ROW (self));
}

char *
ic_study_row_dup_whereabouts (IcStudyRow *self)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *here = NULL;
  g_autofree char *sent = NULL;

  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  append_places (self, text);
  here = ic_here_dup_sentence (ic_study_row_get_here (self), self->n_here,
                               ic_study_row_get_n_remote (self));
  g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", here);
  sent = dup_day (self->sent_at);
  if (*sent != '\0')
    g_string_append (text, " · ");
  if (*sent != '\0' && *self->sent_to == '\0')
    g_string_append_printf (text, _ ("last sent %s"), sent);
  else if (*sent != '\0')
    /* Translators: a date, and the recipient. */
    g_string_append_printf (text, _ ("last sent %s to %s"), sent, self->sent_to);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const char *
ic_study_row_get_dispute (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  return self->dispute;
}

GListStore *
ic_study_row_get_series (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  return self->series;
}

IcSeriesState
ic_study_row_get_series_state (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), IC_SERIES_UNREAD);
  return self->series_state;
}

const char *
ic_study_row_get_series_trouble (IcStudyRow *self)
{
  g_return_val_if_fail (IC_IS_STUDY_ROW (self), NULL);
  return self->series_trouble;
}

void
ic_study_row_set_series_state (IcStudyRow *self, IcSeriesState state, const char *trouble)
{
  char *kept = g_strdup (trouble);

  g_return_if_fail (IC_IS_STUDY_ROW (self));
  g_free (self->series_trouble);
  self->series_trouble = kept;
  self->series_state = state;
  ic_result_row_emit_changed (IC_RESULT_ROW (self));
}

static void
add_modality (GPtrArray *list, const char *modality)
{
  if (*modality != '\0' && !g_ptr_array_find_with_equal_func (list, modality, g_str_equal, NULL))
    g_ptr_array_add (list, (gpointer) modality);
}

void
ic_study_row_complete_from_series (IcStudyRow *self)
{
  GListModel *series = NULL;
  g_autoptr(GPtrArray) modalities = g_ptr_array_new ();
  g_autofree char *joined = NULL;

  g_return_if_fail (IC_IS_STUDY_ROW (self));
  series = G_LIST_MODEL (self->series);
  for (guint i = 0; i < g_list_model_get_n_items (series); i++)
    {
      g_autoptr(IcSeriesRow) row = g_list_model_get_item (series, i);

      add_modality (modalities, ic_series_row_get_modality (row));
    }
  g_ptr_array_add (modalities, NULL);
  joined = g_strjoinv ("\\", (char **) modalities->pdata);
  complete (&self->facts->modalities, joined);
  if (self->n_series == IC_COUNT_UNKNOWN)
    self->n_series = g_list_model_get_n_items (series);
}

void
ic_study_row_fill_draft (IcStudyRow *self, IcDraftStudy *draft)
{
  IcNode *node = NULL;

  g_return_if_fail (IC_IS_STUDY_ROW (self));
  node = ic_study_row_get_node (self);
  *draft = (IcDraftStudy){
    .study_uid = self->facts->study_uid,
    .source = node != NULL ? node->name : "",
    .date = self->facts->date,
    .description = self->facts->description,
    .modalities = self->facts->modalities,
    .n_series = (guint) MAX (self->n_series, 0),
    .n_instances = (guint) MAX (count_images (self), 0),
    .size_bytes = ic_study_row_get_here (self) == IC_HERE_ALL ||
                          ic_study_row_get_here (self) == IC_HERE_UNCERTAIN
                      ? self->size_bytes
                      : 0,
  };
}

static int
compare_counts (gint64 a, gint64 b)
{
  return a < b ? -1 : a > b;
}

int
ic_study_row_compare (IcStudyRow *a, IcStudyRow *b, IcColumn column)
{
  int order = 0;

  switch (column)
    {
    case IC_COLUMN_DATE:
      order = g_strcmp0 (a->facts->date, b->facts->date);
      return order != 0 ? order : g_strcmp0 (a->facts->time, b->facts->time);
    case IC_COLUMN_MODALITY:
      return g_strcmp0 (a->facts->modalities, b->facts->modalities);
    case IC_COLUMN_ACCESSION:
      return g_strcmp0 (a->facts->accession, b->facts->accession);
    case IC_COLUMN_SERIES:
      return compare_counts (a->n_series, b->n_series);
    case IC_COLUMN_IMAGES:
      return compare_counts (count_images (a), count_images (b));
    case IC_COLUMN_WHERE:
      return compare_counts (ic_study_row_get_here (a), ic_study_row_get_here (b));
    case IC_COLUMN_LAST_SENT:
      return compare_counts (a->sent_at, b->sent_at);
    default:
      return 0;
    }
}
