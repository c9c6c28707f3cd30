/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The windows that one key chooses: those of the file first, then all its values, then what is
 * usual for its modality. Pure.
 */
#pragma once

#include "picture/ic-frame.h"

G_BEGIN_DECLS

#define IC_WINDOW_PRESETS_MAX 9 /* keys */

typedef struct
{
  char *name; /* for people */
  IcVoiWindow window;
} IcWindowPreset;

/* Array of IcWindowPreset, at most IC_WINDOW_PRESETS_MAX; empty for colours. */
GPtrArray *ic_window_preset_list (const IcFrame *frame, const char *modality);

void ic_window_preset_free (IcWindowPreset *self);

G_END_DECLS
