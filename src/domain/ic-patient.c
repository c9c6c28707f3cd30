/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-patient.h"

static const char *
text_or_empty (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

IcPatient *
ic_patient_new (const char *id,
                const char *issuer,
                const char *name,
                const char *birth_date,
                const char *sex)
{
  IcPatient *self = g_atomic_rc_box_new0 (IcPatient);

  self->id = text_or_empty (id);
  self->issuer = text_or_empty (issuer);
  self->name = text_or_empty (name);
  self->birth_date = text_or_empty (birth_date);
  self->sex = text_or_empty (sex);
  return self;
}

static void
clear (gpointer data)
{
  IcPatient *self = data;

  g_free ((char *) self->id);
  g_free ((char *) self->issuer);
  g_free ((char *) self->name);
  g_free ((char *) self->birth_date);
  g_free ((char *) self->sex);
}

IcPatient *
ic_patient_ref (IcPatient *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_patient_unref (IcPatient *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* "DOE^Jane^Ann^Dr^Jr" reads "DOE, Jane Ann": family, given, middle (PS3.5 6.2.1). */
static char *
display_group (const char *group)
{
  g_auto(GStrv) parts = g_strsplit (group, "^", 5);
  g_autoptr(GString) given = g_string_new (NULL);
  guint n = g_strv_length (parts);

  for (guint i = 1; i < MIN (n, 3); i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_string_append_printf (given, "%s%s", given->len > 0 ? " " : "", parts[i]);
  if (n == 0)
    return g_strdup ("");
  g_strstrip (parts[0]);
  if (given->len == 0 || *parts[0] == '\0')
    return g_strdup (*parts[0] != '\0' ? parts[0] : given->str);
  return g_strdup_printf ("%s, %s", parts[0], given->str);
}

char *
ic_patient_dup_display_name (IcPatient *self)
{
  g_auto(GStrv) groups = g_strsplit (self->name, "=", 3);
  g_autofree char *alphabetic = NULL;
  g_autofree char *ideographic = NULL;

  if (groups[0] == NULL)
    return g_strdup ("");
  alphabetic = display_group (groups[0]);
  ideographic = groups[1] != NULL ? display_group (groups[1]) : g_strdup ("");
  if (*alphabetic == '\0')
    return g_steal_pointer (&ideographic);
  if (*ideographic == '\0')
    return g_steal_pointer (&alphabetic);
  return g_strdup_printf ("%s (%s)", alphabetic, ideographic);
}
