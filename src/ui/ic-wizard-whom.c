/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-wizard-whom.h"

#include "words/ic-log-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define PAUSE_MS 200 /* of typing, before the address book is asked */

struct _IcWizardWhom
{
  IcWizardStep parent_instance;

  AdwEntryRow *recipient;
  AdwEntryRow *organisation;
  AdwEntryRow *contact;
  AdwEntryRow *reason;
  AdwEntryRow *legal_basis;
  AdwEntryRow *again;
  AdwComboRow *urgency;
  AdwPreferencesGroup *suggestion_group;
  GtkListBox *suggestions;
  AdwPreferencesGroup *again_group;
  guint pause;
  gboolean was_taken; /* the recipient comes from the address book */
};

G_DEFINE_FINAL_TYPE (IcWizardWhom, ic_wizard_whom, IC_TYPE_WIZARD_STEP)

static const IcUrgency urgencies[] = { IC_URGENCY_ROUTINE, IC_URGENCY_URGENT,
                                       IC_URGENCY_EMERGENCY };

static IcTransferOrder *
get_order (IcWizardWhom *self)
{
  return ic_wizard_step_get_order (IC_WIZARD_STEP (self));
}

static const char *
get_question (IcWizardWhom *self, AdwEntryRow *row)
{
  if (row == self->recipient)
    return IC_ASK_RECIPIENT;
  if (row == self->organisation)
    return IC_ASK_ORGANISATION;
  if (row == self->contact)
    return IC_ASK_CONTACT;
  if (row == self->legal_basis)
    return IC_ASK_LEGAL_BASIS;
  return row == self->again ? IC_ASK_AGAIN : IC_ASK_REASON;
}

static gboolean
paused_cb (gpointer data)
{
  IcWizardWhom *self = data;

  self->pause = 0;
  ic_transfer_order_reload (get_order (self));
  return G_SOURCE_REMOVE;
}

static void
typed_cb (IcWizardWhom *self, AdwEntryRow *row)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  if (get_order (self) == NULL)
    return;
  ic_transfer_order_set_answer (get_order (self), get_question (self, row), text);
  if (row != self->recipient)
    return;
  self->was_taken = FALSE;
  g_clear_handle_id (&self->pause, g_source_remove);
  self->pause = g_timeout_add (PAUSE_MS, paused_cb, self);
}

static void
urgency_cb (IcWizardWhom *self)
{
  guint chosen = adw_combo_row_get_selected (self->urgency);

  if (get_order (self) != NULL && chosen < G_N_ELEMENTS (urgencies))
    ic_transfer_order_set_answer (get_order (self), IC_ASK_URGENCY,
                                  ic_urgency_to_string (urgencies[chosen]));
}

static void
suggestion_cb (IcWizardWhom *self, GtkListBoxRow *row)
{
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (row), "name"));
  g_autofree char *organisation = g_strdup (g_object_get_data (G_OBJECT (row), "organisation"));
  g_autofree char *contact = g_strdup (g_object_get_data (G_OBJECT (row), "contact"));

  gtk_editable_set_text (GTK_EDITABLE (self->recipient), name);
  gtk_editable_set_text (GTK_EDITABLE (self->organisation), organisation);
  gtk_editable_set_text (GTK_EDITABLE (self->contact), contact);
  self->was_taken = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->suggestion_group), FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->reason));
}

static void
add_suggestion (IcWizardWhom *self, const IcRecipient *recipient)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_escape_text (recipient->name, -1);
  g_autofree char *subtitle = g_markup_escape_text (recipient->organisation, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "name", g_strdup (recipient->name), g_free);
  g_object_set_data_full (G_OBJECT (row), "organisation", g_strdup (recipient->organisation),
                          g_free);
  g_object_set_data_full (G_OBJECT (row), "contact", g_strdup (recipient->contact), g_free);
  gtk_list_box_append (self->suggestions, row);
}

/* Whoever types the whole name means that one. */
static void
take_exact (IcWizardWhom *self, const IcTransferFacts *facts, const char *name)
{
  for (guint i = 0; i < facts->recipients->len; i++)
    {
      const IcRecipient *recipient = facts->recipients->pdata[i];

      if (!g_str_equal (recipient->name, name))
        continue;
      self->was_taken = TRUE;
      if (*gtk_editable_get_text (GTK_EDITABLE (self->organisation)) == '\0')
        gtk_editable_set_text (GTK_EDITABLE (self->organisation), recipient->organisation);
      if (*gtk_editable_get_text (GTK_EDITABLE (self->contact)) == '\0')
        gtk_editable_set_text (GTK_EDITABLE (self->contact), recipient->contact);
      return;
    }
}

static void
show_suggestions (IcWizardWhom *self, const IcTransferFacts *facts)
{
  const char *name = ic_transfer_order_get_answer (get_order (self), IC_ASK_RECIPIENT);
  GtkListBoxRow *row = NULL;
  guint n = 0;

  if (facts != NULL && !self->was_taken)
    take_exact (self, facts, name);
  while ((row = gtk_list_box_get_row_at_index (self->suggestions, 0)) != NULL)
    gtk_list_box_remove (self->suggestions, GTK_WIDGET (row));
  for (guint i = 0; facts != NULL && !self->was_taken && i < facts->recipients->len; i++)
    {
      const IcRecipient *recipient = facts->recipients->pdata[i];

      add_suggestion (self, recipient);
      n++;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->suggestion_group), n > 0);
}

/* Whom, when, who, how: what one wants to know before one sends it again. */
static char *
dup_repeats (const IcTransferFacts *facts)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < facts->repeats->len; i++)
    {
      const IcTransfer *transfer = facts->repeats->pdata[i];
      g_autofree char *when = ic_words_dup_time (transfer->started_at);
      g_autofree char *number = ic_transfer_dup_number (transfer->id);

      g_string_append (text, i > 0 ? "\n" : "");
      /* Translators: when, by whom, by which way, transfer number. */
      g_string_append_printf (text, _ ("%s by %s, %s (%s)"), when, transfer->operator_name,
                              ic_log_words_get_route (transfer->route), number);
    }
  return g_markup_escape_text (text->str, -1);
}

static void
show_repeats (IcWizardWhom *self, const IcTransferFacts *facts)
{
  gboolean is_any = facts != NULL && facts->repeats->len > 0;
  g_autofree char *text = is_any ? dup_repeats (facts) : g_strdup ("");

  adw_preferences_group_set_description (self->again_group, text);
  gtk_widget_set_visible (GTK_WIDGET (self->again_group), is_any);
}

static void
update (IcWizardStep *step)
{
  IcWizardWhom *self = IC_WIZARD_WHOM (step);
  const IcTransferFacts *facts = ic_transfer_order_get_facts (get_order (self));

  show_suggestions (self, facts);
  show_repeats (self, facts);
}

static void
show_answer (IcWizardWhom *self, AdwEntryRow *row)
{
  gtk_editable_set_text (GTK_EDITABLE (row),
                         ic_transfer_order_get_answer (get_order (self), get_question (self, row)));
}

static void
start (IcWizardStep *step)
{
  IcWizardWhom *self = IC_WIZARD_WHOM (step);
  IcUrgency urgency = IC_URGENCY_ROUTINE;

  show_answer (self, self->recipient);
  show_answer (self, self->organisation);
  show_answer (self, self->contact);
  show_answer (self, self->reason);
  show_answer (self, self->legal_basis);
  show_answer (self, self->again);
  ic_urgency_from_string (ic_transfer_order_get_answer (get_order (self), IC_ASK_URGENCY),
                          &urgency);
  adw_combo_row_set_selected (self->urgency, urgency);
}

static void
ic_wizard_whom_dispose (GObject *object)
{
  IcWizardWhom *self = IC_WIZARD_WHOM (object);

  g_clear_handle_id (&self->pause, g_source_remove);
  G_OBJECT_CLASS (ic_wizard_whom_parent_class)->dispose (object);
}

static void
ic_wizard_whom_class_init (IcWizardWhomClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_wizard_whom_dispose;
  IC_WIZARD_STEP_CLASS (klass)->start = start;
  IC_WIZARD_STEP_CLASS (klass)->update = update;
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-wizard-whom.ui");
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, recipient);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, organisation);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, contact);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, reason);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, legal_basis);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, again);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, urgency);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, suggestion_group);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, suggestions);
  gtk_widget_class_bind_template_child (widget_class, IcWizardWhom, again_group);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
  gtk_widget_class_bind_template_callback (widget_class, urgency_cb);
  gtk_widget_class_bind_template_callback (widget_class, suggestion_cb);
}

static void
ic_wizard_whom_init (IcWizardWhom *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
