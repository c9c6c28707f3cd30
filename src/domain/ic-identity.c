/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-identity.h"

#include <glib/gi18n.h>
#include <string.h>

/* Without case, accents and repeated spaces: "  MÜLLER  von" and "Muller Von" fold alike. Letters
 * that do not decompose get what the field writes for them.
 */
static char *
fold_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *decomposed = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (decomposed, -1);
  g_autoptr(GString) out = g_string_new (NULL);

  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (g_unichar_ismark (letter))
        continue;
      if (!g_unichar_isspace (letter))
        g_string_append_unichar (out, letter);
      else if (out->len > 0 && out->str[out->len - 1] != ' ')
        g_string_append_c (out, ' ');
    }
  return g_strchomp (g_string_free (g_steal_pointer (&out), FALSE));
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Given and middle names as one sorted list of words. */
static char *
fold_given (char **parts, guint n)
{
  g_autoptr(GString) joined = g_string_new (NULL);
  g_auto(GStrv) words = NULL;

  for (guint i = 1; i < MIN (n, 3); i++)
    g_string_append_printf (joined, "%s ", parts[i]);
  g_strchomp (joined->str);
  words = g_strsplit (joined->str, " ", -1);
  qsort (words, g_strv_length (words), sizeof *words, compare_strings);
  return g_strchug (g_strjoinv (" ", words));
}

/* One component group: "family|given names sorted"; prefix and suffix do not identify. */
static char *
fold_group (const char *group)
{
  g_autofree char *folded = fold_text (group);
  g_auto(GStrv) parts = g_strsplit (folded, "^", 5);
  guint n = g_strv_length (parts);
  g_autofree char *given = fold_given (parts, n);
  const char *family = n > 0 ? g_strstrip (parts[0]) : "";

  if (*family == '\0' && *given == '\0')
    return g_strdup ("");
  return g_strconcat (family, "|", given, NULL);
}

/* Empty components at the end of each group say nothing. */
static char *
trim_name (const char *name)
{
  g_auto(GStrv) groups = g_strsplit (name, "=", 3);
  g_autofree char *joined = NULL;

  for (guint i = 0; groups[i] != NULL; i++)
    for (gsize n = strlen (groups[i]); n > 0 && strchr ("^ ", groups[i][n - 1]) != NULL; n--)
      groups[i][n - 1] = '\0';
  joined = g_strjoinv ("=", groups);
  for (gsize n = strlen (joined); n > 0 && joined[n - 1] == '='; n--)
    joined[n - 1] = '\0';
  return g_steal_pointer (&joined);
}

static IcAgreement
compare_folded (const char *a, const char *b)
{
  g_auto(GStrv) left = g_strsplit (a, "=", 3);
  g_auto(GStrv) right = g_strsplit (b, "=", 3);
  gboolean compared = FALSE;

  for (guint i = 0; left[i] != NULL && right[i] != NULL; i++)
    {
      g_autofree char *one = fold_group (left[i]);
      g_autofree char *other = fold_group (right[i]);

      if (*one == '\0' || *other == '\0')
        continue;
      if (!g_str_equal (one, other))
        return IC_AGREE_DIFFERENT;
      compared = TRUE;
    }
  return compared ? IC_AGREE_SIMILAR : IC_AGREE_ABSENT;
}

IcAgreement
ic_identity_compare_names (const char *a, const char *b)
{
  g_autofree char *left = trim_name (a);
  g_autofree char *right = trim_name (b);

  if (*left == '\0' || *right == '\0')
    return IC_AGREE_ABSENT;
  if (g_str_equal (left, right))
    return IC_AGREE_SAME;
  return compare_folded (left, right);
}

static IcAgreement
compare_exact (const char *a, const char *b)
{
  g_autofree char *left = g_strstrip (g_strdup (a));
  g_autofree char *right = g_strstrip (g_strdup (b));

  if (*left == '\0' || *right == '\0')
    return IC_AGREE_ABSENT;
  return g_str_equal (left, right) ? IC_AGREE_SAME : IC_AGREE_DIFFERENT;
}

static char *
digits_of (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_isdigit (*c))
      g_string_append_c (out, *c);
  return g_string_free (out, FALSE);
}

static IcAgreement
compare_dates (const char *a, const char *b)
{
  g_autofree char *left = digits_of (a);
  g_autofree char *right = digits_of (b);

  return compare_exact (left, right);
}

IcIdentityMatch
ic_identity_match (IcPatient *expected, IcPatient *found)
{
  return (IcIdentityMatch){
    .id = compare_exact (expected->id, found->id),
    .issuer = compare_exact (expected->issuer, found->issuer),
    .name = ic_identity_compare_names (expected->name, found->name),
    .birth_date = compare_dates (expected->birth_date, found->birth_date),
  };
}

static gboolean
agrees (IcAgreement agreement)
{
  return agreement == IC_AGREE_SAME || agreement == IC_AGREE_SIMILAR;
}

gboolean
ic_identity_match_is_safe (const IcIdentityMatch *match)
{
  if (match->id == IC_AGREE_DIFFERENT || match->issuer == IC_AGREE_DIFFERENT ||
      match->name == IC_AGREE_DIFFERENT || match->birth_date == IC_AGREE_DIFFERENT)
    return FALSE;
  return agrees (match->id) && (agrees (match->name) || agrees (match->birth_date));
}

static char *
list_reasons (const IcIdentityMatch *match, const char *(*say) (const char *) )
{
  const struct
  {
    IcAgreement agreement;
    const char *word;
  } all[] = {
    { match->id, N_ ("patient ID") },
    { match->issuer, N_ ("issuer of the patient ID") },
    { match->name, N_ ("name") },
    { match->birth_date, N_ ("date of birth") },
  };
  g_autoptr(GString) out = g_string_new (NULL);

  if (ic_identity_match_is_safe (match))
    return g_strdup ("");
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i].agreement == IC_AGREE_DIFFERENT)
      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", say (all[i].word));
  if (out->len == 0)
    g_string_append (out, say (agrees (match->id) ? N_ ("name or date of birth not given")
                                                  : N_ ("patient ID not given")));
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static const char *
say_as_it_is (const char *word)
{
  return word;
}

static const char *
say_in_the_language (const char *word)
{
  return _ (word);
}

char *
ic_identity_match_dup_reasons (const IcIdentityMatch *match)
{
  return list_reasons (match, say_as_it_is);
}

char *
ic_identity_match_dup_local_reasons (const IcIdentityMatch *match)
{
  return list_reasons (match, say_in_the_language);
}

gboolean
ic_identity_check_digit_is_valid (const char *number)
{
  g_autofree char *digits = digits_of (number);
  int sum = 0;

  if (strlen (digits) != 10 || strspn (number, "0123456789 -") != strlen (number))
    return FALSE;
  for (int i = 0; i < 9; i++)
    sum += (10 - i) * (digits[i] - '0');
  /* A remainder of 1 gives 10, which no digit is; 11 stands for 0. */
  return (11 - sum % 11) % 11 == digits[9] - '0';
}

gboolean
ic_identity_issuer_uses_check_digit (const char *issuer)
{
  static const char *const issuers[] = {
    "NHS", "CHI", "H&C", "HCN", "2.16.840.1.113883.2.1.4.1", "2.16.840.1.113883.2.1.3.2.4.18.24"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (issuers); i++)
    if (g_ascii_strcasecmp (issuer, issuers[i]) == 0)
      return TRUE;
  return FALSE;
}
