/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a DICOM file as text: an element of its header, or an item of a structured report.
 * Plain values; they come from outside.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  IC_DUMP_HEADER,
  IC_DUMP_REPORT,
} IcDumpKind;

typedef struct
{
  guint depth;
  char *tag; /* "(0010,0010)"; "" in a report */
  char *vr;  /* "" in a report */
  char *name;
  char *value;
} IcDumpRow;

#define IC_DUMP_ROWS_MAX 20000 /* what is more is left out */

void ic_dump_row_free (IcDumpRow *self);

G_END_DECLS
