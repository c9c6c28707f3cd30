/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-wizard-step.h"

typedef struct
{
  IcTransferOrder *order;
} IcWizardStepPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (IcWizardStep, ic_wizard_step, ADW_TYPE_BIN)

static IcWizardStepPrivate *
get_private (IcWizardStep *self)
{
  return ic_wizard_step_get_instance_private (self);
}

static void
ic_wizard_step_dispose (GObject *object)
{
  g_clear_object (&get_private (IC_WIZARD_STEP (object))->order);
  G_OBJECT_CLASS (ic_wizard_step_parent_class)->dispose (object);
}

static void
ic_wizard_step_class_init (IcWizardStepClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ic_wizard_step_dispose;
}

static void
ic_wizard_step_init (IcWizardStep *self)
{
}

void
ic_wizard_step_start (IcWizardStep *self, IcTransferOrder *order)
{
  IcWizardStepClass *klass = NULL;

  g_return_if_fail (IC_IS_WIZARD_STEP (self) && get_private (self)->order == NULL);
  klass = IC_WIZARD_STEP_GET_CLASS (self);
  get_private (self)->order = g_object_ref (order);
  if (klass->start != NULL)
    klass->start (self);
  g_signal_connect_object (order, "changed", G_CALLBACK (ic_wizard_step_update), self,
                           G_CONNECT_SWAPPED);
  ic_wizard_step_update (self);
}

void
ic_wizard_step_update (IcWizardStep *self)
{
  IcWizardStepClass *klass = NULL;

  g_return_if_fail (IC_IS_WIZARD_STEP (self));
  klass = IC_WIZARD_STEP_GET_CLASS (self);
  if (klass->update != NULL && get_private (self)->order != NULL)
    klass->update (self);
}

IcTransferOrder *
ic_wizard_step_get_order (IcWizardStep *self)
{
  g_return_val_if_fail (IC_IS_WIZARD_STEP (self), NULL);
  return get_private (self)->order;
}
