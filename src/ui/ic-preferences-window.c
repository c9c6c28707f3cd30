/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-preferences-window.h"

#include "ops/ic-retention-job.h"
#include "ops/ic-settings.h"
#include "ui/ic-file-row.h"
#include "words/ic-error-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

#define N_ENTRIES (IC_SETTING_CONTACT + 1) /* settings that are typed */

struct _IcPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  IcWorkspace *workspace;
  gboolean is_filling; /* what changes is not a person's doing */
  GtkEditable *entries[N_ENTRIES];
  GtkEditable *our_aet;
  GtkEditable *port;
  GtkEditable *address;
  GtkEditable *institution;
  GtkEditable *contact;
  IcFileRow *tls_cert;
  IcFileRow *tls_key;
  IcFileRow *tls_ca;
  GtkLabel *tls_problem;
  AdwComboRow *profile;
  AdwComboRow *speed;
  GtkSwitch *eject;
  GtkSwitch *removes;
  GtkSpinButton *days;
  GtkLabel *outlook;
  AdwActionRow *folder;
};

G_DEFINE_FINAL_TYPE (IcPreferencesWindow, ic_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

/* In the order of the template. */
static const char *const profiles[] = { "as-stored", "cd", "dvd-jpeg", "dvd-j2k" };
static const char *const speeds[] = { "0", "4", "8", "16", "24" };

static void
tell (IcPreferencesWindow *self, const GError *error)
{
  const IcErrorContext context = { .subject = _ ("the settings"), .subject_is_phrase = TRUE };
  g_autofree char *sentence = ic_error_words_dup_sentence (error, &context);
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (escaped));
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcPreferencesWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IcSettingsChange) change =
                 ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  if (change == NULL)
    tell (self, error);
}

static IcSettingsChange *
new_change (IcPreferencesWindow *self)
{
  return ic_settings_change_new (ic_desk_get_operator (ic_workspace_get_desk (self->workspace)));
}

/* Takes @change, whose values are checked. */
static void
apply (IcPreferencesWindow *self, IcSettingsChange *change)
{
  ic_workspace_write_async (self->workspace, ic_settings_change_apply, change,
                            (GDestroyNotify) ic_settings_change_free, NULL, written_cb,
                            g_object_ref (self));
}

/* @value: checked. */
static void
set (IcPreferencesWindow *self, IcSetting setting, const char *value)
{
  IcSettingsChange *change = NULL;

  if (self->is_filling)
    return;
  change = new_change (self);
  change->values[setting] = g_strdup (value);
  apply (self, change);
}

static IcSetting
find_setting (IcPreferencesWindow *self, GtkEditable *entry)
{
  IcSetting setting = 0;

  while (setting + 1 < N_ENTRIES && self->entries[setting] != entry)
    setting++;
  return setting;
}

static char *
dup_checked (IcPreferencesWindow *self, GtkEditable *entry, GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  return ic_setting_dup_checked (find_setting (self, entry),
                                 adw_preferences_row_get_title (ADW_PREFERENCES_ROW (entry)), text,
                                 error);
}

static void
changed_cb (IcPreferencesWindow *self, GtkEditable *entry)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *value = dup_checked (self, entry, &error);

  if (value == NULL)
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (entry), error != NULL ? error->message : NULL);
}

static void
apply_cb (IcPreferencesWindow *self, GtkEditable *entry)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *value = dup_checked (self, entry, &error);

  if (value != NULL)
    set (self, find_setting (self, entry), value);
  else
    tell (self, error);
}

static const char *
find_tls_problem (const char *cert, const char *key, const char *ca)
{
  if ((*cert == '\0') != (*key == '\0'))
    return _ ("Our certificate and its key come together.");
  return *cert == '\0' && *ca != '\0'
             ? _ ("Nodes are asked for certificates only where there is one of ours.")
             : NULL;
}

/* FALSE when the name of the file is none that can be kept, which is told. */
static gboolean
take_file (IcPreferencesWindow *self, IcSettingsChange *change, IcSetting setting, IcFileRow *row)
{
  const char *what = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
  g_autoptr(GError) error = NULL;

  change->values[setting] =
      ic_setting_dup_checked (setting, what, ic_file_row_get_path (row), &error);
  if (error != NULL)
    tell (self, error);
  return error == NULL;
}

/* They go together: until they do, what was set stays. */
static void
tls_cb (IcPreferencesWindow *self)
{
  const char *cert = ic_file_row_get_path (self->tls_cert);
  const char *key = ic_file_row_get_path (self->tls_key);
  const char *ca = ic_file_row_get_path (self->tls_ca);
  const char *problem = find_tls_problem (cert, key, ca);
  IcSettingsChange *change = NULL;

  if (self->is_filling)
    return;
  gtk_label_set_text (self->tls_problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->tls_problem), problem != NULL);
  if (problem != NULL)
    return;
  change = new_change (self);
  if (take_file (self, change, IC_SETTING_TLS_CERT, self->tls_cert) &&
      take_file (self, change, IC_SETTING_TLS_KEY, self->tls_key) &&
      take_file (self, change, IC_SETTING_TLS_CA, self->tls_ca))
    apply (self, change);
  else
    ic_settings_change_free (change);
}

static void
profile_cb (IcPreferencesWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->profile);

  set (self, IC_SETTING_DISC_PROFILE, profiles[MIN (selected, G_N_ELEMENTS (profiles) - 1)]);
}

static void
speed_cb (IcPreferencesWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->speed);

  set (self, IC_SETTING_DISC_SPEED, speeds[MIN (selected, G_N_ELEMENTS (speeds) - 1)]);
}

static void
eject_cb (IcPreferencesWindow *self)
{
  set (self, IC_SETTING_DISC_EJECT, gtk_switch_get_active (self->eject) ? "yes" : "no");
}

static char *
dup_outlook (const IcRetentionOutlook *outlook)
{
  g_autofree char *count = ic_words_dup_count (outlook->n_studies);
  g_autofree char *size = ic_words_dup_size (outlook->size_bytes);

  if (outlook->n_studies == 0)
    return g_strdup (_ ("Nothing would go now."));
  /* Translators: how many studies, and their size. */
  return g_strdup_printf (ngettext ("%s study (%s) would go now, at the next start or within a "
                                    "day.",
                                    "%s studies (%s) would go now, at the next start or within a "
                                    "day.",
                                    outlook->n_studies),
                          count, size);
}

static void
foreseen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcPreferencesWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree IcRetentionOutlook *outlook =
      ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);
  g_autofree char *text = outlook != NULL ? dup_outlook (outlook) : g_strdup ("");

  if (self->workspace != NULL)
    gtk_label_set_text (self->outlook, gtk_switch_get_active (self->removes) ? text : "");
}

static void
show_outlook (IcPreferencesWindow *self)
{
  IcRetentionOutlook *outlook = g_new0 (IcRetentionOutlook, 1);

  outlook->days = (guint64) gtk_spin_button_get_value_as_int (self->days);
  ic_workspace_read_async (self->workspace, ic_retention_foresee, outlook, g_free, NULL,
                           foreseen_cb, g_object_ref (self));
}

static void
days_cb (IcPreferencesWindow *self)
{
  g_autofree char *days =
      gtk_switch_get_active (self->removes)
          ? g_strdup_printf ("%d", gtk_spin_button_get_value_as_int (self->days))
          : g_strdup ("0");

  set (self, IC_SETTING_KEEP_DAYS, days);
  if (!self->is_filling)
    show_outlook (self);
}

static guint
find_choice (const char *const *choices, guint n, const char *value)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (choices[i], value))
      return i;
  return 0;
}

static void
fill (IcPreferencesWindow *self, char **values)
{
  int days = (int) g_ascii_strtoll (values[IC_SETTING_KEEP_DAYS], NULL, 10);

  self->is_filling = TRUE;
  for (guint i = 0; i < N_ENTRIES; i++)
    gtk_editable_set_text (self->entries[i], values[i]);
  ic_file_row_set_path (self->tls_cert, values[IC_SETTING_TLS_CERT]);
  ic_file_row_set_path (self->tls_key, values[IC_SETTING_TLS_KEY]);
  ic_file_row_set_path (self->tls_ca, values[IC_SETTING_TLS_CA]);
  adw_combo_row_set_selected (self->profile, find_choice (profiles, G_N_ELEMENTS (profiles),
                                                          values[IC_SETTING_DISC_PROFILE]));
  adw_combo_row_set_selected (self->speed, find_choice (speeds, G_N_ELEMENTS (speeds),
                                                        values[IC_SETTING_DISC_SPEED]));
  gtk_switch_set_active (self->eject, g_str_equal (values[IC_SETTING_DISC_EJECT], "yes"));
  gtk_switch_set_active (self->removes, days > 0);
  if (days > 0)
    gtk_spin_button_set_value (self->days, days);
  self->is_filling = FALSE;
  show_outlook (self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcPreferencesWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IcSettingsChange) settings =
                 ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  if (settings != NULL)
    fill (self, settings->values);
  else
    tell (self, error);
}

static void
ic_preferences_window_dispose (GObject *object)
{
  g_clear_object (&IC_PREFERENCES_WINDOW (object)->workspace);
  G_OBJECT_CLASS (ic_preferences_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, our_aet);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, port);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, address);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, institution);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, contact);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, tls_cert);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, tls_key);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, tls_ca);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, tls_problem);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, profile);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, speed);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, eject);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, removes);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, days);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, outlook);
  gtk_widget_class_bind_template_child (widget_class, IcPreferencesWindow, folder);
}

static void
ic_preferences_window_class_init (IcPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ic_preferences_window_dispose;
  g_type_ensure (IC_TYPE_FILE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, IC_UI_PATH "ic-preferences-window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, tls_cb);
  gtk_widget_class_bind_template_callback (widget_class, profile_cb);
  gtk_widget_class_bind_template_callback (widget_class, speed_cb);
  gtk_widget_class_bind_template_callback (widget_class, eject_cb);
  gtk_widget_class_bind_template_callback (widget_class, days_cb);
}

static void
ic_preferences_window_init (IcPreferencesWindow *self)
{
  self->is_filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->entries[IC_SETTING_OUR_AET] = self->our_aet;
  self->entries[IC_SETTING_PORT] = self->port;
  self->entries[IC_SETTING_ADDRESS] = self->address;
  self->entries[IC_SETTING_INSTITUTION] = self->institution;
  self->entries[IC_SETTING_CONTACT] = self->contact;
}

static void
show_folder (IcPreferencesWindow *self, IcDataDir *data_dir)
{
  g_autofree char *path = ic_words_dup_printable (ic_data_dir_get_path (data_dir));
  g_autofree char *escaped = g_markup_escape_text (path, -1);

  adw_action_row_set_subtitle (self->folder, escaped);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->folder),
                                 ic_data_dir_is_private (data_dir)
                                     ? _ ("Images and log, private to this account")
                                     : _ ("Images and log, shared by all who use this machine"));
}

GtkWindow *
ic_preferences_window_new (GtkWindow *parent, IcWorkspace *workspace)
{
  IcPreferencesWindow *self =
      g_object_new (IC_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  self->workspace = g_object_ref (workspace);
  show_folder (self, ic_desk_get_data_dir (ic_workspace_get_desk (workspace)));
  ic_workspace_read_async (workspace, ic_settings_read, ic_settings_change_new (NULL),
                           (GDestroyNotify) ic_settings_change_free, NULL, read_cb,
                           g_object_ref (self));
  return GTK_WINDOW (self);
}
