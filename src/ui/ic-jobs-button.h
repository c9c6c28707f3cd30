/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The button in the header that says how much is being done, with a list of it. */
#pragma once

#include "model/ic-workspace.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_JOBS_BUTTON (ic_jobs_button_get_type ())
G_DECLARE_FINAL_TYPE (IcJobsButton, ic_jobs_button, IC, JOBS_BUTTON, AdwBin)

void ic_jobs_button_set_workspace (IcJobsButton *self, IcWorkspace *workspace);

G_END_DECLS
