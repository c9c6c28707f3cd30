/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-source-reading.h"

#include "core/ic-error.h"
#include "domain/ic-uid.h"

#include <string.h>

#define UNKNOWN_COUNT (-1)

typedef struct
{
  IcNetClient *client;
  const char *study_uid;
  gboolean with_classes;
  GCancellable *cancellable;
  IcSourceReading *reading;
  gint64 study_series;    /* (0020,1206), or UNKNOWN_COUNT */
  gint64 study_instances; /* (0020,1208), or UNKNOWN_COUNT */
  gboolean all_listed;    /* every series at image level */
  gboolean all_counted;   /* every series with (0020,1209) */
} Asking;

static gint64
parse_count (const char *text)
{
  guint64 count = 0;

  if (*text != '\0' && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &count, NULL))
    return (gint64) count;
  return UNKNOWN_COUNT;
}

static void
keep_row (const char *const *values, gpointer rows)
{
  g_ptr_array_add (rows, g_strdupv ((char **) values));
}

static gboolean
is_needed (IcQueryKey key, gboolean with_classes)
{
  switch (key)
    {
    case IC_QUERY_STUDY_INSTANCE_UID:
    case IC_QUERY_STUDY_SERIES_COUNT:
    case IC_QUERY_STUDY_INSTANCE_COUNT:
    case IC_QUERY_SERIES_INSTANCE_UID:
    case IC_QUERY_MODALITY:
    case IC_QUERY_SERIES_NUMBER:
    case IC_QUERY_SERIES_DESCRIPTION:
    case IC_QUERY_SERIES_INSTANCE_COUNT:
    case IC_QUERY_SOP_INSTANCE_UID:
      return TRUE;
    case IC_QUERY_SOP_CLASS_UID:
      return with_classes;
    default:
      return FALSE;
    }
}

/* What is not needed costs: some nodes open every file for it. */
static IcQuery *
new_query (IcLevel level, gboolean with_classes)
{
  IcQuery *query = ic_query_new (level);

  for (guint key = 0; key < IC_N_QUERY_KEYS; key++)
    if (!is_needed (key, with_classes))
      ic_query_set (query, key, NULL);
  return query;
}

/* Tells @func all rows at @level of the study, or of one of its series. */
static gboolean
hear (Asking *asking,
      IcLevel level,
      const char *series_uid,
      IcNetRowFunc func,
      gpointer user_data,
      GError **error)
{
  g_autoptr(IcQuery) query = new_query (level, asking->with_classes);
  gboolean truncated = FALSE;

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, asking->study_uid);
  if (series_uid != NULL)
    ic_query_set (query, IC_QUERY_SERIES_INSTANCE_UID, series_uid);
  return ic_net_client_find (asking->client, query, 0, func, user_data, &truncated,
                             asking->cancellable, error);
}

static GPtrArray *
ask (Asking *asking, IcLevel level, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  return hear (asking, level, NULL, keep_row, rows, error) ? g_steal_pointer (&rows) : NULL;
}

static gboolean
ask_study (Asking *asking, GError **error)
{
  g_autoptr(GPtrArray) rows = ask (asking, IC_LEVEL_STUDY, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];

      if (!g_str_equal (row[IC_QUERY_STUDY_INSTANCE_UID], asking->study_uid))
        continue;
      asking->study_series = parse_count (row[IC_QUERY_STUDY_SERIES_COUNT]);
      asking->study_instances = parse_count (row[IC_QUERY_STUDY_INSTANCE_COUNT]);
      return TRUE;
    }
  g_set_error (error, IC_ERROR, IC_ERROR_NOT_FOUND, "study %s is not there", asking->study_uid);
  return FALSE;
}

static void
add_remark (IcExpectation *expectation, const char *remark)
{
  char *joined = NULL;

  if (strstr (expectation->remark, remark) != NULL)
    return;
  joined = *expectation->remark == '\0' ? g_strdup (remark)
                                        : g_strconcat (expectation->remark, "; ", remark, NULL);
  g_free (expectation->remark);
  expectation->remark = joined;
}

typedef struct
{
  Asking *asking;
  IcExpectedSeries *series;
  gboolean is_any;
} Images;

/* Of an image two of the many values are kept: there may be 200,000 in a series. */
static void
keep_image (const char *const *row, gpointer user_data)
{
  Images *self = user_data;
  IcSourceReading *reading = self->asking->reading;
  const char *class_uid = row[IC_QUERY_SOP_CLASS_UID];
  const char *uid = row[IC_QUERY_SOP_INSTANCE_UID];

  self->is_any = TRUE;
  if (!ic_uid_is_valid (uid))
    {
      add_remark (reading->expectation, "the source names an image by an invalid UID");
      return;
    }
  uid = ic_expected_series_add (self->series, uid);
  if (ic_uid_is_valid (class_uid))
    g_hash_table_replace (reading->classes, (gpointer) uid,
                          (gpointer) ic_texts_keep (reading->expectation->texts, class_uid));
  else
    reading->all_classes_known = FALSE;
}

/* What was said before it failed does not count. */
static void
forget_images (Images *self)
{
  GHashTableIter iter;
  gpointer uid = NULL;

  g_hash_table_iter_init (&iter, self->series->instances);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    g_hash_table_remove (self->asking->reading->classes, uid);
  g_hash_table_remove_all (self->series->instances);
}

/* The node's own count stays what it is, right or wrong; where it gives none the list counts. */
static gboolean
ask_images (Asking *asking, IcExpectedSeries *series, gint64 count, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  Images images = { asking, series, FALSE };
  const gboolean ok =
      hear (asking, IC_LEVEL_IMAGE, series->series_uid, keep_image, &images, &local_error);

  series->count = MAX (count, 0);
  asking->all_counted &= count != UNKNOWN_COUNT;
  if (!ok && !g_error_matches (local_error, IC_ERROR, IC_ERROR_NODE_FAILED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!ok || (!images.is_any && count != 0))
    {
      forget_images (&images);
      asking->all_listed = FALSE;
      asking->reading->all_classes_known = FALSE;
      add_remark (asking->reading->expectation, "the source does not list its images");
      return TRUE;
    }
  if (count == UNKNOWN_COUNT)
    series->count = g_hash_table_size (series->instances);
  return TRUE;
}

static void
take_text (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

static gboolean
ask_series (Asking *asking, GError **error)
{
  IcExpectation *expectation = asking->reading->expectation;
  g_autoptr(GPtrArray) rows = ask (asking, IC_LEVEL_SERIES, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      char **row = rows->pdata[i];
      const char *uid = row[IC_QUERY_SERIES_INSTANCE_UID];
      IcExpectedSeries *series = NULL;

      if (!ic_uid_is_valid (uid))
        {
          add_remark (expectation, "the source names a series by an invalid UID");
          asking->all_listed = FALSE;
          continue;
        }
      if (ic_expectation_find_series (expectation, uid) != NULL)
        continue;
      series = ic_expectation_add_series (expectation, uid);
      take_text (&series->modality, row[IC_QUERY_MODALITY]);
      take_text (&series->number, row[IC_QUERY_SERIES_NUMBER]);
      take_text (&series->description, row[IC_QUERY_SERIES_DESCRIPTION]);
      if (!ask_images (asking, series, parse_count (row[IC_QUERY_SERIES_INSTANCE_COUNT]), error))
        return FALSE;
    }
  return rows != NULL;
}

/* Some find nothing below a study where they do not offer that level. No study is without images,
 * so that nobody has said yet what is in this one.
 */
static void
check_series (Asking *asking)
{
  IcExpectation *expectation = asking->reading->expectation;

  if (expectation->series->len > 0 || asking->study_series > 0 || asking->study_instances > 0)
    return;
  asking->all_listed = asking->all_counted = FALSE;
  asking->reading->all_classes_known = FALSE;
  add_remark (expectation, "the source does not list its images");
}

/* Numbers that the node gives at study level must fit what it lists below (PS3.4 C.3.4). */
static void
cross_check (Asking *asking)
{
  IcExpectation *expectation = asking->reading->expectation;

  if (asking->study_series != UNKNOWN_COUNT && asking->study_series != expectation->series->len)
    add_remark (expectation, "the source's number of series does not fit its list");
  if (asking->study_instances != UNKNOWN_COUNT &&
      asking->study_instances != ic_expectation_count (expectation))
    add_remark (expectation, "the source's number of images does not fit its list");
}

static IcBasis
basis_of (const Asking *asking)
{
  if (asking->all_listed)
    return IC_BASIS_UID_LIST;
  return asking->all_counted ? IC_BASIS_COUNT_ONLY : IC_BASIS_NONE;
}

IcSourceReading *
ic_source_reading_take (IcNetClient *client,
                        const char *source_name,
                        const char *study_uid,
                        gboolean with_classes,
                        IcTexts *texts,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr(IcSourceReading) self = g_new0 (IcSourceReading, 1);
  Asking asking = {
    .client = client,
    .study_uid = study_uid,
    .with_classes = with_classes,
    .cancellable = cancellable,
    .reading = self,
    .all_listed = TRUE,
    .all_counted = TRUE,
  };

  self->expectation = ic_expectation_new_sharing (texts, study_uid, source_name,
                                                  g_get_real_time () / G_USEC_PER_SEC);
  self->classes = g_hash_table_new (g_str_hash, g_str_equal);
  self->all_classes_known = TRUE;
  if (!ask_study (&asking, error) || !ask_series (&asking, error))
    return NULL;
  check_series (&asking);
  cross_check (&asking);
  self->expectation->basis = basis_of (&asking);
  return g_steal_pointer (&self);
}

void
ic_source_reading_free (IcSourceReading *self)
{
  g_clear_pointer (&self->expectation, ic_expectation_unref);
  g_clear_pointer (&self->classes, g_hash_table_unref);
  g_free (self);
}
