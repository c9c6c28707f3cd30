/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of the transfer wizard: what each of them has in common. */
#pragma once

#include "model/ic-transfer-order.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_WIZARD_STEP (ic_wizard_step_get_type ())
G_DECLARE_DERIVABLE_TYPE (IcWizardStep, ic_wizard_step, IC, WIZARD_STEP, AdwBin)

struct _IcWizardStepClass
{
  AdwBinClass parent_class;

  /* The order is there: shows it for the first time. */
  void (*start) (IcWizardStep *self);

  /* Something of the order changed, or the step has come to the front. */
  void (*update) (IcWizardStep *self);
};

void ic_wizard_step_start (IcWizardStep *self, IcTransferOrder *order);
void ic_wizard_step_update (IcWizardStep *self);

/* Borrowed. */
IcTransferOrder *ic_wizard_step_get_order (IcWizardStep *self);

G_END_DECLS
