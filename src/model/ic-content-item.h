/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study or a series of the draft, with a mark whether it is to go. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define IC_TYPE_CONTENT_ITEM (ic_content_item_get_type ())
G_DECLARE_FINAL_TYPE (IcContentItem, ic_content_item, IC, CONTENT_ITEM, GObject)

typedef struct
{
  char *study_uid;
  char *series_uid; /* NULL: the study itself */
  char *source;     /* name of the node; "" here */
  char *title;
  char *detail; /* "604 images · 320 MB" */
  guint n_here;
  guint n_expected; /* as the source said last; 0 when it never did */
  guint64 size_bytes;
  gboolean has_series; /* a study whose series are known */
} IcContentFields;

/* Takes the strings. Properties: "title", "detail", "selected" (rw), "is-study". */
IcContentItem *ic_content_item_new (const IcContentFields *fields, gboolean is_selected);

const IcContentFields *ic_content_item_get_fields (IcContentItem *self);
gboolean ic_content_item_is_study (IcContentItem *self);
gboolean ic_content_item_is_selected (IcContentItem *self);
void ic_content_item_set_selected (IcContentItem *self, gboolean selected);

/* Whether its images and its size count: they do at the series that are known, else at the study.
 */
gboolean ic_content_item_counts (IcContentItem *self);

/* How many images it has: those that the source announced, or that are here. */
guint ic_content_item_count (IcContentItem *self);

G_END_DECLS
