/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of the practice archive: a structured report after TID 2000 (PS3.16) and a letter
 * as encapsulated PDF.
 */
#pragma once

#include "practice/phantom-modules.h"

G_BEGIN_DECLS

/* @evidence: the series whose first picture the report points to. */
void phantom_put_report (IcShimObject *object, const PhantomSeries *evidence);
void phantom_put_letter (IcShimObject *object, const PhantomSeries *series);

G_END_DECLS
