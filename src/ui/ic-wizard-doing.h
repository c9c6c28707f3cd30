/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fifth step: the transfer runs, and its proof fills up. */
#pragma once

#include "model/ic-activity.h"
#include "ui/ic-wizard-step.h"

G_BEGIN_DECLS

#define IC_TYPE_WIZARD_DOING (ic_wizard_doing_get_type ())
G_DECLARE_FINAL_TYPE (IcWizardDoing, ic_wizard_doing, IC, WIZARD_DOING, IcWizardStep)

void ic_wizard_doing_set_activity (IcWizardDoing *self, IcActivity *activity);

G_END_DECLS
