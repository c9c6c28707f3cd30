/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-viewer-loader.h"

#include "core/ic-error.h"
#include "core/ic-own-context.h"
#include "dicom/ic-image-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* What a question takes to its thread. */
typedef struct
{
  IcDataDir *data_dir;
  GPtrArray *paths;
  IcViewerSeries *series; /* not touched by the thread */
  IcDumpKind kind;
  gboolean is_complete;
  GFile *target;
  GMainContext *context; /* of who asks */
} Question;

static Question *
question_new (IcDataDir *data_dir, const char *path)
{
  Question *self = g_new0 (Question, 1);

  self->data_dir = ic_data_dir_ref (data_dir);
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->context = g_main_context_ref_thread_default ();
  if (path != NULL)
    g_ptr_array_add (self->paths, ic_data_dir_dup_path (data_dir, path));
  return self;
}

static void
question_free (gpointer data)
{
  Question *self = data;

  ic_data_dir_unref (self->data_dir);
  g_ptr_array_unref (self->paths);
  g_main_context_unref (self->context);
  g_clear_object (&self->series);
  g_clear_object (&self->target);
  g_free (self);
}

static int
open_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open");
  return fd;
}

/* Facts */

typedef struct
{
  IcViewerSeries *series;
  guint first;
  GPtrArray *facts;
} Batch;

static void
batch_free (gpointer data)
{
  Batch *self = data;

  g_object_unref (self->series);
  g_ptr_array_unref (self->facts);
  g_free (self);
}

static gboolean
take_batch_cb (gpointer data)
{
  Batch *batch = data;

  ic_viewer_series_take_facts (batch->series, batch->first, batch->facts);
  return G_SOURCE_REMOVE;
}

/* Where a file cannot even be opened nothing is known about it. */
static void
spread (const gboolean *is_open, guint n, GPtrArray *answers, GPtrArray *facts)
{
  guint next = 0;

  for (guint i = 0; i < n; i++)
    {
      IcImageFacts *answer = is_open[i] && answers != NULL ? answers->pdata[next++] : NULL;

      g_ptr_array_add (facts, answer != NULL ? ic_image_facts_ref (answer) : NULL);
    }
}

static void
clear_facts (gpointer facts)
{
  if (facts != NULL)
    ic_image_facts_unref (facts);
}

static GPtrArray *
describe_some (IcImageReader *reader, char **paths, guint n, GCancellable *cancellable)
{
  GPtrArray *facts = g_ptr_array_new_with_free_func (clear_facts);
  g_autoptr(GPtrArray) answers = NULL;
  gboolean is_open[IC_IMAGE_READER_MAX_FILES] = { FALSE };
  int fds[IC_IMAGE_READER_MAX_FILES] = { 0 };
  guint n_fds = 0;

  for (guint i = 0; i < n; i++)
    {
      int fd = open (paths[i], O_RDONLY | O_CLOEXEC);

      is_open[i] = fd >= 0;
      if (fd >= 0)
        fds[n_fds++] = fd;
    }
  answers = ic_image_reader_describe (reader, fds, n_fds, cancellable, NULL);
  for (guint i = 0; i < n_fds; i++)
    close (fds[i]);
  spread (is_open, n, answers, facts);
  return facts;
}

/* A batch that killed the worker once more, file by file: the others are not to blame. */
static gboolean
is_lost (GPtrArray *facts)
{
  for (guint i = 0; i < facts->len; i++)
    if (facts->pdata[i] != NULL)
      return FALSE;
  return facts->len > 1;
}

static GPtrArray *
describe_batch (IcImageReader *reader, char **paths, guint n, GCancellable *cancellable)
{
  GPtrArray *facts = describe_some (reader, paths, n, cancellable);

  if (!is_lost (facts))
    return facts;
  for (guint i = 0; i < n && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr(GPtrArray) one = describe_some (reader, paths + i, 1, cancellable);

      facts->pdata[i] = g_steal_pointer (&one->pdata[0]);
    }
  return facts;
}

static void
describe_all (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Question *question = task_data;
  g_autoptr(IcOwnContext) context = ic_own_context_enter ();
  g_autoptr(IcImageReader) reader = ic_image_reader_new ();
  guint n = 0;

  for (guint first = 0; first < question->paths->len && !g_cancellable_is_cancelled (cancellable);
       first += n)
    {
      Batch *batch = g_new0 (Batch, 1);

      /* The first answer soon: it is on the screen. */
      n = first == 0 ? 1 : IC_IMAGE_READER_MAX_FILES;
      n = MIN (n, question->paths->len - first);
      batch->series = g_object_ref (question->series);
      batch->first = first;
      batch->facts =
          describe_batch (reader, (char **) question->paths->pdata + first, n, cancellable);
      g_main_context_invoke_full (question->context, G_PRIORITY_DEFAULT, take_batch_cb, batch,
                                  batch_free);
    }
  g_task_return_boolean (task, TRUE);
}

void
ic_viewer_loader_describe (IcViewerSeries *series, IcDataDir *data_dir, GCancellable *cancellable)
{
  const IcSeries *which = ic_viewer_series_get_series (series);
  Question *question = question_new (data_dir, NULL);
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, NULL, NULL);

  ic_viewer_series_begin (series);
  question->series = g_object_ref (series);
  for (guint i = 0; i < which->instances->len; i++)
    g_ptr_array_add (question->paths,
                     ic_data_dir_dup_path (data_dir,
                                           ((const IcInstance *) which->instances->pdata[i])
                                               ->path));
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, describe_all);
}

/* Texts */

static void
dump_file (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Question *question = task_data;
  g_autoptr(IcOwnContext) context = ic_own_context_enter ();
  g_autoptr(IcImageReader) reader = ic_image_reader_new ();
  GError *error = NULL;
  GPtrArray *rows = NULL;
  int fd = open_file (question->paths->pdata[0], &error);

  if (fd >= 0)
    rows = ic_image_reader_dump (reader, fd, question->kind, &question->is_complete, cancellable,
                                 &error);
  if (fd >= 0)
    close (fd);
  if (rows != NULL)
    g_task_return_pointer (task, rows, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
ic_viewer_loader_dump_async (IcDataDir *data_dir,
                             const char *path,
                             IcDumpKind kind,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Question *question = question_new (data_dir, path);
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  question->kind = kind;
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, dump_file);
}

GPtrArray *
ic_viewer_loader_dump_finish (GAsyncResult *result, gboolean *complete, GError **error)
{
  Question *question = g_task_get_task_data (G_TASK (result));

  *complete = question->is_complete;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Documents */

static gboolean
extract (IcImageReader *reader, const Question *question, GCancellable *cancellable, GError **error)
{
  g_autofree char *target = g_file_get_path (question->target);
  int fd = open_file (question->paths->pdata[0], error);
  int output_fd = -1;
  gboolean ok = FALSE;

  if (fd < 0)
    return FALSE;
  if (target != NULL)
    output_fd = open (target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (output_fd < 0)
    ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to create");
  else
    ok = ic_image_reader_extract_document (reader, fd, output_fd, cancellable, error);
  if (output_fd >= 0)
    close (output_fd);
  close (fd);
  return ok;
}

static void
extract_file (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr(IcOwnContext) context = ic_own_context_enter ();
  g_autoptr(IcImageReader) reader = ic_image_reader_new ();
  GError *error = NULL;

  if (extract (reader, task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ic_viewer_loader_extract_async (IcDataDir *data_dir,
                                const char *path,
                                GFile *target,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  Question *question = question_new (data_dir, path);
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  question->target = g_object_ref (target);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, extract_file);
}

gboolean
ic_viewer_loader_extract_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
