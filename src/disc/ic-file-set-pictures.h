/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a file-set, the web content of IHE PDI (RAD TF-2 4.47.4.1.2.3.3): where they
 * stand below IHE_PDI, the page of a study that shows them, and the small ones of INDEX.HTM. Pure;
 * only IcFileSet and its pages use it.
 */
#pragma once

#include "disc/ic-file-set-text.h"
#include "disc/ic-key-image.h"

G_BEGIN_DECLS

/* "IHE_PDI/S0001/INDEX.HTM" and "IHE_PDI/S0001/SE0001.JPG", numbered as the folders of the images
 * are; free with g_free().
 */
char *ic_file_set_pictures_dup_page_path (guint study_number);
char *ic_file_set_pictures_dup_path (guint study_number, guint series_number);

/* XHTML 1.0, complete without script, with the key images of study @study_number, or in words why
 * there is none. The facts must have key images.
 */
GBytes *ic_file_set_pictures_new_page (const IcFileSetFacts *facts, guint study_number);

/* For a cell of INDEX.HTM. */
void ic_file_set_pictures_append_small (GString *out,
                                        const IcFileSetFacts *facts,
                                        const IcSeries *series,
                                        guint study_number,
                                        guint series_number);

G_END_DECLS
