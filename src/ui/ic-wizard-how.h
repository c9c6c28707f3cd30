/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The third step: by which way they go. */
#pragma once

#include "ui/ic-wizard-step.h"

G_BEGIN_DECLS

#define IC_TYPE_WIZARD_HOW (ic_wizard_how_get_type ())
G_DECLARE_FINAL_TYPE (IcWizardHow, ic_wizard_how, IC, WIZARD_HOW, IcWizardStep)

G_END_DECLS
