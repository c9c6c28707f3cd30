/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One place that is searched: a node or the local store. It is asked one thing at a time and knows
 * how that stands; what it does never concerns other sources. Belongs to the main thread.
 */
#pragma once

#include "model/ic-found-study.h"
#include "model/ic-study-criteria.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef enum
{
  IC_SOURCE_IDLE, /* nothing was asked yet */
  IC_SOURCE_ASKING,
  IC_SOURCE_ANSWERED,
  IC_SOURCE_FAILED,
} IcSourceState;

#define IC_TYPE_SEARCH_SOURCE (ic_search_source_get_type ())
G_DECLARE_FINAL_TYPE (IcSearchSource, ic_search_source, IC, SEARCH_SOURCE, GObject)

/* Takes @found. */
typedef void (*IcFoundFunc) (IcSearchSource *self, IcFoundStudy *found, gpointer user_data);

/* @node: NULL for the local store. Properties, notified: "name" ("ARCHIVE", "Here"), "chosen"
 * (writable: whether it is asked), "asking", "failed", "remarkable" (failed, or there is something
 * to know about the answer), "text" ("ARCHIVE did not answer in time: …").
 */
IcSearchSource *ic_search_source_new (IcDesk *desk, IcNode *node);

IcNode *ic_search_source_get_node (IcSearchSource *self);
const char *ic_search_source_get_name (IcSearchSource *self);
gboolean ic_search_source_is_chosen (IcSearchSource *self);
void ic_search_source_set_chosen (IcSearchSource *self, gboolean chosen);
IcSourceState ic_search_source_get_state (IcSearchSource *self);

/* Studies that it told of in the present search. */
guint ic_search_source_get_n_found (IcSearchSource *self);
char *ic_search_source_dup_text (IcSearchSource *self);

/* Forgets the present search and begins another. @func is called from the main loop until
 * "asking" falls; not any more after the next ask() or stop(). @user_data must live as long as
 * the source.
 */
void ic_search_source_ask (IcSearchSource *self,
                           const IcStudyCriteria *criteria,
                           IcFoundFunc func,
                           gpointer user_data);
void ic_search_source_stop (IcSearchSource *self);

G_END_DECLS
