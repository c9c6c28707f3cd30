/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-preview.h"

#include "dicom/ic-picture-reader.h"
#include "domain/ic-sop-class.h"
#include "store/ic-audit.h"
#include "store/ic-setting-repo.h"
#include "store/ic-study-repo.h"

#include <fcntl.h>

#define OFF "off"

typedef struct
{
  const char *study_uid;
  IcStudy *study;
} Lookup;

IcPreviewRequest *
ic_preview_request_new (const char *study_uid,
                        const char *series_uid,
                        GCancellable *cancellable,
                        gpointer data)
{
  IcPreviewRequest *self = g_new0 (IcPreviewRequest, 1);

  self->study_uid = g_strdup (study_uid);
  self->series_uid = g_strdup (series_uid);
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->data = data;
  return self;
}

void
ic_preview_request_free (IcPreviewRequest *self)
{
  g_free (self->study_uid);
  g_free (self->series_uid);
  g_clear_object (&self->cancellable);
  g_free (self);
}

void
ic_preview_report (const IcPreviewAnswer *answer,
                   IcPreviewRequest *request,
                   IcErrorCode code,
                   const char *message)
{
  g_autoptr(GError) error = g_error_new_literal (IC_ERROR, (int) code, message);

  answer->func (request, NULL, error, answer->user_data);
}

char *
ic_preview_dup_setting_key (const char *node_name)
{
  return g_strconcat ("previews/", node_name, NULL);
}

gboolean
ic_preview_can_ask (const IcNode *node)
{
  return node->retrieve == IC_RETRIEVE_GET;
}

gboolean
ic_preview_is_on (IcReadTx *tx, const char *node_name, gboolean *is_on, GError **error)
{
  g_autofree char *key = ic_preview_dup_setting_key (node_name);
  g_autofree char *value = ic_setting_repo_dup (tx, key, "", error);

  *is_on = g_strcmp0 (value, OFF) != 0;
  return value != NULL;
}

IcPreviewChange *
ic_preview_change_new (const char *operator_name, const char *node_name, gboolean is_on)
{
  IcPreviewChange *self = g_new0 (IcPreviewChange, 1);

  self->operator_name = g_strdup (operator_name);
  self->node_name = g_strdup (node_name);
  self->is_on = is_on;
  return self;
}

void
ic_preview_change_free (IcPreviewChange *self)
{
  g_free (self->operator_name);
  g_free (self->node_name);
  g_free (self);
}

gboolean
ic_preview_change_apply (IcWriteTx *tx, gpointer data, GError **error)
{
  const IcPreviewChange *self = data;
  g_autofree char *key = ic_preview_dup_setting_key (self->node_name);
  const IcAuditField details[] = { { "node", self->node_name },
                                   { "previews", self->is_on ? "on" : OFF },
                                   { NULL, NULL } };
  const IcAuditEvent event = { .operator_name = self->operator_name,
                               .action = "settings-changed",
                               .details = details };

  return ic_setting_repo_set (tx, key, self->is_on ? NULL : OFF, error) &&
         ic_audit_append (tx, &event, error);
}

static gboolean
find_study (IcReadTx *tx, gpointer data, GError **error)
{
  Lookup *lookup = data;

  lookup->study = ic_study_repo_find (tx, lookup->study_uid, error);
  return lookup->study != NULL;
}

static gboolean
is_image (const IcInstance *instance)
{
  const IcSopClass *class = ic_sop_class_find (instance->sop_class_uid);

  return class == NULL || class->kind != IC_SOP_KIND_OTHER;
}

static const IcInstance *
find_middle (const IcSeries *series)
{
  guint n = 0;
  guint seen = 0;

  for (guint i = 0; i < series->instances->len; i++)
    n += is_image (series->instances->pdata[i]);
  for (guint i = 0; i < series->instances->len; i++)
    if (is_image (series->instances->pdata[i]) && seen++ == n / 2)
      return series->instances->pdata[i];
  return NULL;
}

/* -1 when the series has no image, or is not here any more. */
static int
open_middle (IcDesk *desk, IcStudy *study, const char *series_uid)
{
  for (guint i = 0; study != NULL && i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];
      const IcInstance *middle = NULL;
      g_autofree char *path = NULL;

      if (!g_str_equal (series->series_uid, series_uid))
        continue;
      middle = find_middle (series);
      if (middle == NULL)
        return -1;
      path = ic_data_dir_dup_path (ic_desk_get_data_dir (desk), middle->path);
      return open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
  return -1;
}

static void
made_cb (gpointer item, IcPicture *picture, const GError *error, gpointer user_data)
{
  const IcPreviewAnswer *answer = user_data;

  answer->func (item, picture, error, answer->user_data);
}

/* Requests of one study follow each other: it is read once. */
static IcStudy *
ensure_study (IcDesk *desk, IcStudy *known, const char *study_uid)
{
  Lookup lookup = { .study_uid = study_uid };
  g_autoptr(GError) error = NULL;

  if (known != NULL && g_str_equal (known->study_uid, study_uid))
    return known;
  g_clear_pointer (&known, ic_study_unref);
  if (!ic_store_read (ic_desk_get_store (desk), find_study, &lookup, &error))
    g_debug ("no preview: %s", error->message);
  return lookup.study;
}

void
ic_preview_make_local (IcDesk *desk, GPtrArray *requests, IcPreviewFunc func, gpointer user_data)
{
  IcPreviewAnswer answer = { func, user_data };
  g_autoptr(IcPictureReader) reader =
                 ic_picture_reader_new_thumbnails (IC_PREVIEW_EDGE, made_cb, &answer);
  g_autoptr(IcStudy) study = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < requests->len; i++)
    {
      IcPreviewRequest *request = requests->pdata[i];
      int fd = -1;

      study = ensure_study (desk, g_steal_pointer (&study), request->study_uid);
      fd = open_middle (desk, study, request->series_uid);
      if (fd < 0)
        ic_preview_report (&answer, request, IC_ERROR_NOT_FOUND, "there is no image to show");
      else if (!ic_picture_reader_push (reader, fd, request, NULL, &error))
        {
          func (request, NULL, error, user_data);
          g_clear_error (&error);
        }
    }
  if (!ic_picture_reader_finish (reader, NULL, &error))
    g_warning ("previews stopped: %s", error->message);
}
