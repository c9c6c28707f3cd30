/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-image-reader.h"

#include "core/ic-error.h"
#include "wire/ic-wire-memory.h"
#include "wire/ic-worker.h"

struct _IcImageReader
{
  const char *program;
  IcWorker *worker; /* NULL before the first question, and after one died */
};

/* One question: what must live until it is answered. */
typedef struct
{
  IcWireParse *parse;
  IcWorkerCall *call;
  GUnixFDList *fds;
} Question;

static void
question_clear (Question *self)
{
  g_clear_pointer (&self->call, ic_worker_call_free);
  g_clear_object (&self->fds);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static gboolean
question_begin (IcImageReader *self,
                Question *question,
                const int *fds,
                guint n_fds,
                GCancellable *cancellable,
                GError **error)
{
  const char *arguments[] = { "--parse", NULL };

  if (self->worker == NULL)
    self->worker = ic_worker_spawn (self->program, arguments, -1, cancellable, error);
  if (self->worker == NULL)
    return FALSE;
  question->fds = g_unix_fd_list_new ();
  for (guint i = 0; i < n_fds; i++)
    if (g_unix_fd_list_append (question->fds, fds[i], error) < 0)
      return FALSE;
  question->parse = ic_worker_get_parse (self->worker);
  question->call = ic_worker_call_new (self->worker, NULL);
  return TRUE;
}

/* What happened to the worker comes first; one that died is not asked again. */
static gboolean
question_end (IcImageReader *self, Question *question, GError **local_error, GError **error)
{
  g_autoptr(GError) found = NULL;

  if (ic_worker_call_check (question->call, local_error, &found))
    return TRUE;
  if (g_error_matches (found, IC_ERROR, IC_ERROR_WORKER_DIED) ||
      g_error_matches (found, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      question_clear (question);
      g_clear_object (&self->worker);
    }
  g_propagate_error (error, g_steal_pointer (&found));
  return FALSE;
}

static IcImageReader *
reader_new (const char *program)
{
  IcImageReader *self = g_new0 (IcImageReader, 1);

  self->program = program;
  return self;
}

IcImageReader *
ic_image_reader_new (void)
{
  return reader_new ("courier-dicom");
}

IcImageReader *
ic_image_reader_new_for_pages (void)
{
  return reader_new ("courier-pages");
}

void
ic_image_reader_free (IcImageReader *self)
{
  g_clear_object (&self->worker);
  g_free (self);
}

static IcFrame *
take_frame (Question *question, guint *n_frames, GError **error)
{
  g_autoptr(GUnixFDList) fds = NULL;
  g_autoptr(GVariant) numbers = NULL;
  g_autoptr(GVariant) handle = NULL;
  g_autoptr(GBytes) content = NULL;
  IcFrame *frame = NULL;

  if (!ic_wire_parse_call_read_frame_finish (question->parse, n_frames, &numbers, &handle, &fds,
                                             question->call->result, error))
    return NULL;
  content = ic_wire_memory_map_handle (fds, handle, error);
  if (content == NULL)
    return NULL;
  frame = ic_frame_unpack (numbers, content);
  if (frame == NULL)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the reader gave no picture");
  return frame;
}

IcFrame *
ic_image_reader_read_frame (IcImageReader *self,
                            int fd,
                            guint number,
                            guint *n_frames,
                            GCancellable *cancellable,
                            GError **error)
{
  g_auto(Question) question = { 0 };
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcFrame) frame = NULL;

  if (!question_begin (self, &question, &fd, 1, cancellable, error))
    return NULL;
  ic_wire_parse_call_read_frame (question.parse, question.call->job, g_variant_new_handle (0),
                                 number, G_DBUS_CALL_FLAGS_NONE, -1, question.fds, NULL,
                                 ic_worker_call_done_cb, question.call);
  ic_worker_call_wait (question.call, cancellable);
  frame = take_frame (&question, n_frames, &local_error);
  return question_end (self, &question, &local_error, error) ? g_steal_pointer (&frame) : NULL;
}

static void
unref_facts (gpointer facts)
{
  if (facts != NULL)
    ic_image_facts_unref (facts);
}

/* As many as were asked for, whatever came. */
static GPtrArray *
unpack_facts (GVariant *records, guint n)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (unref_facts);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GVariant) packed = NULL;
      const char *message = NULL;

      if (i < g_variant_n_children (records))
        g_variant_get_child (records, i, "(&sv)", &message, &packed);
      g_ptr_array_add (all, packed != NULL ? ic_image_facts_unpack (packed) : NULL);
    }
  return all;
}

GPtrArray *
ic_image_reader_describe (IcImageReader *self,
                          const int *fds,
                          guint n_fds,
                          GCancellable *cancellable,
                          GError **error)
{
  g_auto(Question) question = { 0 };
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GVariant) records = NULL;
  GVariantBuilder handles;

  g_return_val_if_fail (n_fds <= IC_IMAGE_READER_MAX_FILES, NULL);
  if (!question_begin (self, &question, fds, n_fds, cancellable, error))
    return NULL;
  g_variant_builder_init (&handles, G_VARIANT_TYPE ("ah"));
  for (guint i = 0; i < n_fds; i++)
    g_variant_builder_add (&handles, "h", (gint32) i);
  ic_wire_parse_call_describe (question.parse, question.call->job, g_variant_builder_end (&handles),
                               G_DBUS_CALL_FLAGS_NONE, -1, question.fds, NULL,
                               ic_worker_call_done_cb, question.call);
  ic_worker_call_wait (question.call, cancellable);
  ic_wire_parse_call_describe_finish (question.parse, &records, NULL, question.call->result,
                                      &local_error);
  if (!question_end (self, &question, &local_error, error))
    return NULL;
  return unpack_facts (records, n_fds);
}

static GPtrArray *
unpack_rows (GVariant *lines)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_dump_row_free);
  GVariantIter iter;
  IcDumpRow found = { 0 };

  g_variant_iter_init (&iter, lines);
  while (rows->len < IC_DUMP_ROWS_MAX &&
         g_variant_iter_next (&iter, "(ussss)", &found.depth, &found.tag, &found.vr, &found.name,
                              &found.value))
    g_ptr_array_add (rows, g_memdup2 (&found, sizeof found));
  return rows;
}

GPtrArray *
ic_image_reader_dump (IcImageReader *self,
                      int fd,
                      IcDumpKind kind,
                      gboolean *complete,
                      GCancellable *cancellable,
                      GError **error)
{
  g_auto(Question) question = { 0 };
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GVariant) lines = NULL;

  if (!question_begin (self, &question, &fd, 1, cancellable, error))
    return NULL;
  ic_wire_parse_call_dump (question.parse, question.call->job, g_variant_new_handle (0), kind,
                           G_DBUS_CALL_FLAGS_NONE, -1, question.fds, NULL, ic_worker_call_done_cb,
                           question.call);
  ic_worker_call_wait (question.call, cancellable);
  ic_wire_parse_call_dump_finish (question.parse, &lines, complete, NULL, question.call->result,
                                  &local_error);
  return question_end (self, &question, &local_error, error) ? unpack_rows (lines) : NULL;
}

gboolean
ic_image_reader_extract_document (IcImageReader *self,
                                  int fd,
                                  int output_fd,
                                  GCancellable *cancellable,
                                  GError **error)
{
  const int fds[] = { fd, output_fd };
  g_auto(Question) question = { 0 };
  g_autoptr(GError) local_error = NULL;

  if (!question_begin (self, &question, fds, G_N_ELEMENTS (fds), cancellable, error))
    return FALSE;
  ic_wire_parse_call_extract_document (question.parse, question.call->job, g_variant_new_handle (0),
                                       g_variant_new_handle (1), G_DBUS_CALL_FLAGS_NONE, -1,
                                       question.fds, NULL, ic_worker_call_done_cb, question.call);
  ic_worker_call_wait (question.call, cancellable);
  ic_wire_parse_call_extract_document_finish (question.parse, NULL, question.call->result,
                                              &local_error);
  return question_end (self, &question, &local_error, error);
}
