/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a study belongs to, as far as a DICOM object says so. Immutable and reference counted; all
 * strings are UTF-8 and never NULL, an absent value is "". The names keep their DICOM form
 * ("DOE^Jane", PN with up to three component groups separated by "=").
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *id;         /* (0010,0020) */
  const char *issuer;     /* (0010,0021) */
  const char *name;       /* (0010,0010) */
  const char *birth_date; /* (0010,0030), YYYYMMDD */
  const char *sex;        /* (0010,0040) */
} IcPatient;

IcPatient *ic_patient_new (const char *id,
                           const char *issuer,
                           const char *name,
                           const char *birth_date,
                           const char *sex);
IcPatient *ic_patient_ref (IcPatient *self);
void ic_patient_unref (IcPatient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcPatient, ic_patient_unref)

/* How a name reads on paper and screen: "DOE, Jane" from "DOE^Jane". The alphabetic component group
 * comes first, an ideographic one follows in brackets. Free with g_free().
 */
char *ic_patient_dup_display_name (IcPatient *self);

G_END_DECLS
