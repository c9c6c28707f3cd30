/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-window-preset.h"

#include <glib/gi18n.h>

/* In Hounsfield units, as radiology departments use them. */
static const struct
{
  const char *name;
  double centre;
  double width;
} ct_windows[] = {
  { N_ ("Soft tissue"), 40, 400 },  { N_ ("Lung"), -600, 1500 }, { N_ ("Bone"), 500, 2000 },
  { N_ ("Brain"), 40, 80 },         { N_ ("Liver"), 90, 150 },   { N_ ("Mediastinum"), 50, 350 },
  { N_ ("Angiography"), 300, 600 },
};

/* Where values mean nothing by themselves: parts of what there is. */
static const struct
{
  const char *name;
  double low;
  double high;
} parts[] = {
  { N_ ("Dark half"), 0, 0.5 },
  { N_ ("Bright half"), 0.5, 1 },
  { N_ ("Middle half"), 0.25, 0.75 },
};

void
ic_window_preset_free (IcWindowPreset *self)
{
  g_free (self->name);
  g_free (self);
}

static void
add (GPtrArray *presets, char *name, IcVoiWindow window)
{
  IcWindowPreset *preset = g_new0 (IcWindowPreset, 1);

  preset->name = name;
  preset->window = window;
  if (presets->len < IC_WINDOW_PRESETS_MAX)
    g_ptr_array_add (presets, preset);
  else
    ic_window_preset_free (preset);
}

static void
add_usual (GPtrArray *presets, const IcFrame *frame, const char *modality)
{
  const double range = frame->high - frame->low;

  if (g_str_equal (modality, "CT"))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (ct_windows); i++)
        add (presets, g_strdup (_ (ct_windows[i].name)),
             (IcVoiWindow){ ct_windows[i].centre, ct_windows[i].width, IC_VOI_LINEAR });
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    add (presets, g_strdup (_ (parts[i].name)),
         ic_voi_window_for_range (frame->low + parts[i].low * range,
                                  frame->low + parts[i].high * range));
}

GPtrArray *
ic_window_preset_list (const IcFrame *frame, const char *modality)
{
  GPtrArray *presets = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_window_preset_free);

  if (frame->format == IC_FRAME_RGB)
    return presets;
  for (guint i = 0; i < frame->windows->len && i < IC_WINDOW_PRESETS_MAX - 2; i++)
    add (presets,
         frame->windows->len > 1 ? g_strdup_printf (_ ("Of the file, %u"), i + 1)
                                 : g_strdup (_ ("Of the file")),
         g_array_index (frame->windows, IcVoiWindow, i));
  add (presets, g_strdup (_ ("All values")), ic_voi_window_for_range (frame->low, frame->high));
  add_usual (presets, frame, modality);
  return presets;
}
