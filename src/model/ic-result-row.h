/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row in the list of what was found: a patient, a study or a series. What its columns say is made
 * when somebody looks at it. Belongs to the main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  IC_COLUMN_NAME, /* patient, description of the study or series */
  IC_COLUMN_WHERE,
  IC_COLUMN_PATIENT_ID,
  IC_COLUMN_BIRTH_DATE,
  IC_COLUMN_SEX,
  IC_COLUMN_DATE,
  IC_COLUMN_MODALITY,
  IC_COLUMN_ACCESSION,
  IC_COLUMN_SERIES,
  IC_COLUMN_IMAGES,
  IC_COLUMN_LAST_SENT,
  IC_N_COLUMNS,
} IcColumn;

/* How much of it is in the local store, by count. */
typedef enum
{
  IC_HERE_NONE,
  IC_HERE_PARTLY,
  IC_HERE_ALL,
  IC_HERE_UNCERTAIN, /* some are; nobody says how many there should be */
} IcHere;

#define IC_TYPE_RESULT_ROW (ic_result_row_get_type ())
G_DECLARE_DERIVABLE_TYPE (IcResultRow, ic_result_row, IC, RESULT_ROW, GObject)

struct _IcResultRowClass
{
  GObjectClass parent_class;

  /* What a column says; never NULL. */
  char *(*dup_text) (IcResultRow *self, IcColumn column);

  /* Where it is: symbols and a sentence for them. */
  void (*describe_place) (IcResultRow *self, GString *symbols, GString *sentence);

  /* Rows below it, of IcResultRow; NULL: it never has any. */
  GListModel *(*get_children) (IcResultRow *self);
};

/* Signal "changed": some column says something else now. */
char *ic_result_row_dup_text (IcResultRow *self, IcColumn column);
void ic_result_row_describe_place (IcResultRow *self, GString *symbols, GString *sentence);
GListModel *ic_result_row_get_children (IcResultRow *self);
void ic_result_row_emit_changed (IcResultRow *self);

/* Somebody folded it; new rows are not. */
gboolean ic_result_row_is_folded (IcResultRow *self);
void ic_result_row_set_folded (IcResultRow *self, gboolean is_folded);

/* "date", …: how a column is called in settings; the way back gives FALSE for what is none. */
const char *ic_column_to_string (IcColumn column);
gboolean ic_column_from_string (const char *text, IcColumn *column);

/* Of @n_here and the @n_expected that its sources count, or IC_COUNT_UNKNOWN. */
IcHere ic_here_judge (gint64 n_here, gint64 n_expected);

/* ●, ◐, ✓ for people who see them. */
const char *ic_here_get_symbol (IcHere here);

/* "604 of 1,212 images are here". Free with g_free(). */
char *ic_here_dup_sentence (IcHere here, gint64 n_here, gint64 n_expected);

G_END_DECLS
