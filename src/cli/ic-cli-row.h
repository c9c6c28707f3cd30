/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One patient, study, series or image in a list, whether a node or the store told of it, and how it
 * is printed: the same members in JSON and the same columns wherever it comes from.
 */
#pragma once

#include "cli/ic-cli-json.h"
#include "cli/ic-cli-output.h"
#include "domain/ic-header.h"

G_BEGIN_DECLS

/* Borrowed strings, "" where nothing is known. */
typedef struct
{
  const char *patient_id;
  const char *patient_name;
  const char *birth_date;
  const char *sex;
  const char *study_uid;
  const char *study_date;
  const char *accession;
  const char *modalities; /* joined by backslashes */
  const char *description;
  const char *series_count; /* digits */
  const char *instance_count;
  const char *series_uid;
  const char *series_number;
  const char *sop_instance_uid;
  const char *sop_class_uid;
  const char *instance_number;
} IcCliRow;

/* Into the object that @builder has begun. */
void ic_cli_row_add_members (const IcCliRow *row, IcLevel level, JsonBuilder *builder);

/* A table of rows at @level, and one row into it. */
IcCliTable *ic_cli_row_new_table (IcLevel level);
void ic_cli_row_add_cells (const IcCliRow *row, IcLevel level, IcCliTable *table);

G_END_DECLS
