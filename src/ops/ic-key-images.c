/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-key-images.h"

#include "core/ic-error.h"
#include "dicom/ic-picture-reader.h"
#include "disc/ic-directory-table.h"
#include "domain/ic-sop-class.h"
#include "domain/ic-study.h"

#include <fcntl.h>

/* A CT slice keeps all of its pixels. With very many series the pages must not outgrow the images.
 */
#define EDGE 640
#define EDGE_OF_MANY 256
#define MANY_SERIES 200

/* A series that has a picture, and which of its images is to stand for it. */
typedef struct
{
  const IcSeries *series;
  guint position; /* from 1 */
} Choice;

typedef struct
{
  IcDesk *desk;
  GHashTable *key_images;
  GArray *choices; /* of Choice; complete before the first picture is asked for */
  IcProgress *progress;
  guint n_done;
  guint n_made;
} Making;

/* What the object is where it is no image. */
static const char *
describe_other (const char *sop_class_uid)
{
  switch (ic_directory_record_type_for_class (sop_class_uid))
    {
    case IC_RECORD_SR_DOCUMENT:
      return "a report";
    case IC_RECORD_ENCAP_DOC:
      return "a document";
    case IC_RECORD_PRESENTATION:
      return "a presentation state";
    case IC_RECORD_WAVEFORM:
      return "a waveform";
    default:
      return "not an image";
    }
}

static gboolean
is_image (const IcInstance *instance)
{
  const IcSopClass *class = ic_sop_class_find (instance->sop_class_uid);

  return class == NULL || class->kind != IC_SOP_KIND_OTHER;
}

/* The middle one of the images; 0 when there are none. */
static guint
choose (const IcSeries *series)
{
  guint n_images = 0;
  guint n_seen = 0;

  for (guint i = 0; i < series->instances->len; i++)
    n_images += is_image (series->instances->pdata[i]);
  for (guint i = 0; i < series->instances->len; i++)
    if (is_image (series->instances->pdata[i]) && n_seen++ == n_images / 2)
      return i + 1;
  return 0;
}

static void
set_key_image (Making *self, const IcSeries *series, IcKeyImage *key_image)
{
  g_hash_table_replace (self->key_images, g_strdup (series->series_uid), key_image);
}

static void
made_cb (gpointer item, const IcJpeg *jpeg, const GError *error, gpointer user_data)
{
  const Choice *choice = item;
  Making *self = user_data;

  if (jpeg != NULL)
    set_key_image (self, choice->series,
                   ic_key_image_new (jpeg->stream, jpeg->columns, jpeg->rows, choice->position));
  else
    set_key_image (self, choice->series, ic_key_image_new_missing (error->message));
  self->n_made += jpeg != NULL;
  ic_progress_report (self->progress, ++self->n_done, self->choices->len);
}

/* Every series gets its reason now, in case nothing better comes. */
static void
choose_for_series (Making *self, const IcSeries *series)
{
  const Choice choice = { series, choose (series) };
  const IcInstance *first = series->instances->pdata[0];

  if (choice.position > 0)
    g_array_append_val (self->choices, choice);
  set_key_image (self, series,
                 ic_key_image_new_missing (choice.position > 0
                                               ? "it could not be read"
                                               : describe_other (first->sop_class_uid)));
}

static void
choose_all (Making *self, GPtrArray *studies)
{
  for (guint i = 0; i < studies->len; i++)
    {
      const IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        choose_for_series (self, study->series->pdata[k]);
    }
}

/* FALSE only when nothing more can be read; a file that is not there is told by others. */
static gboolean
ask_for (Making *self,
         IcPictureReader *reader,
         Choice *choice,
         GCancellable *cancellable,
         GError **error)
{
  const IcInstance *instance = choice->series->instances->pdata[choice->position - 1];
  g_autofree char *path = ic_data_dir_dup_path (ic_desk_get_data_dir (self->desk), instance->path);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  return fd < 0 || ic_picture_reader_push (reader, fd, choice, cancellable, error);
}

static gboolean
ask_for_all (Making *self, GCancellable *cancellable, GError **error)
{
  const guint edge = g_hash_table_size (self->key_images) > MANY_SERIES ? EDGE_OF_MANY : EDGE;
  g_autoptr(IcPictureReader) reader = ic_picture_reader_new_jpegs (edge, made_cb, self);

  for (guint i = 0; i < self->choices->len; i++)
    if (!ask_for (self, reader, &g_array_index (self->choices, Choice, i), cancellable, error))
      return FALSE;
  return ic_picture_reader_finish (reader, cancellable, error);
}

GHashTable *
ic_key_images_make (IcDesk *desk,
                    GPtrArray *studies,
                    guint *n_failed,
                    IcProgress *progress,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr(GHashTable) key_images = ic_key_images_new ();
  g_autoptr(GArray) choices = g_array_new (FALSE, FALSE, sizeof (Choice));
  Making self = { desk, key_images, choices, progress, 0, 0 };
  g_autoptr(GError) local_error = NULL;

  choose_all (&self, studies);
  if (!ask_for_all (&self, cancellable, &local_error) &&
      g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  *n_failed = choices->len - self.n_made;
  return g_steal_pointer (&key_images);
}
