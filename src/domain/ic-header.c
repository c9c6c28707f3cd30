/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-header.h"

struct _IcHeader
{
  char **values;
  GBytes *keys[IC_N_LEVELS];
};

IcHeader *
ic_header_new (const char *const *values, GBytes *const keys[IC_N_LEVELS])
{
  IcHeader *self = g_atomic_rc_box_new0 (IcHeader);

  g_assert (g_strv_length ((char **) values) == IC_HEADER_N_FIELDS);
  self->values = g_strdupv ((char **) values);
  for (int level = 0; level < IC_N_LEVELS; level++)
    self->keys[level] = g_bytes_ref (keys[level]);
  return self;
}

static void
clear (gpointer data)
{
  IcHeader *self = data;

  g_strfreev (self->values);
  for (int level = 0; level < IC_N_LEVELS; level++)
    g_bytes_unref (self->keys[level]);
}

IcHeader *
ic_header_ref (IcHeader *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_header_unref (IcHeader *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
ic_header_get (IcHeader *self, IcHeaderField field)
{
  g_return_val_if_fail (field < IC_HEADER_N_FIELDS, "");
  return self->values[field];
}

GBytes *
ic_header_get_keys (IcHeader *self, IcLevel level)
{
  g_return_val_if_fail (level < IC_N_LEVELS, NULL);
  return self->keys[level];
}

IcPatient *
ic_header_dup_patient (IcHeader *self)
{
  return ic_patient_new (self->values[IC_HEADER_PATIENT_ID],
                         self->values[IC_HEADER_ISSUER_OF_PATIENT_ID],
                         self->values[IC_HEADER_PATIENT_NAME],
                         self->values[IC_HEADER_PATIENT_BIRTH_DATE],
                         self->values[IC_HEADER_PATIENT_SEX]);
}
