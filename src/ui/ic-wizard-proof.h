/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last step: what was proved, and the papers that go with it. */
#pragma once

#include "model/ic-activity.h"
#include "ui/ic-wizard-step.h"

G_BEGIN_DECLS

#define IC_TYPE_WIZARD_PROOF (ic_wizard_proof_get_type ())
G_DECLARE_FINAL_TYPE (IcWizardProof, ic_wizard_proof, IC, WIZARD_PROOF, IcWizardStep)

void ic_wizard_proof_set_activity (IcWizardProof *self, IcActivity *activity);

G_END_DECLS
