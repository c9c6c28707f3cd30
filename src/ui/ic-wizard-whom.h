/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second step: to whom they go, and why. */
#pragma once

#include "ui/ic-wizard-step.h"

G_BEGIN_DECLS

#define IC_TYPE_WIZARD_WHOM (ic_wizard_whom_get_type ())
G_DECLARE_FINAL_TYPE (IcWizardWhom, ic_wizard_whom, IC, WIZARD_WHOM, IcWizardStep)

G_END_DECLS
