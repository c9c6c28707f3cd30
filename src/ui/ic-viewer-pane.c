/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-viewer-pane.h"

#include "model/ic-viewer-loader.h"
#include "ui/ic-dialogs.h"
#include "ui/ic-viewer-words.h"
#include "words/ic-error-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define CINE_MS 66 /* where the file says nothing */
#define CINE_MS_MIN 16
#define CINE_MS_MAX 2000
#define NOWHERE G_MAXUINT

struct _IcViewerPane
{
  AdwBin parent_instance;

  IcWorkspace *workspace;
  IcFrameSource *source;
  guint view;
  IcViewerSeries *series;
  gulong series_changed;
  GCancellable *cancellable; /* of what belongs to the series */

  guint slot;
  const IcInstance *instance; /* at the slot, and its frame there */
  guint frame;
  guint shown; /* on the screen; NOWHERE: nothing of this series */
  int direction;
  guint cine;        /* source id; 0 stands still */
  char *report_path; /* whose text is there */

  GtkWidget *head;
  GtkLabel *identity;
  GtkLabel *warning;
  GtkWidget *save;
  GtkWidget *retry;
  GtkStack *stack;
  IcViewerCanvas *canvas;
  GtkTextView *report;
  AdwStatusPage *document;
  AdwStatusPage *state;
};

enum
{
  MOVED,
  SHOWN,
  ACTIVATED,
  CINE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (IcViewerPane, ic_viewer_pane, ADW_TYPE_BIN)

static IcDataDir *
get_data_dir (IcViewerPane *self)
{
  return ic_desk_get_data_dir (ic_workspace_get_desk (self->workspace));
}

const IcInstance *
ic_viewer_pane_get_instance (IcViewerPane *self)
{
  if (self->series == NULL || ic_viewer_series_count (self->series) == 0)
    return NULL;
  return ic_viewer_series_get_instance (self->series, self->slot, NULL);
}

const IcImageFacts *
ic_viewer_pane_get_facts (IcViewerPane *self)
{
  if (ic_viewer_pane_get_instance (self) == NULL)
    return NULL;
  return ic_viewer_series_get_facts (self->series, self->slot, NULL);
}

static gboolean
is_document (const IcImageFacts *facts)
{
  return facts != NULL && facts->content == IC_CONTENT_DOCUMENT;
}

/* Whatever is shown, whose it is stands above or on it. */
static void
show_page (IcViewerPane *self, const char *page)
{
  const gboolean is_picture = g_str_equal (page, "picture");
  const IcImageFacts *facts = ic_viewer_pane_get_facts (self);
  g_autofree char *patient =
      facts != NULL ? ic_viewer_words_dup_patient (facts)
                    : ic_words_dup_name (ic_viewer_series_get_study (self->series)->patient->name);
  g_autofree char *mismatch =
      facts != NULL
          ? ic_viewer_words_dup_mismatch (facts, ic_viewer_series_get_study (self->series)->patient)
          : NULL;
  g_auto(GStrv) lines = g_strsplit (patient, "\n", -1);
  g_autofree char *line = g_strjoinv (" · ", lines);

  gtk_label_set_text (self->identity, line);
  gtk_label_set_text (self->warning, mismatch != NULL ? mismatch : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), mismatch != NULL);
  gtk_widget_set_visible (self->head, !is_picture || is_document (facts));
  gtk_widget_set_visible (self->save, is_document (facts));
  if (mismatch != NULL)
    gtk_widget_add_css_class (self->head, "alert");
  else
    gtk_widget_remove_css_class (self->head, "alert");
  gtk_stack_set_visible_child_name (self->stack, page);
  if (self->shown != self->slot || !is_picture)
    {
      self->shown = self->slot;
      g_signal_emit (self, signals[SHOWN], 0);
    }
}

static void
show_state (IcViewerPane *self, const char *icon, const char *title, const char *description)
{
  adw_status_page_set_icon_name (self->state, icon);
  adw_status_page_set_title (self->state, title);
  adw_status_page_set_description (self->state, description);
  gtk_widget_set_visible (self->retry, FALSE);
  show_page (self, "state");
}

static void
show_failure (IcViewerPane *self, const GError *error)
{
  const IcErrorContext context = { .subject = _ ("this image"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = ic_error_words_dup_sentence (error, &context);
  g_autofree char *markup = g_markup_escape_text (sentence, -1);
  g_autofree char *title = g_strdup_printf (_ ("Image %u of %u cannot be shown"), self->slot + 1,
                                            ic_viewer_series_count (self->series));

  show_state (self, "image-missing-symbolic", title, markup);
  gtk_widget_set_visible (self->retry, TRUE);
}

static void
retry_cb (IcViewerPane *self)
{
  const IcFrameAddress address = ic_viewer_series_get_address (self->series, self->slot);

  self->shown = NOWHERE;
  gtk_stack_set_visible_child_name (self->stack, "opening");
  ic_frame_source_retry (self->source, &address);
}

/* Pictures */

static void
write_corners (IcViewerPane *self, const IcImageFacts *facts, guint frame)
{
  const IcInstance *instance = ic_viewer_pane_get_instance (self);
  IcTransferDraft *draft = ic_workspace_get_draft (self->workspace);
  const gboolean is_key = ic_transfer_draft_is_key_image (draft, instance->sop_instance_uid);
  g_autofree char *patient = ic_viewer_words_dup_patient (facts);
  g_autofree char *study = ic_viewer_words_dup_study (facts);
  g_autofree char *place =
      ic_viewer_words_dup_place (facts, self->slot, ic_viewer_series_count (self->series), frame,
                                 is_key);
  g_autofree char *mismatch =
      ic_viewer_words_dup_mismatch (facts, ic_viewer_series_get_study (self->series)->patient);

  ic_viewer_canvas_set_corner (self->canvas, IC_VIEWER_CORNER_TOP_LEFT, patient);
  ic_viewer_canvas_set_corner (self->canvas, IC_VIEWER_CORNER_TOP_RIGHT, study);
  ic_viewer_canvas_set_corner (self->canvas, IC_VIEWER_CORNER_BOTTOM_LEFT, place);
  ic_viewer_canvas_set_corner (self->canvas, IC_VIEWER_CORNER_BANNER, mismatch);
}

static void
write_look (IcViewerPane *self)
{
  IcFrame *frame = ic_viewer_canvas_get_frame (self->canvas);
  g_autofree char *look = NULL;
  IcScene scene = { 0 };

  if (ic_viewer_canvas_get_scene (self->canvas, &scene))
    look = ic_viewer_words_dup_look (ic_viewer_canvas_get_viewport (self->canvas), &scene, frame);
  ic_viewer_canvas_set_corner (self->canvas, IC_VIEWER_CORNER_BOTTOM_RIGHT, look);
}

/* Picture and words change together: neither ever stands beside another one's. */
static void
show_picture (IcViewerPane *self, const IcImageFacts *facts)
{
  const IcFrameAddress address = ic_viewer_series_get_address (self->series, self->slot);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFrame) frame = ic_frame_source_dup (self->source, &address, &error);

  if (error != NULL)
    show_failure (self, error);
  if (frame == NULL)
    return;
  ic_viewer_canvas_set_frame (self->canvas, frame, facts, address.frame);
  write_corners (self, facts, address.frame);
  write_look (self);
  show_page (self, "picture");
}

/* Reports */

static void
insert_row (GtkTextBuffer *buffer, const IcDumpRow *row)
{
  const gboolean is_heading = *row->value == '\0';
  GtkTextIter end = { 0 };

  for (guint i = 1; i < row->depth; i++)
    {
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_insert (buffer, &end, "    ", -1);
    }
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert_with_tags_by_name (buffer, &end, row->name, -1,
                                            is_heading ? "heading" : "name", NULL);
  if (!is_heading)
    {
      gtk_text_buffer_insert (buffer, &end, *row->name != '\0' ? ": " : "", -1);
      gtk_text_buffer_insert (buffer, &end, row->value, -1);
    }
  gtk_text_buffer_insert (buffer, &end, "\n", -1);
}

static void
fill_report (IcViewerPane *self, GPtrArray *rows, gboolean complete)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->report);
  GtkTextIter end = { 0 };

  gtk_text_buffer_set_text (buffer, "", -1);
  for (guint i = 0; i < rows->len; i++)
    insert_row (buffer, rows->pdata[i]);
  if (complete)
    return;
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert (buffer, &end, _ ("The report is longer: the rest is left out here."), -1);
}

static void
report_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcViewerPane) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean complete = FALSE;
  g_autoptr(GPtrArray) rows = ic_viewer_loader_dump_finish (result, &complete, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->series == NULL)
    return;
  if (rows != NULL)
    fill_report (self, rows, complete);
  if (rows != NULL)
    show_page (self, "report");
  else
    show_failure (self, error);
}

static void
show_report (IcViewerPane *self)
{
  const IcInstance *instance = ic_viewer_pane_get_instance (self);

  if (g_strcmp0 (self->report_path, instance->path) == 0)
    {
      show_page (self, "report");
      return;
    }
  g_free (self->report_path);
  self->report_path = g_strdup (instance->path);
  ic_viewer_loader_dump_async (get_data_dir (self), instance->path, IC_DUMP_REPORT,
                               self->cancellable, report_read_cb, g_object_ref (self));
}

/* Documents */

/* One that is not shown, and why: @error, or NULL for a kind that is never shown. */
static void
describe_document (IcViewerPane *self, const IcImageFacts *facts, const GError *error)
{
  const char *type = facts->strings[IC_FACT_MIME_TYPE];
  const IcErrorContext context = { .subject = _ ("the document"), .subject_is_phrase = TRUE };
  g_autofree char *title = g_markup_escape_text (facts->strings[IC_FACT_TITLE], -1);
  g_autofree char *plain_type = ic_words_dup_printable (*type != '\0' ? type : _ ("unknown kind"));
  g_autofree char *description = NULL;
  g_autofree char *markup = NULL;

  if (error != NULL)
    description = ic_error_words_dup_sentence (error, &context);
  else
    description =
        g_strdup_printf (_ ("A document (%s) is inside this object. Imaging Courier does not open "
                            "it: save it and "
                            "look at it with a program that is made for it."),
                         plain_type);
  markup = g_markup_escape_text (description, -1);
  adw_status_page_set_title (self->document, *title != '\0' ? title : _ ("Document"));
  adw_status_page_set_description (self->document, markup);
  show_page (self, "document");
}

static gboolean
is_pdf (const IcImageFacts *facts)
{
  return g_str_equal (facts->strings[IC_FACT_MIME_TYPE], "application/pdf");
}

/* Whose it is stands above: a page has no corners to spare. */
static void
write_page (IcViewerPane *self, guint page, guint n_pages)
{
  g_autofree char *place = g_strdup_printf (_ ("Page %u of %u"), page + 1, n_pages);

  for (int i = 0; i < IC_VIEWER_N_CORNERS; i++)
    ic_viewer_canvas_set_corner (self->canvas, (IcViewerCorner) i,
                                 i == IC_VIEWER_CORNER_BOTTOM_LEFT ? place : NULL);
}

static void
show_document (IcViewerPane *self, const IcImageFacts *facts)
{
  const IcFrameAddress address = ic_viewer_series_get_address (self->series, self->slot);
  const guint n_pages = ic_frame_source_count (self->source, address.path);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcFrame) frame = NULL;

  if (is_pdf (facts))
    frame = ic_frame_source_dup (self->source, &address, &error);
  if (frame != NULL)
    {
      ic_viewer_canvas_set_frame (self->canvas, frame, facts, address.frame);
      write_page (self, address.frame, n_pages);
      write_look (self);
      show_page (self, "picture");
      ic_viewer_series_set_pages (self->series, self->slot, n_pages);
    }
  else if (error != NULL || !is_pdf (facts))
    describe_document (self, facts, error);
}

static void
extracted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcViewerPane) self = user_data;
  g_autoptr(GError) error = NULL;
  const IcErrorContext context = { .subject = _ ("the document"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = NULL;

  if (ic_viewer_loader_extract_finish (result, &error))
    return;
  sentence = ic_error_words_dup_sentence (error, &context);
  ic_dialogs_tell (GTK_WIDGET (self), _ ("The document was not saved"), sentence);
}

static void
document_chosen_cb (GFile *file, gpointer user_data)
{
  g_autoptr(IcViewerPane) self = user_data;
  const IcInstance *instance = ic_viewer_pane_get_instance (self);

  if (file != NULL && instance != NULL)
    ic_viewer_loader_extract_async (get_data_dir (self), instance->path, file, NULL, extracted_cb,
                                    g_object_ref (self));
}

static void
save_document_cb (IcViewerPane *self)
{
  const IcImageFacts *facts = ic_viewer_pane_get_facts (self);

  ic_dialogs_save_file (GTK_WIDGET (self), _ ("Save document"),
                        facts != NULL && is_pdf (facts) ? "document.pdf" : "document",
                        document_chosen_cb, g_object_ref (self));
}

/* Whatever is at the slot */

static void
show_facts (IcViewerPane *self, const IcImageFacts *facts)
{
  if (facts->content == IC_CONTENT_REPORT)
    show_report (self);
  else if (facts->content == IC_CONTENT_DOCUMENT)
    show_document (self, facts);
  else if (facts->content == IC_CONTENT_NONE)
    show_state (self, "image-missing-symbolic", _ ("There is no picture in this object"),
                _ ("Its header can be read: H opens it."));
  else
    show_picture (self, facts);
}

static void
show_slot (IcViewerPane *self)
{
  const IcImageFacts *facts = NULL;
  gboolean failed = FALSE;

  if (ic_viewer_pane_get_instance (self) == NULL)
    return;
  facts = ic_viewer_series_get_facts (self->series, self->slot, &failed);
  if (facts != NULL)
    show_facts (self, facts);
  else if (failed)
    show_state (self, "image-missing-symbolic", _ ("This file cannot be read"),
                _ ("It is damaged, or it is not there any more. Retrieve the study again."));
}

static void
want (IcViewerPane *self)
{
  IcFrameAddress addresses[IC_VIEWER_AHEAD + IC_VIEWER_BEHIND + 1];
  guint n = 0;

  if (self->series != NULL)
    n = ic_viewer_series_list_wanted (self->series, self->slot, self->direction, addresses);
  ic_frame_source_want (self->source, self->view, addresses, n);
}

static void
frame_ready_cb (IcViewerPane *self, const char *path, guint frame, IcFrameSource *source)
{
  IcFrameAddress address = { 0 };

  if (self->series == NULL || self->shown == self->slot)
    return;
  address = ic_viewer_series_get_address (self->series, self->slot);
  if (address.frame == frame && g_str_equal (address.path, path))
    show_slot (self);
}

/* The same image stays, wherever it is in the stack now. */
static void
series_changed_cb (IcViewerPane *self, IcViewerSeries *series)
{
  const guint moved = ic_viewer_series_find (series, self->instance, self->frame);

  if (self->shown == self->slot)
    self->shown = moved;
  self->slot = moved;
  if (self->shown != self->slot)
    show_slot (self);
  else
    ic_viewer_pane_update (self);
  want (self);
  g_signal_emit (self, signals[MOVED], 0);
}

static void
step_cb (IcViewerPane *self, int steps, IcViewerCanvas *canvas)
{
  ic_viewer_pane_go (self, (gint64) self->slot + steps);
}

static void
pressed_cb (IcViewerPane *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

/* Loops go round; what is not decoded yet is waited for. */
static gboolean
cine_cb (gpointer user_data)
{
  IcViewerPane *self = user_data;

  if (self->shown == self->slot)
    ic_viewer_pane_go (self, self->slot + 1 < ic_viewer_series_count (self->series)
                                 ? (gint64) self->slot + 1
                                 : 0);
  return G_SOURCE_CONTINUE;
}

static void
ic_viewer_pane_dispose (GObject *object)
{
  IcViewerPane *self = IC_VIEWER_PANE (object);

  g_clear_handle_id (&self->cine, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_signal_handler (&self->series_changed, self->series);
  g_clear_object (&self->series);
  g_clear_object (&self->source);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->report_path, g_free);
  G_OBJECT_CLASS (ic_viewer_pane_parent_class)->dispose (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, IC_TYPE_VIEWER_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
ic_viewer_pane_class_init (IcViewerPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_viewer_pane_dispose;
  signals[MOVED] = add_signal ("moved");
  signals[SHOWN] = add_signal ("shown");
  signals[ACTIVATED] = add_signal ("activated");
  signals[CINE_CHANGED] = add_signal ("cine-changed");
  g_type_ensure (IC_TYPE_VIEWER_CANVAS);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-viewer-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, head);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, identity);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, warning);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, save);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, retry);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, stack);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, canvas);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, report);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, document);
  gtk_widget_class_bind_template_child (widget_class, IcViewerPane, state);
  gtk_widget_class_bind_template_callback (widget_class, step_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, write_look);
  gtk_widget_class_bind_template_callback (widget_class, save_document_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
}

static void
ic_viewer_pane_init (IcViewerPane *self)
{
  GtkTextBuffer *buffer = NULL;

  self->shown = NOWHERE;
  self->direction = 1;
  gtk_widget_init_template (GTK_WIDGET (self));
  buffer = gtk_text_view_get_buffer (self->report);
  gtk_text_buffer_create_tag (buffer, "heading", "weight", PANGO_WEIGHT_BOLD, "pixels-above-lines",
                              10, NULL);
  gtk_text_buffer_create_tag (buffer, "name", "weight", PANGO_WEIGHT_SEMIBOLD, NULL);
}

void
ic_viewer_pane_start (IcViewerPane *self, IcWorkspace *workspace, IcFrameSource *source, guint view)
{
  g_return_if_fail (IC_IS_VIEWER_PANE (self) && self->workspace == NULL);
  self->workspace = g_object_ref (workspace);
  self->source = g_object_ref (source);
  self->view = view;
  g_signal_connect_object (source, "ready", G_CALLBACK (frame_ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ic_workspace_get_draft (workspace), "changed",
                           G_CALLBACK (ic_viewer_pane_update), self, G_CONNECT_SWAPPED);
}

static void
drop_series (IcViewerPane *self)
{
  ic_viewer_pane_set_cine (self, FALSE);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_signal_handler (&self->series_changed, self->series);
  g_clear_object (&self->series);
  g_clear_pointer (&self->report_path, g_free);
  self->slot = 0;
  self->shown = NOWHERE;
  self->direction = 1;
  *ic_viewer_canvas_get_viewport (self->canvas) = IC_VIEWPORT_INIT;
  ic_viewer_canvas_set_frame (self->canvas, NULL, NULL, 0);
  for (int i = 0; i < IC_VIEWER_N_CORNERS; i++)
    ic_viewer_canvas_set_corner (self->canvas, (IcViewerCorner) i, NULL);
}

void
ic_viewer_pane_set_series (IcViewerPane *self, IcViewerSeries *series)
{
  g_return_if_fail (IC_IS_VIEWER_PANE (self));
  if (series == self->series)
    return;
  drop_series (self);
  gtk_stack_set_visible_child_name (self->stack, "opening");
  gtk_widget_set_visible (self->head, FALSE);
  if (series != NULL)
    {
      self->series = g_object_ref (series);
      self->instance = ic_viewer_series_get_instance (series, 0, &self->frame);
      self->cancellable = g_cancellable_new ();
      self->series_changed =
          g_signal_connect_swapped (series, "changed", G_CALLBACK (series_changed_cb), self);
      if (ic_viewer_series_is_begun (series))
        show_slot (self);
      else
        ic_viewer_loader_describe (series, get_data_dir (self), NULL);
    }
  want (self);
  g_signal_emit (self, signals[MOVED], 0);
}

IcViewerSeries *
ic_viewer_pane_get_series (IcViewerPane *self)
{
  return self->series;
}

guint
ic_viewer_pane_get_slot (IcViewerPane *self)
{
  return self->slot;
}

void
ic_viewer_pane_go (IcViewerPane *self, gint64 slot)
{
  guint to = 0;

  g_return_if_fail (IC_IS_VIEWER_PANE (self));
  if (self->series == NULL || ic_viewer_series_count (self->series) == 0)
    return;
  to = (guint) CLAMP (slot, 0, (gint64) ic_viewer_series_count (self->series) - 1);
  if (to == self->slot)
    return;
  self->direction = to > self->slot ? 1 : -1;
  self->slot = to;
  self->instance = ic_viewer_series_get_instance (self->series, to, &self->frame);
  want (self);
  show_slot (self);
  g_signal_emit (self, signals[MOVED], 0);
}

void
ic_viewer_pane_set_cine (IcViewerPane *self, gboolean runs)
{
  const IcImageFacts *facts = ic_viewer_pane_get_facts (self);
  double ms = facts != NULL && facts->frame_ms > 0 ? facts->frame_ms : CINE_MS;

  g_return_if_fail (IC_IS_VIEWER_PANE (self));
  if (runs == (self->cine != 0))
    return;
  ms = CLAMP (ms, CINE_MS_MIN, CINE_MS_MAX);
  g_clear_handle_id (&self->cine, g_source_remove);
  if (runs && self->series != NULL)
    self->cine = g_timeout_add ((guint) ms, cine_cb, self);
  g_signal_emit (self, signals[CINE_CHANGED], 0);
}

gboolean
ic_viewer_pane_get_cine (IcViewerPane *self)
{
  return self->cine != 0;
}

void
ic_viewer_pane_set_active (IcViewerPane *self, gboolean is_active)
{
  if (is_active)
    gtk_widget_add_css_class (GTK_WIDGET (self), "active");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "active");
}

IcViewerCanvas *
ic_viewer_pane_get_canvas (IcViewerPane *self)
{
  return self->canvas;
}

gboolean
ic_viewer_pane_is_settled (IcViewerPane *self)
{
  return self->shown == self->slot;
}

void
ic_viewer_pane_update (IcViewerPane *self)
{
  const IcImageFacts *facts = ic_viewer_pane_get_facts (self);

  g_return_if_fail (IC_IS_VIEWER_PANE (self));
  if (facts == NULL || self->shown != self->slot || facts->content != IC_CONTENT_PICTURE ||
      ic_viewer_canvas_get_frame (self->canvas) == NULL)
    return;
  write_corners (self, facts, ic_viewer_series_get_address (self->series, self->slot).frame);
  ic_viewer_canvas_look_again (self->canvas);
  write_look (self);
}
