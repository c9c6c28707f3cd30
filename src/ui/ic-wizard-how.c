/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-wizard-how.h"

#include "model/ic-node-item.h"
#include "model/ic-transfer-check.h"
#include "ui/ic-dialogs.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define KEPT_ROUTE "transfer-route"
#define KEPT_PROFILE "transfer-profile"
#define KEPT_VIEWER "transfer-viewer"
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
  AdwComboRow *viewers;
  AdwComboRow *capacities;
  gboolean is_showing;
};

G_DEFINE_FINAL_TYPE (IcWizardHow, ic_wizard_how, IC_TYPE_WIZARD_STEP)

/* In the order of the rows. */
static const IcViewerQuality viewers[] = { IC_VIEWER_LOSSLESS, IC_VIEWER_PREVIEW, IC_VIEWER_NONE };

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

static IcDriveWatch *
get_watch (IcWizardHow *self)
{
  return ic_workspace_get_drives (ic_transfer_order_get_workspace (get_order (self)));
}

static const IcDrive *
get_drive (IcWizardHow *self)
{
  return get_order (self) != NULL
             ? ic_drive_watch_find (get_watch (self), get_answer (self, IC_ASK_DRIVE))
             : NULL;
}

static char *
dup_speed (const IcDrive *drive, guint i)
{
  return g_strdup_printf ("%.0f", ic_drive_speed_to_factor (drive, g_array_index (drive->speeds,
                                                                                  guint, i)));
}

/* What the disc in the drive allows; the speed that was chosen stays where it can. */
static void
show_speeds (IcWizardHow *self)
{
  const IcDrive *drive = get_drive (self);
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *chosen = g_strdup (get_answer (self, IC_ASK_SPEED));
  guint position = 0;

  gtk_string_list_append (names, _ ("As fast as possible"));
  for (guint i = 0; drive != NULL && i < drive->speeds->len; i++)
    {
      g_autofree char *speed = dup_speed (drive, i);

      gtk_string_list_take (names, g_strconcat (speed, "x", NULL));
      if (g_str_equal (speed, chosen))
        position = i + 1;
    }
  adw_combo_row_set_model (self->speeds, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->speeds, position);
}

/* What is in the drive, and what that means. */
static char *
dup_drive_state (IcWizardHow *self, guint i)
{
  IcDriveWatch *watch = get_watch (self);
  const IcDrive *drive = ic_drive_watch_get_drive (watch, i);
  g_autofree char *state = ic_drive_watch_dup_state (watch, i);

  if (drive == NULL || ic_drive_judge (drive, 0, FALSE) != IC_DISC_HOLDS_DATA)
    return g_steal_pointer (&state);
  /* Translators: what is on the rewritable disc in the drive. */
  return g_strdup_printf (_ ("%s. You are asked before it is erased."), state);
}

static void
show_drive_state (IcWizardHow *self)
{
  guint chosen = adw_combo_row_get_selected (self->drives);
  g_autofree char *state = NULL;

  if (ic_drive_watch_is_looking (get_watch (self)) && ic_drive_watch_count (get_watch (self)) == 0)
    state = g_strdup (_ ("Looking…"));
  else if (chosen < ic_drive_watch_count (get_watch (self)))
    state = dup_drive_state (self, chosen);
  else
    state = g_strdup (_ ("No drive was found"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->drives), state);
}

static void
drive_cb (IcWizardHow *self)
{
  guint chosen = adw_combo_row_get_selected (self->drives);

  if (self->is_showing || get_order (self) == NULL ||
      chosen >= ic_drive_watch_count (get_watch (self)))
    return;
  answer (self, IC_ASK_DRIVE, ic_drive_watch_get_address (get_watch (self), chosen));
  show_drive_state (self);
  show_speeds (self);
}

static void
speed_cb (IcWizardHow *self)
{
  const IcDrive *drive = get_drive (self);
  guint chosen = adw_combo_row_get_selected (self->speeds);
  g_autofree char *speed = NULL;

  if (self->is_showing || drive == NULL)
    return;
  if (chosen > 0 && chosen <= drive->speeds->len)
    speed = dup_speed (drive, chosen - 1);
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
viewer_cb (IcWizardHow *self)
{
  guint chosen = adw_combo_row_get_selected (self->viewers);
  const char *name = NULL;

  if (self->is_showing || get_order (self) == NULL || chosen >= G_N_ELEMENTS (viewers))
    return;
  name = ic_viewer_quality_get_name (viewers[chosen]);
  answer (self, IC_ASK_VIEWER, name);
  g_settings_set_string (self->settings, KEPT_VIEWER, name);
}

static void
capacity_cb (IcWizardHow *self)
{
  guint chosen = adw_combo_row_get_selected (self->capacities);

  if (chosen < G_N_ELEMENTS (capacities))
    answer (self, IC_ASK_CAPACITY, capacities[chosen]);
}

static gboolean
lists_same_drives (IcWizardHow *self, GtkStringList *names)
{
  GListModel *shown = adw_combo_row_get_model (self->drives);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (names));

  if (shown == NULL || g_list_model_get_n_items (shown) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (shown), i),
                      gtk_string_list_get_string (names, i)))
      return FALSE;
  return TRUE;
}

/* A list that stays the same keeps its place on the screen. */
static void
show_drives (IcWizardHow *self)
{
  IcDriveWatch *watch = get_watch (self);
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  guint chosen = 0;

  for (guint i = 0; i < ic_drive_watch_count (watch); i++)
    {
      gtk_string_list_take (names, ic_drive_watch_dup_name (watch, i));
      if (g_str_equal (ic_drive_watch_get_address (watch, i), get_answer (self, IC_ASK_DRIVE)))
        chosen = i;
    }
  self->is_showing = TRUE;
  if (!lists_same_drives (self, names))
    {
      adw_combo_row_set_model (self->drives, G_LIST_MODEL (names));
      adw_combo_row_set_selected (self->drives, chosen);
    }
  show_speeds (self);
  self->is_showing = FALSE;
  drive_cb (self);
  show_drive_state (self);
}

static void
look_cb (IcWizardHow *self)
{
  ic_drive_watch_look (get_watch (self));
  show_drive_state (self);
}

/* What was chosen last time is offered first. */
static void
take_defaults (IcWizardHow *self)
{
  IcTransferOrder *order = get_order (self);
  g_autofree char *route = g_settings_get_string (self->settings, KEPT_ROUTE);
  g_autofree char *profile = g_settings_get_string (self->settings, KEPT_PROFILE);
  g_autofree char *viewer = g_settings_get_string (self->settings, KEPT_VIEWER);
  g_autofree char *copies =
      g_strdup_printf ("%d", g_settings_get_int (self->settings, KEPT_COPIES));

  if (*get_answer (self, IC_ASK_ROUTE) == '\0')
    ic_transfer_order_set_answer (order, IC_ASK_ROUTE, route);
  if (*get_answer (self, IC_ASK_PROFILE) == '\0')
    ic_transfer_order_set_answer (order, IC_ASK_PROFILE, profile);
  if (*get_answer (self, IC_ASK_VIEWER) == '\0')
    ic_transfer_order_set_answer (order, IC_ASK_VIEWER, viewer);
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
  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++)
    if (viewers[i] == ic_transfer_order_get_viewer (get_order (self)))
      adw_combo_row_set_selected (self->viewers, i);
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
  g_signal_connect_object (get_watch (self), "changed", G_CALLBACK (show_drives), self,
                           G_CONNECT_SWAPPED);
  show_drives (self);
}

static void
update (IcWizardStep *step)
{
  IcWizardHow *self = IC_WIZARD_HOW (step);
  gboolean is_exact = FALSE;
  guint64 size = ic_transfer_order_sum_size (get_order (self), &is_exact);
  g_autofree char *amount = ic_words_dup_size (size);
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
  gtk_widget_class_bind_template_child (widget_class, IcWizardHow, viewers);
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
  gtk_widget_class_bind_template_callback (widget_class, viewer_cb);
  gtk_widget_class_bind_template_callback (widget_class, capacity_cb);
}

static void
ic_wizard_how_init (IcWizardHow *self)
{
  self->settings = g_settings_new (IC_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
}
