/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-viewer-window.h"

#include "store/ic-study-repo.h"
#include "ui/ic-thumbnail.h"
#include "ui/ic-viewer-commands.h"
#include "ui/ic-viewer-inspector.h"
#include "ui/ic-viewer-window-private.h"
#include "words/ic-error-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define CACHE_BYTES ((guint64) 256 * 1024 * 1024)
#define NARROW 1000 /* pixels: too few for strip, picture and header */
#define N_PANES IC_FRAME_SOURCE_VIEWS

struct _IcViewerWindow
{
  AdwApplicationWindow parent_instance;

  IcWindow *parent; /* weak */
  IcWorkspace *workspace;
  IcFrameSource *source;
  char *study_uid;
  char *series_uid;   /* to begin with, or NULL */
  GListStore *series; /* of IcViewerSeries */
  guint active;
  gboolean is_synchronised;
  gboolean is_matching; /* a pane is moved by the other one */

  AdwWindowTitle *title;
  AdwToastOverlay *toasts;
  GtkStack *state;
  AdwStatusPage *failure;
  GtkWidget *toolbar;
  GtkWidget *strip;
  GtkListView *list;
  GtkSingleSelection *selection;
  GtkMenuButton *presets;
  GtkWidget *synchronise;
  IcViewerPane *panes[N_PANES];
  IcViewerInspector *inspector;
};

G_DEFINE_FINAL_TYPE (IcViewerWindow, ic_viewer_window, ADW_TYPE_APPLICATION_WINDOW)

IcViewerPane *
ic_viewer_window_get_pane (IcViewerWindow *self)
{
  return self->panes[self->active];
}

IcWorkspace *
ic_viewer_window_get_workspace (IcViewerWindow *self)
{
  return self->workspace;
}

void
ic_viewer_window_tell (IcViewerWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static gboolean
is_comparing (IcViewerWindow *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->panes[1]));
}

/* The strip names what the active pane shows. */
static void
select_series (IcViewerWindow *self)
{
  IcViewerSeries *series = ic_viewer_pane_get_series (ic_viewer_window_get_pane (self));
  guint position = GTK_INVALID_LIST_POSITION;

  if (series != NULL && g_list_store_find (self->series, series, &position) &&
      position != gtk_single_selection_get_selected (self->selection))
    gtk_single_selection_set_selected (self->selection, position);
}

static void
show_header (IcViewerWindow *self)
{
  const IcInstance *instance = ic_viewer_pane_get_instance (ic_viewer_window_get_pane (self));

  if (gtk_widget_get_visible (GTK_WIDGET (self->inspector)))
    ic_viewer_inspector_show (self->inspector,
                              ic_desk_get_data_dir (ic_workspace_get_desk (self->workspace)),
                              instance != NULL ? instance->path : NULL);
}

static void
activate_pane (IcViewerWindow *self, guint which)
{
  self->active = which;
  for (guint i = 0; i < N_PANES; i++)
    ic_viewer_pane_set_active (self->panes[i], i == which && is_comparing (self));
  select_series (self);
  show_header (self);
  ic_viewer_commands_update (self);
}

static guint
index_of (IcViewerWindow *self, IcViewerPane *pane)
{
  return pane == self->panes[1] ? 1 : 0;
}

static void
pane_activated_cb (IcViewerWindow *self, IcViewerPane *pane)
{
  if (index_of (self, pane) != self->active)
    activate_pane (self, index_of (self, pane));
}

/* The other pane goes along. */
static void
match_other (IcViewerWindow *self, IcViewerPane *pane)
{
  IcViewerPane *other = self->panes[1 - index_of (self, pane)];
  IcViewerSeries *series = ic_viewer_pane_get_series (pane);
  IcViewerSeries *others = ic_viewer_pane_get_series (other);
  gboolean by_position = FALSE;

  if (!self->is_synchronised || !is_comparing (self) || self->is_matching || series == NULL ||
      others == NULL || pane != ic_viewer_window_get_pane (self))
    return;
  self->is_matching = TRUE;
  ic_viewer_pane_go (other, ic_viewer_series_match (others, series, ic_viewer_pane_get_slot (pane),
                                                    &by_position));
  self->is_matching = FALSE;
}

static void
pane_moved_cb (IcViewerWindow *self, IcViewerPane *pane)
{
  match_other (self, pane);
  if (pane == ic_viewer_window_get_pane (self))
    ic_viewer_commands_update (self);
}

static void
pane_shown_cb (IcViewerWindow *self, IcViewerPane *pane)
{
  if (pane == ic_viewer_window_get_pane (self) && !ic_viewer_pane_get_cine (pane))
    show_header (self);
}

static void
cine_changed_cb (IcViewerWindow *self)
{
  ic_viewer_commands_update (self);
  show_header (self);
}

static void
series_selected_cb (IcViewerWindow *self)
{
  IcViewerSeries *series = gtk_single_selection_get_selected_item (self->selection);

  if (series == NULL)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u",
                              gtk_single_selection_get_selected (self->selection));
  ic_viewer_pane_set_series (ic_viewer_window_get_pane (self), series);
  ic_viewer_commands_update (self);
}

void
ic_viewer_window_step_series (IcViewerWindow *self, int steps)
{
  const gint64 n = g_list_model_get_n_items (G_LIST_MODEL (self->series));
  const gint64 to = (gint64) gtk_single_selection_get_selected (self->selection) + steps;

  if (to >= 0 && to < n)
    gtk_single_selection_set_selected (self->selection, (guint) to);
}

void
ic_viewer_window_set_tool (IcViewerWindow *self, IcViewerTool tool)
{
  for (guint i = 0; i < N_PANES; i++)
    ic_viewer_canvas_set_tool (ic_viewer_pane_get_canvas (self->panes[i]), tool);
}

/* The second pane begins with the next series. */
void
ic_viewer_window_set_comparing (IcViewerWindow *self, gboolean comparing)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->series));
  const guint selected = gtk_single_selection_get_selected (self->selection);
  g_autoptr(IcViewerSeries) next = n > 0 ? g_list_model_get_item (G_LIST_MODEL (self->series),
                                                                   MIN (selected + 1, n - 1))
                                          : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->panes[1]), comparing);
  gtk_widget_set_sensitive (self->synchronise, comparing);
  ic_viewer_pane_set_series (self->panes[1], comparing ? next : NULL);
  activate_pane (self, 0);
  if (comparing)
    match_other (self, self->panes[0]);
}

void
ic_viewer_window_set_synchronised (IcViewerWindow *self, gboolean synchronised)
{
  self->is_synchronised = synchronised;
  match_other (self, ic_viewer_window_get_pane (self));
}

void
ic_viewer_window_set_strip_shown (IcViewerWindow *self, gboolean shown)
{
  gtk_widget_set_visible (self->strip, shown);
}

void
ic_viewer_window_set_header_shown (IcViewerWindow *self, gboolean shown)
{
  /* Who it is must never be covered: where there is no room, the strip makes way. */
  if (shown && gtk_widget_get_width (GTK_WIDGET (self)) < NARROW)
    gtk_widget_activate_action (GTK_WIDGET (self), "view.strip-away", NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->inspector), shown);
  show_header (self);
  if (shown)
    ic_viewer_inspector_search (self->inspector);
  else
    gtk_widget_grab_focus (
        GTK_WIDGET (ic_viewer_pane_get_canvas (ic_viewer_window_get_pane (self))));
}

static void
fill_presets_cb (GtkMenuButton *button, gpointer user_data)
{
  g_autoptr(GMenuModel) menu = ic_viewer_commands_make_presets (user_data);
  g_autoptr(GMenu) empty = g_menu_new ();

  if (menu == NULL)
    g_menu_append (empty, _ ("There are no windows for this"), NULL);
  gtk_menu_button_set_menu_model (button, menu != NULL ? menu : G_MENU_MODEL (empty));
}

/* The strip */

static GtkWidget *
make_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
row_setup_cb (IcViewerWindow *self, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *thumbnail = ic_thumbnail_new ();

  gtk_widget_set_halign (thumbnail, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), thumbnail);
  make_label (row, "heading");
  make_label (row, "caption");
  gtk_widget_set_margin_top (row, 4);
  gtk_widget_set_margin_bottom (row, 4);
  gtk_list_item_set_child (item, row);
}

static void
row_bind_cb (IcViewerWindow *self, GtkListItem *item)
{
  const IcSeries *series = ic_viewer_series_get_series (gtk_list_item_get_item (item));
  GtkWidget *thumbnail = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *title = gtk_widget_get_next_sibling (thumbnail);
  const guint n = series->instances->len;
  g_autofree char *count = g_strdup_printf (ngettext ("%u object", "%u objects", n), n);
  g_autofree char *name =
      g_strdup_printf ("%s · %s", series->modality,
                       *series->description != '\0' ? series->description : _ ("no description"));
  g_autofree char *details = g_strdup_printf (_ ("Series %s, %s"), series->number, count);

  ic_thumbnail_set_series (IC_THUMBNAIL (thumbnail), self->workspace, self->study_uid,
                           series->series_uid, "");
  gtk_label_set_text (GTK_LABEL (title), name);
  gtk_widget_set_tooltip_text (title, name);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (title)),
                      *series->number != '\0' ? details : count);
}

static void
row_unbind_cb (IcViewerWindow *self, GtkListItem *item)
{
  ic_thumbnail_clear (IC_THUMBNAIL (gtk_widget_get_first_child (gtk_list_item_get_child (item))));
}

/* Opening */

typedef struct
{
  char *study_uid;
  IcStudy *study;
} Loading;

static void
loading_free (gpointer data)
{
  Loading *self = data;

  g_free (self->study_uid);
  g_clear_pointer (&self->study, ic_study_unref);
  g_free (self);
}

static gboolean
load_study (IcReadTx *tx, gpointer data, GError **error)
{
  Loading *self = data;

  self->study = ic_study_repo_find (tx, self->study_uid, error);
  return self->study != NULL;
}

static void
show_title (IcViewerWindow *self, IcStudy *study)
{
  g_autofree char *date = ic_words_dup_date (study->date);
  g_autofree char *title =
      g_strdup_printf ("%s%s%s", study->description,
                       *study->description != '\0' && *date != '\0' ? " · " : "", date);

  adw_window_title_set_title (self->title, *title != '\0' ? title : _ ("Study"));
}

static guint
find_first (IcViewerWindow *self, IcStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    if (g_strcmp0 (((const IcSeries *) study->series->pdata[i])->series_uid, self->series_uid) == 0)
      return i;
  return 0;
}

static void
fill (IcViewerWindow *self, IcStudy *study)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < study->series->len; i++)
    g_ptr_array_add (all, ic_viewer_series_new (study, i));
  g_list_store_splice (self->series, 0, 0, all->pdata, all->len);
  show_title (self, study);
  gtk_widget_set_visible (self->toolbar, TRUE);
  gtk_stack_set_visible_child_name (self->state, "study");
  gtk_single_selection_set_selected (self->selection, find_first (self, study));
  series_selected_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (ic_viewer_pane_get_canvas (self->panes[0])));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcViewerWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  Loading *loading = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);
  const IcErrorContext context = { .subject = _ ("this study"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = NULL;
  g_autofree char *markup = NULL;

  if (loading != NULL && loading->study->series->len > 0)
    {
      fill (self, loading->study);
      loading_free (loading);
      return;
    }
  sentence = error != NULL ? ic_error_words_dup_sentence (error, &context)
                           : g_strdup (_ ("There is nothing in it."));
  markup = g_markup_escape_text (sentence, -1);
  adw_status_page_set_description (self->failure, markup);
  gtk_stack_set_visible_child_name (self->state, "failed");
  g_clear_pointer (&loading, loading_free);
}

static void
load (IcViewerWindow *self)
{
  Loading *loading = g_new0 (Loading, 1);

  loading->study_uid = g_strdup (self->study_uid);
  ic_workspace_read_async (self->workspace, load_study, loading, loading_free, NULL, loaded_cb,
                           g_object_ref (self));
}

static void
ic_viewer_window_dispose (GObject *object)
{
  IcViewerWindow *self = IC_VIEWER_WINDOW (object);

  g_clear_weak_pointer (&self->parent);
  g_clear_object (&self->source);
  g_clear_object (&self->series);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->study_uid, g_free);
  g_clear_pointer (&self->series_uid, g_free);
  G_OBJECT_CLASS (ic_viewer_window_parent_class)->dispose (object);
}

static void
ic_viewer_window_class_init (IcViewerWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_viewer_window_dispose;
  g_type_ensure (IC_TYPE_VIEWER_PANE);
  g_type_ensure (IC_TYPE_VIEWER_INSPECTOR);
  g_type_ensure (IC_TYPE_VIEWER_SERIES);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-viewer-window.ui");
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, title);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, state);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, toolbar);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, list);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, selection);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, presets);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, synchronise);
  gtk_widget_class_bind_template_child (widget_class, IcViewerWindow, inspector);
  gtk_widget_class_bind_template_child_full (widget_class, "first_pane", FALSE,
                                             G_STRUCT_OFFSET (IcViewerWindow, panes[0]));
  gtk_widget_class_bind_template_child_full (widget_class, "second_pane", FALSE,
                                             G_STRUCT_OFFSET (IcViewerWindow, panes[1]));
  gtk_widget_class_bind_template_callback (widget_class, series_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, pane_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, pane_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, pane_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, cine_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_unbind_cb);
}

static void
ic_viewer_window_init (IcViewerWindow *self)
{
  self->is_synchronised = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->series = g_list_store_new (IC_TYPE_VIEWER_SERIES);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->series));
  gtk_menu_button_set_create_popup_func (self->presets, fill_presets_cb, self, NULL);
}

static IcViewerWindow *
viewer_new (IcWindow *parent, const char *study_uid, const char *series_uid)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (parent));
  IcViewerWindow *self = g_object_new (IC_TYPE_VIEWER_WINDOW, "application", application, NULL);

  g_set_weak_pointer (&self->parent, parent);
  self->workspace = g_object_ref (ic_window_get_workspace (parent));
  self->study_uid = g_strdup (study_uid);
  self->series_uid = g_strdup (series_uid);
  self->source =
      ic_frame_source_new (ic_desk_get_data_dir (ic_workspace_get_desk (self->workspace)),
                           CACHE_BYTES);
  for (guint i = 0; i < N_PANES; i++)
    ic_viewer_pane_start (self->panes[i], self->workspace, self->source, i);
  ic_viewer_commands_add (self);
  g_signal_connect_object (parent, "destroy", G_CALLBACK (gtk_window_destroy), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
ic_viewer_window_present (IcWindow *parent, const char *study_uid, const char *series_uid)
{
  IcViewerWindow *self = NULL;

  g_return_if_fail (IC_IS_WINDOW (parent) && study_uid != NULL);
  if (ic_window_get_workspace (parent) == NULL)
    return;
  self = viewer_new (parent, study_uid, series_uid);
  load (self);
  gtk_window_present (GTK_WINDOW (self));
}
