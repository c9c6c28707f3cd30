/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-wizard-how.h"

#include "core/ic-own-context.h"
#include "disc/ic-drive-client.h"
#include "model/ic-node-item.h"
#include "model/ic-transfer-check.h"
#include "ui/ic-dialogs.h"

#include <glib/gi18n.h>

#define KEPT_ROUTE "transfer-route"
#define KEPT_PROFILE "transfer-profile"
#define KEPT_COPIES "transfer-copies"
#define KEPT_FOLDER "transfer-folder"

struct _IcWizardHow
{
  IcWizardStep parent_instance;

  GSettings *settings;
  GtkToggleButton *disc;
  GtkToggleButton *image;
  GtkToggleButton *folder;
  GtkToggleButton *zip;
  GtkToggleButton *node;
  GtkLabel *fit;
  AdwPreferencesGroup *file_group;
  AdwEntryRow *path;
  AdwPreferencesGroup *drive_group;
  AdwComboRow *drives;
  AdwComboRow *speeds;
  GtkSpinButton *copies;
  AdwPreferencesGroup *node_group;
  AdwComboRow *nodes;
  AdwPreferencesGroup *media_group;
  AdwComboRow *profiles;
  AdwComboRow *capacities;
  GPtrArray *found; /* of IcDrive; NULL before anybody looked */
  gboolean is_showing;
};

G_DEFINE_FINAL_TYPE (IcWizardHow, ic_wizard_how, IC_TYPE_WIZARD_STEP)

/* In the order of the rows. */
static const IcMediaProfiles all_profiles[] = {
  IC_MEDIA_PROFILE_NONE,        IC_MEDIA_PROFILE_GEN_CD,       IC_MEDIA_PROFILE_GEN_DVD_JPEG,
  IC_MEDIA_PROFILE_GEN_DVD_J2K, IC_MEDIA_PROFILE_GEN_USB_JPEG, IC_MEDIA_PROFILE_GEN_USB_J2K,
};
static const char *const capacities[] = { "", "700000000", "4700000000", "25000000000" };

static IcTransferOrder *
get_order (IcWizardHow *self)
{
  return ic_wizard_step_get_order (IC_WIZARD_STEP (self));
}

static void
answer (IcWizardHow *self, const char *question, const char *text)
{
  if (!self->is_showing && get_order (self) != NULL)
    ic_transfer_order_set_answer (get_order (self), question, text);
}

static const char *
get_answer (IcWizardHow *self, const char *question)
{
  return ic_transfer_order_get_answer (get_order (self), question);
}

static const char *
get_path_question (IcRoute route)
{
  if (route == IC_ROUTE_FOLDER)
    return IC_ASK_FOLDER;
  return route == IC_ROUTE_ZIP ? IC_ASK_ZIP : IC_ASK_IMAGE;
}

static GtkToggleButton *
get_button (IcWizardHow *self, IcRoute route)
{
  switch (route)
    {
    case IC_ROUTE_DISC:
      return self->disc;
    case IC_ROUTE_FOLDER:
      return self->folder;
    case IC_ROUTE_ZIP:
      return self->zip;
    case IC_ROUTE_NODE:
      return self->node;
    default:
      return self->image;
    }
}

static const char *
get_path_title (IcRoute route)
{
  if (route == IC_ROUTE_FOLDER)
    return _ ("Empty folder or stick");
  return route == IC_ROUTE_ZIP ? _ ("ZIP file") : _ ("Disc image file");
}

static void
show_route (IcWizardHow *self)
{
  IcRoute route = ic_transfer_order_get_route (get_order (self));
  gboolean is_file = route != IC_ROUTE_DISC && route != IC_ROUTE_NODE;

  self->is_showing = TRUE;
  gtk_toggle_button_set_active (get_button (self, route), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->file_group), is_file);
  gtk_widget_set_visible (GTK_WIDGET (self->drive_group), route == IC_ROUTE_DISC);
  gtk_widget_set_visible (GTK_WIDGET (self->node_group), route == IC_ROUTE_NODE);
  gtk_widget_set_visible (GTK_WIDGET (self->media_group), route != IC_ROUTE_NODE);
  gtk_widget_set_visible (GTK_WIDGET (self->capacities),
                          route == IC_ROUTE_ISO || route == IC_ROUTE_FOLDER);
  if (is_file)
    {
      const char *path = get_answer (self, get_path_question (route));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->path), get_path_title (route));
      if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->path)), path))
        gtk_editable_set_text (GTK_EDITABLE (self->path), path);
    }
  self->is_showing = FALSE;
}

static void
route_cb (IcWizardHow *self, GtkToggleButton *button)
{
  const IcRoute routes[] = { IC_ROUTE_DISC, IC_ROUTE_ISO, IC_ROUTE_FOLDER, IC_ROUTE_ZIP,
                             IC_ROUTE_NODE };

  if (self->is_showing || !gtk_toggle_button_get_active (button))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    if (get_button (self, routes[i]) == button)
      {
        answer (self, IC_ASK_ROUTE, ic_route_to_string (routes[i]));
        g_settings_set_string (self->settings, KEPT_ROUTE, ic_route_to_string (routes[i]));
      }
  show_route (self);
}

static void
path_cb (IcWizardHow *self)
{
  if (get_order (self) != NULL)
    answer (self, get_path_question (ic_transfer_order_get_route (get_order (self))),
            gtk_editable_get_text (GTK_EDITABLE (self->path)));
}

static void
chosen_cb (GFile *file, gpointer user_data)
{
  g_autoptr(IcWizardHow) self = user_data;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;

  if (path == NULL)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->path), path);
  g_settings_set_string (self->settings, KEPT_FOLDER, folder);
}

static void
choose_cb (IcWizardHow *self)
{
  IcRoute route = ic_transfer_order_get_route (get_order (self));

  if (route == IC_ROUTE_FOLDER)
    ic_dialogs_choose_folder (GTK_WIDGET (self), _ ("Choose an empty folder or stick"), chosen_cb,
                              g_object_ref (self));
  else
    ic_dialogs_save_file (GTK_WIDGET (self), get_path_title (route),
                          route == IC_ROUTE_ZIP ? "images.zip" : "images.iso", chosen_cb,
                          g_object_ref (self));
}

static const IcDrive *
get_drive (IcWizardHow *self)
{
  guint chosen = adw_combo_row_get_selected (self->drives);

  return self->found != NULL && chosen < self->found->len ? self->found->pdata[chosen] : NULL;
}

static void
show_speeds (IcWizardHow *self)
{
  const IcDrive *drive = get_drive (self);
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _ ("As fast as possible"));
  for (guint i = 0; drive != NULL && i < drive->speeds->len; i++)
    {
      double factor = ic_drive_speed_to_factor (drive, g_array_index (drive->speeds, guint, i));

      gtk_string_list_take (names, g_strdup_printf ("%.0fx", factor));
    }
  adw_combo_row_set_model (self->speeds, G_LIST_MODEL (names));
}

static void
drive_cb (IcWizardHow *self)
{
  const IcDrive *drive = get_drive (self);

  if (drive == NULL)
    return;
  answer (self, IC_ASK_DRIVE, drive->address);
  show_speeds (self);
}

static void
speed_cb (IcWizardHow *self)
{
  const IcDrive *drive = get_drive (self);
  guint chosen = adw_combo_row_get_selected (self->speeds);
  g_autofree char *speed = NULL;

  if (drive == NULL)
    return;
  if (chosen > 0 && chosen <= drive->speeds->len)
    speed = g_strdup_printf ("%.0f",
                             ic_drive_speed_to_factor (drive, g_array_index (drive->speeds, guint,
                                                                             chosen - 1)));
  answer (self, IC_ASK_SPEED, speed != NULL ? speed : "");
}

static void
copies_cb (IcWizardHow *self)
{
  int n = gtk_spin_button_get_value_as_int (self->copies);
  g_autofree char *text = g_strdup_printf ("%d", n);

  answer (self, IC_ASK_COPIES, text);
  g_settings_set_int (self->settings, KEPT_COPIES, n);
}

static void
node_cb (IcWizardHow *self)
{
  IcNodeItem *item = adw_combo_row_get_selected_item (self->nodes);

  if (item != NULL)
    answer (self, IC_ASK_NODE, ic_node_item_get_name (item));
}

static void
profile_cb (IcWizardHow *self)
{
  guint chosen = adw_combo_row_get_selected (self->profiles);
  const char *name = NULL;

  if (self->is_showing || get_order (self) == NULL || chosen >= G_N_ELEMENTS (all_profiles))
    return;
  name = ic_media_profile_get_name (all_profiles[chosen]);
  answer (self, IC_ASK_PROFILE, name);
  g_settings_set_string (self->settings, KEPT_PROFILE, name);
}

static void
capacity_cb (IcWizardHow *self)
{
  guint chosen = adw_combo_row_get_selected (self->capacities);

  if (chosen < G_N_ELEMENTS (capacities))
    answer (self, IC_ASK_CAPACITY, capacities[chosen]);
}

/* Drives answer slowly, and each is asked by a process of its own. */
static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr(IcOwnContext) context = ic_own_context_enter ();
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_drive_unref);
  g_auto(GStrv) addresses = ic_drive_list ();

  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr(GError) error = NULL;
      IcDrive *drive = ic_drive_client_inspect (addresses[i], FALSE, cancellable, &error);

      if (drive != NULL)
        g_ptr_array_add (found, drive);
    }
  g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

static char *
dup_drive_name (const IcDrive *drive)
{
  return g_strdup_printf ("%s %s (%s, %s)", drive->vendor, drive->product, drive->address,
                          *drive->medium != '\0' ? drive->medium : _ ("empty"));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IcWizardHow *self = IC_WIZARD_HOW (source);
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr(GPtrArray) found = g_task_propagate_pointer (G_TASK (result), NULL);

  if (found == NULL || self->settings == NULL) /* the step is gone */
    return;
  g_clear_pointer (&self->found, g_ptr_array_unref);
  self->found = g_steal_pointer (&found);
  for (guint i = 0; i < self->found->len; i++)
    gtk_string_list_take (names, dup_drive_name (self->found->pdata[i]));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->drives),
                               self->found->len == 0 ? _ ("No drive was found") : "");
  adw_combo_row_set_model (self->drives, G_LIST_MODEL (names));
  drive_cb (self);
}

static void
look_cb (IcWizardHow *self)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, looked_cb, NULL);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->drives), _ ("Looking…"));
  g_task_run_in_thread (task, look_in_thread);
}

/* What was chosen last time is offered first. */
static void
take_defaults (IcWizardHow *self)
{
  IcTransferOrder *order = get_order (self);
  g_autofree char *route = g_settings_get_string (self->settings, KEPT_ROUTE);
  g_autofree char *profile = g_settings_get_string (self->settings, KEPT_PROFILE);
  g_autofree char *copies =
      g_strdup_printf ("%d", g_settings_get_int (self->settings, KEPT_COPIES));

  if (*get_answer (self, IC_ASK_ROUTE) == '\0')
    ic_transfer_order_set_answer (order, IC_ASK_ROUTE, route);
  if (*get_answer (self, IC_ASK_PROFILE) == '\0')
    ic_transfer_order_set_answer (order, IC_ASK_PROFILE, profile);
  if (*get_answer (self, IC_ASK_COPIES) == '\0')
    ic_transfer_order_set_answer (order, IC_ASK_COPIES, copies);
}

static void
show_answers (IcWizardHow *self)
{
  IcMediaProfiles profile = ic_transfer_order_get_profile (get_order (self));
  GListModel *nodes = ic_workspace_get_nodes (ic_transfer_order_get_workspace (get_order (self)));

  self->is_showing = TRUE;
  gtk_spin_button_set_value (self->copies, g_ascii_strtod (get_answer (self, IC_ASK_COPIES), NULL));
  for (guint i = 0; i < G_N_ELEMENTS (all_profiles); i++)
    if (all_profiles[i] == profile)
      adw_combo_row_set_selected (self->profiles, i);
  for (guint i = 0; i < G_N_ELEMENTS (capacities); i++)
    if (g_str_equal (capacities[i], get_answer (self, IC_ASK_CAPACITY)))
      adw_combo_row_set_selected (self->capacities, i);
  adw_combo_row_set_model (self->nodes, nodes);
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (nodes, i);

      if (g_str_equal (ic_node_item_get_name (item), get_answer (self, IC_ASK_NODE)))
        adw_combo_row_set_selected (self->nodes, i);
    }
  self->is_showing = FALSE;
  node_cb (self);
}

static void
start (IcWizardStep *step)
{
  IcWizardHow *self = IC_WIZARD_HOW (step);

  take_defaults (self);
  show_answers (self);
  show_route (self);
  look_cb (self);
}

static void
update (IcWizardStep *step)
{
  IcWizardHow *self = IC_WIZARD_HOW (step);
  gboolean is_exact = FALSE;
  guint64 size = ic_transfer_order_sum_size (get_order (self), &is_exact);
  g_autofree char *amount = g_format_size (size);
  g_autofree char *fit = ic_transfer_check_dup_fit (size);
  g_autofree char *text = g_strdup_printf ("%s · %s", amount, fit);

  gtk_label_set_text (self->fit, is_exact && size > 0
                                     ? text
                                     : _ ("The size is known when all images are here."));
}

static void
ic_wizard_how_dispose (GObject *object)
{
  IcWizardHow *self = IC_WIZARD_HOW (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  G_OBJECT_CLASS (ic_wizard_how_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, disc);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, image);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, folder);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, zip);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, node);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, fit);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, file_group);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, path);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, drive_group);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, drives);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, speeds);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, copies);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, node_group);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, nodes);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, media_group);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, profiles);
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, capacities);
}

static void
ic_wizard_how_class_init (IcWizardHowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_wizard_how_dispose;
  IC_WIZARD_STEP_CLASS (klass)->start = start;
  IC_WIZARD_STEP_CLASS (klass)->update = update;
  g_type_ensure (IC_TYPE_NODE_ITEM);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-wizard-how.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, route_cb);
  gtk_widget_class_bind_template_callback (widget_class, path_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, look_cb);
  gtk_widget_class_bind_template_callback (widget_class, drive_cb);
  gtk_widget_class_bind_template_callback (widget_class, speed_cb);
  gtk_widget_class_bind_template_callback (widget_class, copies_cb);
  gtk_widget_class_bind_template_callback (widget_class, node_cb);
  gtk_widget_class_bind_template_callback (widget_class, profile_cb);
  gtk_widget_class_bind_template_callback (widget_class, capacity_cb);
}

static void
ic_wizard_how_init (IcWizardHow *self)
{
  self->settings = g_settings_new (IC_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
}
