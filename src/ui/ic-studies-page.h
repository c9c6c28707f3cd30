/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page on which studies are looked for in several places at once, looked at, brought here and
 * chosen for the next transfer.
 */
#pragma once

#include "ui/ic-page.h"

G_BEGIN_DECLS

#define IC_TYPE_STUDIES_PAGE (ic_studies_page_get_type ())
G_DECLARE_FINAL_TYPE (IcStudiesPage, ic_studies_page, IC, STUDIES_PAGE, IcPage)

/* Looks for a patient of this name or number. */
void ic_studies_page_find (IcStudiesPage *self, const char *text);

G_END_DECLS
