/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-study-pane.h"

#include "model/ic-study-contents.h"
#include "ui/ic-series-tile.h"
#include "ui/ic-template.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

/* So long a study must stay selected before a node is asked for its series: who walks through the
 * list with the arrow keys asks for nothing.
 */
#define PAUSE_MS 250

struct _IcStudyPane
{
  GtkWidget parent_instance;

  IcWorkspace *workspace;
  IcPatientRow *patient;
  IcStudyRow *study;
  gulong changed_id;
  guint pause_id;
  GtkStack *state;
  GtkLabel *name;
  GtkLabel *identity;
  GtkWidget *study_box;
  GtkLabel *title;
  GtkLabel *facts;
  GtkLabel *whereabouts;
  GtkLabel *dispute;
  GtkLabel *trouble;
  GtkSpinner *spinner;
  GtkGridView *series;
  GtkWidget *series_scroller;
};

G_DEFINE_FINAL_TYPE (IcStudyPane, ic_study_pane, GTK_TYPE_WIDGET)

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

/* "123 456 · F · born 12 Mar 1961" */
static char *
dup_identity (IcPatient *patient)
{
  g_autofree char *birth_date = ic_words_dup_date (patient->birth_date);
  g_autoptr(GString) text = g_string_new (patient->id);

  if (*patient->sex != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", patient->sex);
  if (text->len > 0)
    g_string_append (text, " · ");
  if (*birth_date != '\0')
    g_string_append_printf (text, _ ("born %s"), birth_date);
  else
    g_string_append (text, _ ("birth date not given"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* "ACC 20260214-77 · 4 series · 1,212 images" */
static char *
dup_facts (IcStudyRow *study)
{
  IcResultRow *row = IC_RESULT_ROW (study);
  g_autofree char *series = ic_result_row_dup_text (row, IC_COLUMN_SERIES);
  g_autofree char *images = ic_result_row_dup_text (row, IC_COLUMN_IMAGES);
  const char *accession = ic_study_row_get_accession (study);
  g_autoptr(GString) text = g_string_new (NULL);

  if (*accession != '\0')
    g_string_append_printf (text, _ ("Accession %s"), accession);
  if (*series != '\0')
    {
      g_string_append (text, text->len > 0 ? " · " : "");
      g_string_append_printf (text, _ ("%s series"), series);
    }
  if (*images != '\0')
    {
      g_string_append (text, text->len > 0 ? " · " : "");
      g_string_append_printf (text, _ ("%s images"), images);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_study (IcStudyPane *self)
{
  g_autofree char *title = ic_study_row_dup_heading (self->study);
  g_autofree char *facts = dup_facts (self->study);
  g_autofree char *whereabouts = ic_study_row_dup_whereabouts (self->study);
  gboolean is_asking = ic_study_row_get_series_state (self->study) == IC_SERIES_ASKING;

  gtk_label_set_text (self->title, title);
  set_text (self->facts, facts);
  set_text (self->whereabouts, whereabouts);
  set_text (self->dispute, ic_study_row_get_dispute (self->study));
  set_text (self->trouble, ic_study_row_get_series_trouble (self->study));
  gtk_spinner_set_spinning (self->spinner, is_asking);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_asking);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  IcStudyPane *self = user_data;

  self->pause_id = 0;
  if (self->study != NULL && ic_study_row_get_series_state (self->study) == IC_SERIES_UNREAD)
    ic_study_contents_load (self->workspace, self->study);
  return G_SOURCE_REMOVE;
}

static void
store_changed_cb (IcStudyPane *self)
{
  if (self->study != NULL && ic_study_row_get_series_state (self->study) == IC_SERIES_READ)
    ic_study_contents_load (self->workspace, self->study);
}

static void
setup_tile_cb (GtkSignalListItemFactory *factory, GtkListItem *item, IcStudyPane *self)
{
  gtk_list_item_set_child (item, ic_series_tile_new ());
}

static void
bind_tile_cb (GtkSignalListItemFactory *factory, GtkListItem *item, IcStudyPane *self)
{
  IcNode *node = self->study != NULL ? ic_study_row_get_node (self->study) : NULL;

  ic_series_tile_show (IC_SERIES_TILE (gtk_list_item_get_child (item)), self->workspace,
                       gtk_list_item_get_item (item), node != NULL ? node->name : "");
}

static void
unbind_tile_cb (GtkSignalListItemFactory *factory, GtkListItem *item, IcStudyPane *self)
{
  ic_series_tile_show (IC_SERIES_TILE (gtk_list_item_get_child (item)), self->workspace, NULL, "");
}

static void
series_activated_cb (IcStudyPane *self, guint position)
{
  GtkSelectionModel *model = gtk_grid_view_get_model (self->series);
  g_autoptr(IcSeriesRow) series = g_list_model_get_item (G_LIST_MODEL (model), position);

  if (series != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "studies.view-series", "s",
                                ic_series_row_get_uid (series));
}

static void
forget_study (IcStudyPane *self)
{
  g_clear_handle_id (&self->pause_id, g_source_remove);
  if (self->study != NULL)
    g_clear_signal_handler (&self->changed_id, self->study);
  g_clear_object (&self->study);
}

static void
ic_study_pane_dispose (GObject *object)
{
  IcStudyPane *self = IC_STUDY_PANE (object);

  forget_study (self);
  ic_template_dispose (GTK_WIDGET (self), IC_TYPE_STUDY_PANE);
  g_clear_object (&self->patient);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (ic_study_pane_parent_class)->dispose (object);
}

static void
ic_study_pane_class_init (IcStudyPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_study_pane_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-study-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, state);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, name);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, identity);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, study_box);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, title);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, facts);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, whereabouts);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, dispute);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, trouble);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, spinner);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, series);
  gtk_widget_class_bind_template_child (widget_class, IcStudyPane, series_scroller);
  gtk_widget_class_bind_template_callback (widget_class, setup_tile_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_tile_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_tile_cb);
  gtk_widget_class_bind_template_callback (widget_class, series_activated_cb);
}

static void
ic_study_pane_init (IcStudyPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ic_study_pane_set_workspace (IcStudyPane *self, IcWorkspace *workspace)
{
  g_return_if_fail (IC_IS_STUDY_PANE (self) && self->workspace == NULL);
  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "store-changed", G_CALLBACK (store_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
show_patient (IcStudyPane *self, IcPatient *patient)
{
  g_autofree char *name = ic_patient_dup_display_name (patient);
  g_autofree char *identity = dup_identity (patient);

  gtk_label_set_text (self->name, *name != '\0' ? name : _ ("Patient without a name"));
  gtk_label_set_text (self->identity, identity);
}

static void
take_study (IcStudyPane *self, IcStudyRow *study)
{
  g_autoptr(GtkSingleSelection) selection = NULL;

  self->study = g_object_ref (study);
  self->changed_id = g_signal_connect_swapped (study, "changed", G_CALLBACK (show_study), self);
  selection =
      gtk_single_selection_new (G_LIST_MODEL (g_object_ref (ic_study_row_get_series (study))));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_grid_view_set_model (self->series, GTK_SELECTION_MODEL (selection));
  show_study (self);
  self->pause_id = g_timeout_add (PAUSE_MS, pause_over_cb, self);
}

void
ic_study_pane_show (IcStudyPane *self, IcPatientRow *patient, IcStudyRow *study)
{
  g_return_if_fail (IC_IS_STUDY_PANE (self));
  if (patient == self->patient && study == self->study)
    return;
  forget_study (self);
  gtk_grid_view_set_model (self->series, NULL);
  g_set_object (&self->patient, patient);
  gtk_stack_set_visible_child_name (self->state, patient != NULL ? "selected" : "nothing");
  if (patient == NULL)
    return;
  show_patient (self, study != NULL ? ic_study_row_get_patient (study)
                                    : ic_patient_row_get_patient (patient));
  gtk_widget_set_visible (self->study_box, study != NULL);
  gtk_widget_set_visible (self->series_scroller, study != NULL);
  if (study != NULL)
    take_study (self, study);
}
