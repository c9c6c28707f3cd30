/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a source said of the studies of a transfer before and after they were fetched, and which
 * images stand in only one of the two readings. Made from what the log keeps, then only read.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 before;          /* images by the first reading of each study; -1 without one */
  gint64 after;           /* by the last; -1 without a second one */
  GPtrArray *only_before; /* SOP Instance UIDs, sorted */
  GPtrArray *only_after;
} IcCliReadings;

/* @expectations: of IcExpectation, in the order in which they were taken. */
void ic_cli_readings_init (IcCliReadings *self, GPtrArray *expectations);
void ic_cli_readings_clear (IcCliReadings *self);

/* The member "readings" of the object that @builder has begun. */
void ic_cli_readings_add_member (const IcCliReadings *self, JsonBuilder *builder);

/* Nothing where the readings agree or there are none. */
void ic_cli_readings_print (const IcCliReadings *self);

G_END_DECLS
