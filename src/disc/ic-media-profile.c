/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-media-profile.h"

#include "domain/ic-transfer-syntax.h"

#define JPEG (IC_MEDIA_PROFILE_GEN_DVD_JPEG | IC_MEDIA_PROFILE_GEN_USB_JPEG)
#define J2K (IC_MEDIA_PROFILE_GEN_DVD_J2K | IC_MEDIA_PROFILE_GEN_USB_J2K)
#define EVERY (IC_MEDIA_PROFILE_GEN_CD | JPEG | J2K)

/* The transfer syntaxes that any of the profiles allows (PS3.11 D.3.2, H.3.2, J.3.2). */
static const struct
{
  const char *uid;
  IcMediaProfiles profiles; /* that allow it */
} syntaxes[] = {
  { IC_TS_EXPLICIT_VR_LE, EVERY },    { "1.2.840.10008.1.2.4.50", JPEG },
  { "1.2.840.10008.1.2.4.51", JPEG }, { "1.2.840.10008.1.2.4.70", JPEG },
  { "1.2.840.10008.1.2.4.90", J2K },  { "1.2.840.10008.1.2.4.91", J2K },
};

static const struct
{
  IcMediaProfiles profile;
  const char *name;     /* for people who choose one */
  const char *standard; /* PS3.11 */
} profiles[] = {
  { IC_MEDIA_PROFILE_NONE, "as-stored", "no standard profile" },
  { IC_MEDIA_PROFILE_GEN_CD, "cd", "STD-GEN-CD" },
  { IC_MEDIA_PROFILE_GEN_DVD_JPEG, "dvd-jpeg", "STD-GEN-DVD-JPEG" },
  { IC_MEDIA_PROFILE_GEN_DVD_J2K, "dvd-j2k", "STD-GEN-DVD-J2K" },
  { IC_MEDIA_PROFILE_GEN_USB_JPEG, "usb-jpeg", "STD-GEN-USB-JPEG" },
  { IC_MEDIA_PROFILE_GEN_USB_J2K, "usb-j2k", "STD-GEN-USB-J2K" },
};

static IcMediaProfiles
profiles_for_syntax (const char *uid)
{
  for (gsize i = 0; i < G_N_ELEMENTS (syntaxes); i++)
    if (g_str_equal (syntaxes[i].uid, uid))
      return syntaxes[i].profiles;
  return IC_MEDIA_PROFILE_NONE;
}

static void
count_series (GHashTable *counts, IcSeries *series)
{
  for (guint i = 0; i < series->instances->len; i++)
    {
      IcInstance *instance = series->instances->pdata[i];
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, instance->transfer_syntax_uid));

      g_hash_table_insert (counts, (gpointer) instance->transfer_syntax_uid,
                           GUINT_TO_POINTER (n + 1));
    }
}

/* Transfer syntax UID to number of instances. */
static GHashTable *
count_syntaxes (GPtrArray *studies)
{
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < studies->len; i++)
    {
      IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        count_series (counts, study->series->pdata[k]);
    }
  return counts;
}

static char *
dup_counts (GHashTable *counts, GList *uids)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (GList *link = uids; link != NULL; link = link->next)
    {
      const char *uid = link->data;
      const IcTransferSyntax *syntax = ic_transfer_syntax_find (uid);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, uid));

      g_string_append_printf (text, "%s%u in %s (%s)", text->len > 0 ? ", " : "", n, syntax->name,
                              uid);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
dup_reason (IcMediaProfiles met, GHashTable *counts)
{
  g_autoptr(GList) uids = g_list_sort (g_hash_table_get_keys (counts), (GCompareFunc) g_strcmp0);
  g_autoptr(GList) outside = NULL;
  g_autofree char *text = NULL;

  for (GList *link = uids; link != NULL; link = link->next)
    if (profiles_for_syntax (link->data) == IC_MEDIA_PROFILE_NONE)
      outside = g_list_append (outside, link->data);
  text = dup_counts (counts, outside != NULL ? outside : uids);
  if (outside != NULL)
    return g_strdup_printf ("no standard profile allows: %s", text);
  if (met == IC_MEDIA_PROFILE_NONE)
    return g_strdup_printf ("no single profile allows all of: %s", text);
  return g_strdup_printf ("files: %s", text);
}

IcMediaProfiles
ic_media_profiles_for_studies (GPtrArray *studies, char **reason)
{
  g_autoptr(GHashTable) counts = count_syntaxes (studies);
  IcMediaProfiles met = g_hash_table_size (counts) > 0 ? EVERY : IC_MEDIA_PROFILE_NONE;
  GHashTableIter iter;
  gpointer uid = NULL;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    met &= profiles_for_syntax (uid);
  if (reason != NULL)
    *reason = dup_reason (met, counts);
  return met;
}

gboolean
ic_media_profile_allows (IcMediaProfiles profile, const char *transfer_syntax_uid)
{
  return (profiles_for_syntax (transfer_syntax_uid) & profile) == profile;
}

gboolean
ic_media_profile_parse (const char *name, IcMediaProfiles *profile)
{
  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      *profile = profiles[i].profile;
      if (g_str_equal (profiles[i].name, name))
        return TRUE;
    }
  return FALSE;
}

const char *
ic_media_profile_get_name (IcMediaProfiles profile)
{
  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (profiles[i].profile == profile)
      return profiles[i].name;
  g_return_val_if_reached ("");
}

char *
ic_media_profiles_dup_names (IcMediaProfiles met)
{
  g_autoptr(GString) names = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (met & profiles[i].profile)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", profiles[i].standard);
  return g_strdup (names->len > 0 ? names->str : profiles[0].standard);
}
