/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-selection.h"

#include <stdlib.h>
#include <string.h>

struct _IcSelection
{
  GHashTable *series;    /* set of Series Instance UIDs */
  GHashTable *instances; /* set of SOP Instance UIDs */
};

static GHashTable *
new_set (const char *const *uids)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; uids != NULL && uids[i] != NULL; i++)
    g_hash_table_add (set, g_strdup (uids[i]));
  return set;
}

IcSelection *
ic_selection_new (const char *const *series_uids, const char *const *sop_instance_uids)
{
  IcSelection *self = g_atomic_rc_box_new0 (IcSelection);

  self->series = new_set (series_uids);
  self->instances = new_set (sop_instance_uids);
  return self;
}

static void
clear (gpointer data)
{
  IcSelection *self = data;

  g_hash_table_unref (self->series);
  g_hash_table_unref (self->instances);
}

IcSelection *
ic_selection_ref (IcSelection *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_selection_unref (IcSelection *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

gboolean
ic_selection_has_series (IcSelection *self, const char *series_uid)
{
  return g_hash_table_contains (self->series, series_uid);
}

gboolean
ic_selection_has (IcSelection *self, const char *series_uid, const char *sop_instance_uid)
{
  return ic_selection_has_series (self, series_uid) || ic_selection_names (self, sop_instance_uid);
}

guint
ic_selection_count (IcSelection *self)
{
  return g_hash_table_size (self->series) + g_hash_table_size (self->instances);
}

gboolean
ic_selection_names (IcSelection *self, const char *sop_instance_uid)
{
  return g_hash_table_contains (self->instances, sop_instance_uid);
}

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char **
dup_sorted (GHashTable *set)
{
  g_autofree char **uids = (char **) g_hash_table_get_keys_as_array (set, NULL);

  qsort (uids, g_hash_table_size (set), sizeof (char *), compare_uids);
  return g_strdupv (uids);
}

char **
ic_selection_dup_series (IcSelection *self)
{
  return dup_sorted (self->series);
}

char **
ic_selection_dup_instances (IcSelection *self)
{
  return dup_sorted (self->instances);
}
