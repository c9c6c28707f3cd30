/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-search-bar.h"

#include "ui/ic-template.h"

#include <glib/gi18n.h>
#include <string.h>

/* The usual ones; others are found without restricting. */
static const char *const modalities[] = { "CR",  "CT", "DX", "ES", "IO",       "MG", "MR", "NM",
                                          "OPT", "OT", "PT", "RF", "RTSTRUCT", "SR", "US", "XA" };

struct _IcSearchBar
{
  GtkWidget parent_instance;

  IcStudySearch *search;
  GSettings *settings;
  GtkBox *places;
  GtkEditable *name;
  GtkEditable *patient_id;
  GtkEditable *birth_date;
  GtkEditable *accession;
  GtkDropDown *period;
  GtkEditable *from;
  GtkEditable *to;
  GtkWidget *range;
  GtkMenuButton *modality_button;
  GtkFlowBox *modality_box;
  GtkLabel *complaint;
};

G_DEFINE_FINAL_TYPE (IcSearchBar, ic_search_bar, GTK_TYPE_WIDGET)

static void
find_cb (IcSearchBar *self)
{
  ic_search_bar_find (self);
}

static void
period_changed_cb (IcSearchBar *self)
{
  IcPeriod period = (IcPeriod) gtk_drop_down_get_selected (self->period);

  gtk_widget_set_visible (self->range, period == IC_PERIOD_RANGE);
  if (self->settings != NULL)
    g_settings_set_int (self->settings, "studies-period", (int) period);
}

static void
list_modalities (IcSearchBar *self, GPtrArray *chosen)
{
  GtkFlowBoxChild *child = NULL;

  for (int i = 0; (child = gtk_flow_box_get_child_at_index (self->modality_box, i)) != NULL; i++)
    {
      GtkWidget *button = gtk_flow_box_child_get_child (child);

      if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)))
        g_ptr_array_add (chosen, (gpointer) gtk_button_get_label (GTK_BUTTON (button)));
    }
  g_ptr_array_add (chosen, NULL);
}

static void
modality_toggled_cb (IcSearchBar *self)
{
  g_autoptr(GPtrArray) chosen = g_ptr_array_new ();
  g_autofree char *text = NULL;

  list_modalities (self, chosen);
  text =
      chosen->len > 1 ? g_strjoinv (" ", (char **) chosen->pdata) : g_strdup (_ ("Any modality"));
  gtk_menu_button_set_label (self->modality_button, text);
}

static void
fill_modalities (IcSearchBar *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (modalities); i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (modalities[i]);

      gtk_widget_add_css_class (button, "flat");
      g_signal_connect_object (button, "toggled", G_CALLBACK (modality_toggled_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_flow_box_append (self->modality_box, button);
    }
}

/* FALSE when it is no date; the field then says so. */
static gboolean
read_date (IcSearchBar *self, GtkEditable *entry, char **field)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *date = ic_study_criteria_parse_date (gtk_editable_get_text (entry), &error);

  if (date != NULL)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
      ic_study_criteria_set (field, date);
      return TRUE;
    }
  gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  gtk_widget_grab_focus (GTK_WIDGET (entry));
  return FALSE;
}

static gboolean
read_dates (IcSearchBar *self, IcStudyCriteria *criteria)
{
  IcPeriod period = (IcPeriod) gtk_drop_down_get_selected (self->period);
  g_autoptr(GDateTime) today = g_date_time_new_now_local ();

  ic_study_criteria_set_period (criteria, period, today);
  return read_date (self, self->birth_date, &criteria->birth_date) &&
         (period != IC_PERIOD_RANGE || (read_date (self, self->from, &criteria->from) &&
                                        read_date (self, self->to, &criteria->to)));
}

static void
complain (IcSearchBar *self, const char *text)
{
  gtk_label_set_text (self->complaint, text);
  gtk_widget_set_visible (GTK_WIDGET (self->complaint), *text != '\0');
}

static gboolean
has_source (IcSearchBar *self)
{
  GListModel *sources = ic_study_search_get_sources (self->search);

  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);

      if (ic_search_source_is_chosen (source))
        return TRUE;
    }
  return FALSE;
}

/* NULL when something is mistyped, which is then said. */
static IcStudyCriteria *
read_criteria (IcSearchBar *self)
{
  g_autoptr(IcStudyCriteria) criteria = ic_study_criteria_new ();
  g_autoptr(GPtrArray) chosen = g_ptr_array_new ();
  g_autofree char *name = ic_study_criteria_dup_name_pattern (gtk_editable_get_text (self->name));

  ic_study_criteria_set (&criteria->name, name);
  ic_study_criteria_set (&criteria->patient_id, gtk_editable_get_text (self->patient_id));
  ic_study_criteria_set (&criteria->accession, gtk_editable_get_text (self->accession));
  list_modalities (self, chosen);
  g_strfreev (criteria->modalities);
  criteria->modalities = g_strdupv ((char **) chosen->pdata);
  complain (self, "");
  if (!read_dates (self, criteria))
    {
      complain (self, _ ("That is not a date. Type it as 1961-03-12, 12.3.1961 or 12 Mar 1961."));
      return NULL;
    }
  if (!has_source (self))
    {
      complain (self, _ ("Choose where to look: a node, or what is here."));
      return NULL;
    }
  return g_steal_pointer (&criteria);
}

static void
remember_chosen (IcSearchBar *self)
{
  GListModel *sources = ic_study_search_get_sources (self->search);
  g_autoptr(GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);
      IcNode *node = ic_search_source_get_node (source);

      if (!ic_search_source_is_chosen (source))
        g_ptr_array_add (names, node != NULL ? node->name : "");
    }
  g_ptr_array_add (names, NULL);
  g_settings_set_strv (self->settings, "studies-not-searched", (const char *const *) names->pdata);
}

static void
recall_chosen (IcSearchBar *self, IcSearchSource *source)
{
  g_auto(GStrv) names = g_settings_get_strv (self->settings, "studies-not-searched");
  IcNode *node = ic_search_source_get_node (source);

  if (g_strv_contains ((const char *const *) names, node != NULL ? node->name : ""))
    ic_search_source_set_chosen (source, FALSE);
}

static void
add_place (IcSearchBar *self, IcSearchSource *source)
{
  GtkWidget *button = gtk_check_button_new_with_label (ic_search_source_get_name (source));

  recall_chosen (self, source);
  g_object_bind_property (source, "chosen", button, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (source, "text", button, "tooltip-text", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (button, "toggled", G_CALLBACK (remember_chosen), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_box_append (self->places, button);
}

static void
sources_changed_cb (IcSearchBar *self)
{
  GListModel *sources = ic_study_search_get_sources (self->search);
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->places))) != NULL)
    gtk_box_remove (self->places, child);
  for (guint i = 0; i < g_list_model_get_n_items (sources); i++)
    {
      g_autoptr(IcSearchSource) source = g_list_model_get_item (sources, i);

      add_place (self, source);
    }
}

static void
ic_search_bar_dispose (GObject *object)
{
  IcSearchBar *self = IC_SEARCH_BAR (object);

  ic_template_dispose (GTK_WIDGET (self), IC_TYPE_SEARCH_BAR);
  g_clear_object (&self->search);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ic_search_bar_parent_class)->dispose (object);
}

static void
ic_search_bar_class_init (IcSearchBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_search_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-search-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, places);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, name);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, patient_id);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, birth_date);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, accession);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, period);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, from);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, to);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, range);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, modality_button);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, modality_box);
  gtk_widget_class_bind_template_child (widget_class, IcSearchBar, complaint);
  gtk_widget_class_bind_template_callback (widget_class, find_cb);
  gtk_widget_class_bind_template_callback (widget_class, period_changed_cb);
}

static void
ic_search_bar_init (IcSearchBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_modalities (self);
}

void
ic_search_bar_set_search (IcSearchBar *self, IcStudySearch *search, GSettings *settings)
{
  g_return_if_fail (IC_IS_SEARCH_BAR (self) && self->search == NULL);
  self->search = g_object_ref (search);
  gtk_drop_down_set_selected (self->period,
                              (guint) g_settings_get_int (settings, "studies-period"));
  self->settings = g_object_ref (settings);
  g_signal_connect_object (ic_study_search_get_sources (search), "items-changed",
                           G_CALLBACK (sources_changed_cb), self, G_CONNECT_SWAPPED);
  sources_changed_cb (self);
}

void
ic_search_bar_find (IcSearchBar *self)
{
  g_autoptr(IcStudyCriteria) criteria = NULL;

  g_return_if_fail (IC_IS_SEARCH_BAR (self));
  criteria = read_criteria (self);
  if (criteria != NULL)
    ic_study_search_start (self->search, criteria);
}

void
ic_search_bar_find_text (IcSearchBar *self, const char *text)
{
  gboolean is_number = strpbrk (text, "0123456789") != NULL;

  g_return_if_fail (IC_IS_SEARCH_BAR (self));
  ic_search_bar_clear (self);
  gtk_editable_set_text (is_number ? self->patient_id : self->name, text);
  ic_search_bar_find (self);
}

void
ic_search_bar_focus (IcSearchBar *self)
{
  g_return_if_fail (IC_IS_SEARCH_BAR (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

void
ic_search_bar_clear (IcSearchBar *self)
{
  GtkFlowBoxChild *child = NULL;

  g_return_if_fail (IC_IS_SEARCH_BAR (self));
  gtk_editable_set_text (self->name, "");
  gtk_editable_set_text (self->patient_id, "");
  gtk_editable_set_text (self->birth_date, "");
  gtk_editable_set_text (self->accession, "");
  gtk_editable_set_text (self->from, "");
  gtk_editable_set_text (self->to, "");
  gtk_drop_down_set_selected (self->period, IC_PERIOD_ANY);
  for (int i = 0; (child = gtk_flow_box_get_child_at_index (self->modality_box, i)) != NULL; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (gtk_flow_box_child_get_child (child)), FALSE);
  complain (self, "");
}
