/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row for a file that a setting names, such as a certificate: shows its name, lets another one be
 * chosen or none. The file itself is not looked at.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define IC_TYPE_FILE_ROW (ic_file_row_get_type ())
G_DECLARE_FINAL_TYPE (IcFileRow, ic_file_row, IC, FILE_ROW, AdwActionRow)

/* "" for none; property "path" notifies. What is shown then is the property "none". */
const char *ic_file_row_get_path (IcFileRow *self);
void ic_file_row_set_path (IcFileRow *self, const char *path);

G_END_DECLS
