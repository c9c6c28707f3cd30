/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a header as an item of a list. Immutable.
 */
#pragma once

#include "domain/ic-dump-row.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define IC_TYPE_DUMP_ITEM (ic_dump_item_get_type ())
G_DECLARE_FINAL_TYPE (IcDumpItem, ic_dump_item, IC, DUMP_ITEM, GObject)

/* Properties, for people: "tag" (indented), "name", "value", "vr". */
IcDumpItem *ic_dump_item_new (const IcDumpRow *row);

/* Whether @folded, which is case folded, stands in tag, name or value. */
gboolean ic_dump_item_contains (IcDumpItem *self, const char *folded);

G_END_DECLS
