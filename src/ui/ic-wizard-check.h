/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fourth step: what was looked at, and what stands in the way. */
#pragma once

#include "ui/ic-wizard-step.h"

G_BEGIN_DECLS

#define IC_TYPE_WIZARD_CHECK (ic_wizard_check_get_type ())
G_DECLARE_FINAL_TYPE (IcWizardCheck, ic_wizard_check, IC, WIZARD_CHECK, IcWizardStep)

G_END_DECLS
