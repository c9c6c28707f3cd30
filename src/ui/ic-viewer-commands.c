/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-viewer-commands.h"

#include "model/ic-window-preset.h"
#include "ui/ic-dialogs.h"
#include "ui/ic-viewer-png.h"
#include "ui/ic-viewer-window-private.h"
#include "ui/ic-viewer-words.h"
#include "words/ic-error-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define ZOOM_STEP 1.25

static const struct
{
  const char *name;
  IcViewerTool tool;
} tools[] = {
  { "window", IC_VIEWER_TOOL_WINDOW },   { "scroll", IC_VIEWER_TOOL_SCROLL },
  { "pan", IC_VIEWER_TOOL_PAN },         { "zoom", IC_VIEWER_TOOL_ZOOM },
  { "measure", IC_VIEWER_TOOL_MEASURE },
};

static IcViewerCanvas *
get_canvas (gpointer window)
{
  return ic_viewer_pane_get_canvas (ic_viewer_window_get_pane (window));
}

static IcViewport *
get_viewport (gpointer window)
{
  return ic_viewer_canvas_get_viewport (get_canvas (window));
}

static void
look_again (gpointer window)
{
  ic_viewer_pane_update (ic_viewer_window_get_pane (window));
  ic_viewer_commands_update (window);
}

/* Looking */

static void
reset_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  *get_viewport (window) = IC_VIEWPORT_INIT;
  look_again (window);
}

static void
fit_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  IcViewport *viewport = get_viewport (window);

  viewport->zoom = 0;
  viewport->pan[0] = viewport->pan[1] = 0;
  look_again (window);
}

static void
actual_size_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  IcViewport *viewport = get_viewport (window);

  viewport->zoom = 1;
  viewport->pan[0] = viewport->pan[1] = 0;
  look_again (window);
}

static void
zoom_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  const double factor = g_variant_get_int32 (parameter) > 0 ? ZOOM_STEP : 1 / ZOOM_STEP;
  IcScene scene = { 0 };

  if (!ic_viewer_canvas_get_scene (get_canvas (window), &scene))
    return;
  ic_viewport_zoom_at (get_viewport (window), &scene, factor,
                       (IcSpot){ scene.width / 2, scene.height / 2 });
  look_again (window);
}

static void
turn_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  ic_viewport_turn (get_viewport (window), g_variant_get_int32 (parameter));
  look_again (window);
}

static void
flip_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  if (get_viewport (window)->flipped != g_variant_get_boolean (state))
    ic_viewport_flip (get_viewport (window));
  look_again (window);
}

static void
invert_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  get_viewport (window)->negative = g_variant_get_boolean (state);
  look_again (window);
}

static GPtrArray *
list_presets (gpointer window)
{
  IcFrame *frame = ic_viewer_canvas_get_frame (get_canvas (window));
  const IcImageFacts *facts = ic_viewer_pane_get_facts (ic_viewer_window_get_pane (window));

  return frame != NULL && facts != NULL
             ? ic_window_preset_list (frame, facts->strings[IC_FACT_MODALITY])
             : NULL;
}

static void
preset_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  g_autoptr(GPtrArray) presets = list_presets (window);
  const guint i = (guint) g_variant_get_int32 (parameter);

  if (presets == NULL || i >= presets->len)
    return;
  get_viewport (window)->has_window = TRUE;
  get_viewport (window)->window = ((const IcWindowPreset *) presets->pdata[i])->window;
  look_again (window);
}

GMenuModel *
ic_viewer_commands_make_presets (IcViewerWindow *window)
{
  g_autoptr(GPtrArray) presets = list_presets (window);
  GMenu *menu = NULL;

  if (presets == NULL || presets->len == 0)
    return NULL;
  menu = g_menu_new ();
  for (guint i = 0; i < presets->len; i++)
    {
      const IcWindowPreset *preset = presets->pdata[i];
      g_autofree char *label = g_strdup_printf ("%u   %s", i + 1, preset->name);
      g_autoptr(GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "view.preset", "i", (gint32) i);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}

/* Moving */

static void
step_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  IcViewerPane *pane = ic_viewer_window_get_pane (window);

  ic_viewer_pane_go (pane,
                     (gint64) ic_viewer_pane_get_slot (pane) + g_variant_get_int32 (parameter));
}

static void
series_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  ic_viewer_window_step_series (window, g_variant_get_int32 (parameter));
}

static void
cine_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  ic_viewer_pane_set_cine (ic_viewer_window_get_pane (window), g_variant_get_boolean (state));
}

/* Around it */

static void
tool_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
    if (g_str_equal (tools[i].name, g_variant_get_string (state, NULL)))
      {
        ic_viewer_window_set_tool (window, tools[i].tool);
        g_simple_action_set_state (action, state);
      }
}

static void
compare_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  ic_viewer_window_set_comparing (window, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
synchronise_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  ic_viewer_window_set_synchronised (window, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
strip_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  ic_viewer_window_set_strip_shown (window, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
strip_away_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  g_action_group_change_action_state (g_object_get_data (window, "view-actions"), "strip",
                                      g_variant_new_boolean (FALSE));
}

static void
header_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  ic_viewer_window_set_header_shown (window, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
key_image_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  IcViewerPane *pane = ic_viewer_window_get_pane (window);
  const IcInstance *instance = ic_viewer_pane_get_instance (pane);
  IcTransferDraft *draft = ic_workspace_get_draft (ic_viewer_window_get_workspace (window));
  IcViewerSeries *series = ic_viewer_pane_get_series (pane);

  if (instance == NULL)
    return;
  ic_transfer_draft_set_key_image (draft, ic_viewer_series_get_study (series)->study_uid,
                                   ic_viewer_series_get_series (series)->series_uid,
                                   instance->sop_instance_uid, g_variant_get_boolean (state));
  look_again (window);
}

/* Steps back: out of the header, the line, the comparison, at last out of the window. */
static void
step_back_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  GActionGroup *group = g_object_get_data (window, "view-actions");
  static const char *const open[] = { "header", "compare" };

  if (ic_viewer_canvas_clear_line (get_canvas (window)))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (open); i++)
    {
      g_autoptr(GVariant) state = g_action_group_get_action_state (group, open[i]);

      if (!g_variant_get_boolean (state))
        continue;
      g_action_group_change_action_state (group, open[i], g_variant_new_boolean (FALSE));
      return;
    }
  gtk_window_close (GTK_WINDOW (window));
}

/* Saving */

typedef struct
{
  IcViewerWindow *window;
  GBytes *png;
} Saving;

static void
saving_free (Saving *self)
{
  g_object_unref (self->window);
  g_bytes_unref (self->png);
  g_free (self);
}

static void
written_cb (GObject *file, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcViewerWindow) window = user_data;
  g_autoptr(GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    ic_viewer_window_tell (window, _ ("The picture is saved"));
  else
    ic_dialogs_tell (GTK_WIDGET (window), _ ("The picture was not saved"), error->message);
}

static void
target_chosen_cb (GFile *file, gpointer user_data)
{
  Saving *saving = user_data;

  if (file != NULL)
    g_file_replace_contents_bytes_async (file, saving->png, NULL, FALSE,
                                         G_FILE_CREATE_REPLACE_DESTINATION, NULL, written_cb,
                                         g_object_ref (saving->window));
  saving_free (saving);
}

/* "CT-2-15.png": nothing about the patient. */
static char *
dup_file_name (IcViewerPane *pane)
{
  const IcSeries *series = ic_viewer_series_get_series (ic_viewer_pane_get_series (pane));
  g_autofree char *name = g_strdup_printf ("%s-%s-%u.png", series->modality, series->number,
                                           ic_viewer_pane_get_slot (pane) + 1);

  return g_strcanon (g_steal_pointer (&name), G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-.", '_');
}

static char *
dup_identity (const IcImageFacts *facts)
{
  g_autofree char *patient = ic_viewer_words_dup_patient (facts);
  g_autofree char *study = ic_viewer_words_dup_study (facts);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s", patient, study, _ ("Not for diagnosis"));

  return g_steal_pointer (&text);
}

static void
save_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  IcViewerPane *pane = ic_viewer_window_get_pane (window);
  const gboolean is_named = g_variant_get_boolean (parameter);
  const IcImageFacts *facts = ic_viewer_pane_get_facts (pane);
  IcFrame *frame = ic_viewer_canvas_get_frame (get_canvas (window));
  g_autofree char *identity = is_named && facts != NULL ? dup_identity (facts) : NULL;
  g_autofree char *name = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) png = NULL;
  Saving *saving = NULL;

  if (frame == NULL || facts == NULL || !ic_viewer_pane_is_settled (pane))
    return;
  png = ic_viewer_png_encode (GTK_WIDGET (pane), frame, get_viewport (window), identity, &error);
  if (png == NULL)
    {
      ic_dialogs_tell (GTK_WIDGET (window), _ ("The picture was not saved"),
                       _ ("It is too large for this kind of file."));
      return;
    }
  saving = g_new0 (Saving, 1);
  saving->window = g_object_ref (window);
  saving->png = g_steal_pointer (&png);
  name = dup_file_name (pane);
  ic_dialogs_save_file (GTK_WIDGET (window),
                        is_named ? _ ("Save picture with name")
                                 : _ ("Save picture without name; what stands in it remains"),
                        name, target_chosen_cb, saving);
}

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  gtk_window_close (GTK_WINDOW (window));
}

static const GActionEntry actions[] = {
  { .name = "tool", .parameter_type = "s", .state = "'window'", .change_state = tool_cb },
  { .name = "preset", .parameter_type = "i", .activate = preset_cb },
  { .name = "reset", .activate = reset_cb },
  { .name = "fit", .activate = fit_cb },
  { .name = "actual-size", .activate = actual_size_cb },
  { .name = "zoom", .parameter_type = "i", .activate = zoom_cb },
  { .name = "turn", .parameter_type = "i", .activate = turn_cb },
  { .name = "flip", .state = "false", .change_state = flip_cb },
  { .name = "invert", .state = "false", .change_state = invert_cb },
  { .name = "step", .parameter_type = "i", .activate = step_cb },
  { .name = "series", .parameter_type = "i", .activate = series_cb },
  { .name = "cine", .state = "false", .change_state = cine_cb },
  { .name = "compare", .state = "false", .change_state = compare_cb },
  { .name = "synchronise", .state = "true", .change_state = synchronise_cb },
  { .name = "strip", .state = "true", .change_state = strip_cb },
  { .name = "strip-away", .activate = strip_away_cb },
  { .name = "header", .state = "false", .change_state = header_cb },
  { .name = "key-image", .state = "false", .change_state = key_image_cb },
  { .name = "save", .parameter_type = "b", .activate = save_cb },
  { .name = "step-back", .activate = step_back_cb },
  { .name = "close", .activate = close_cb },
};

/* Keys without modifiers, which are letters to an entry: only where nobody types. */
static const struct
{
  guint keyval;
  GdkModifierType modifiers;
  const char *action; /* detailed */
} keys[] = {
  { GDK_KEY_Up, 0, "step(-1)" },
  { GDK_KEY_Down, 0, "step(1)" },
  { GDK_KEY_Page_Up, 0, "step(-10)" },
  { GDK_KEY_Page_Down, 0, "step(10)" },
  { GDK_KEY_Home, 0, "step(-1000000000)" },
  { GDK_KEY_End, 0, "step(1000000000)" },
  { GDK_KEY_Left, 0, "series(-1)" },
  { GDK_KEY_Right, 0, "series(1)" },
  { GDK_KEY_space, 0, "cine" },
  { GDK_KEY_i, 0, "invert" },
  { GDK_KEY_r, 0, "reset" },
  { GDK_KEY_f, 0, "fit" },
  { GDK_KEY_o, 0, "actual-size" },
  { GDK_KEY_plus, 0, "zoom(1)" },
  { GDK_KEY_minus, 0, "zoom(-1)" },
  { GDK_KEY_t, 0, "turn(1)" },
  { GDK_KEY_t, GDK_SHIFT_MASK, "turn(-1)" },
  { GDK_KEY_x, 0, "flip" },
  { GDK_KEY_k, 0, "key-image" },
  { GDK_KEY_h, 0, "header" },
  { GDK_KEY_c, 0, "compare" },
  { GDK_KEY_s, 0, "synchronise" },
  { GDK_KEY_w, 0, "tool::window" },
  { GDK_KEY_g, 0, "tool::scroll" },
  { GDK_KEY_p, 0, "tool::pan" },
  { GDK_KEY_z, 0, "tool::zoom" },
  { GDK_KEY_m, 0, "tool::measure" },
  { GDK_KEY_Escape, 0, "step-back" },
  { GDK_KEY_F9, 0, "strip" },
  { GDK_KEY_s, GDK_CONTROL_MASK, "save(false)" },
  { GDK_KEY_s, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "save(true)" },
  { GDK_KEY_w, GDK_CONTROL_MASK, "close" },
};

static gboolean
activate (GtkWidget *window, const char *detailed)
{
  GActionGroup *group = g_object_get_data (G_OBJECT (window), "view-actions");
  g_autofree char *name = NULL;
  g_autoptr(GVariant) target = NULL;

  if (!g_action_parse_detailed_name (detailed, &name, &target, NULL))
    return GDK_EVENT_PROPAGATE;
  g_action_group_activate_action (group, name, target);
  return GDK_EVENT_STOP;
}

/* Whether the key belongs to what has the focus: text that is typed, a button that is pressed. */
static gboolean
is_for_focus (GtkWidget *window, guint keyval, GdkModifierType modifiers)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));

  if (focus == NULL || (modifiers & GDK_CONTROL_MASK) != 0)
    return FALSE;
  if (GTK_IS_EDITABLE (focus))
    return keyval != GDK_KEY_Escape;
  if (GTK_IS_TEXT_VIEW (focus) || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL)
    return TRUE;
  return keyval == GDK_KEY_space && GTK_IS_BUTTON (focus);
}

static gboolean
key_pressed_cb (GtkWidget *window,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                GtkEventControllerKey *controller)
{
  const guint lower = gdk_keyval_to_lower (keyval);
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if (is_for_focus (window, keyval, modifiers))
    return GDK_EVENT_PROPAGATE;
  if (keyval >= GDK_KEY_1 && keyval <= GDK_KEY_9 && modifiers == 0)
    {
      g_autofree char *preset = g_strdup_printf ("preset(%u)", keyval - GDK_KEY_1);

      return activate (window, preset);
    }
  if (keyval == GDK_KEY_plus || keyval == GDK_KEY_minus)
    modifiers = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].keyval == lower && keys[i].modifiers == modifiers)
      return activate (window, keys[i].action);
  return GDK_EVENT_PROPAGATE;
}

static void
set_state (GActionMap *map, const char *name, gboolean state)
{
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (map, name)),
                             g_variant_new_boolean (state));
}

void
ic_viewer_commands_update (IcViewerWindow *window)
{
  GActionMap *map = g_object_get_data (G_OBJECT (window), "view-actions");
  IcViewerPane *pane = ic_viewer_window_get_pane (window);
  const IcViewport *viewport = get_viewport (window);
  const IcInstance *instance = ic_viewer_pane_get_instance (pane);
  IcTransferDraft *draft = ic_workspace_get_draft (ic_viewer_window_get_workspace (window));

  set_state (map, "flip", viewport->flipped);
  set_state (map, "invert", viewport->negative);
  set_state (map, "cine", ic_viewer_pane_get_cine (pane));
  set_state (map, "key-image",
             instance != NULL &&
                 ic_transfer_draft_is_key_image (draft, instance->sop_instance_uid));
}

void
ic_viewer_commands_add (IcViewerWindow *window)
{
  GSimpleActionGroup *group = g_simple_action_group_new ();
  GtkEventController *controller = gtk_event_controller_key_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), window);
  gtk_widget_insert_action_group (GTK_WIDGET (window), "view", G_ACTION_GROUP (group));
  g_object_set_data_full (G_OBJECT (window), "view-actions", group, g_object_unref);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (controller, "key-pressed", G_CALLBACK (key_pressed_cb), window);
  gtk_widget_add_controller (GTK_WIDGET (window), controller);
}
