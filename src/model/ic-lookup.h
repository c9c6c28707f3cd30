/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One search over everything that is here, for a person who has half a name, a number or a
 * recipient in mind: patients in the store and transfers of the log. A list of IcLookupHit, best
 * first, that changes with the text. Belongs to the main thread.
 */
#pragma once

#include "model/ic-workspace.h"

G_BEGIN_DECLS

typedef enum
{
  IC_LOOKUP_PATIENT,  /* studies of it are here */
  IC_LOOKUP_TRANSFER, /* in the log */
} IcLookupKind;

#define IC_TYPE_LOOKUP_HIT (ic_lookup_hit_get_type ())
G_DECLARE_FINAL_TYPE (IcLookupHit, ic_lookup_hit, IC, LOOKUP_HIT, GObject)

IcLookupKind ic_lookup_hit_get_kind (IcLookupHit *self);
const char *ic_lookup_hit_get_title (IcLookupHit *self);  /* "DOE, Jane" */
const char *ic_lookup_hit_get_detail (IcLookupHit *self); /* "123456 · born 12 Mar 1961" */

/* The patient ID, for a patient; "" otherwise. */
const char *ic_lookup_hit_get_patient_id (IcLookupHit *self);

/* The transfer, for a transfer; 0 otherwise. */
gint64 ic_lookup_hit_get_transfer (IcLookupHit *self);

#define IC_TYPE_LOOKUP (ic_lookup_get_type ())
G_DECLARE_FINAL_TYPE (IcLookup, ic_lookup, IC, LOOKUP, GObject)

/* Property: "searching". */
IcLookup *ic_lookup_new (IcWorkspace *workspace);

/* Looks for @text; what was looked for before is forgotten. "" empties the list. */
void ic_lookup_search (IcLookup *self, const char *text);

gboolean ic_lookup_is_searching (IcLookup *self);

/* Of IcLookupHit. */
GListModel *ic_lookup_get_hits (IcLookup *self);

G_END_DECLS
