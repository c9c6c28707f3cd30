/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-dump-row.h"

void
ic_dump_row_free (IcDumpRow *self)
{
  g_free (self->tag);
  g_free (self->vr);
  g_free (self->name);
  g_free (self->value);
  g_free (self);
}
