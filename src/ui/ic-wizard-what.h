/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first step: which studies and series go. */
#pragma once

#include "ui/ic-wizard-step.h"

G_BEGIN_DECLS

#define IC_TYPE_WIZARD_WHAT (ic_wizard_what_get_type ())
G_DECLARE_FINAL_TYPE (IcWizardWhat, ic_wizard_what, IC, WIZARD_WHAT, IcWizardStep)

G_END_DECLS
