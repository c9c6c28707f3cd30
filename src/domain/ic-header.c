/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-header.h"

#include <string.h>

struct _IcHeader
{
  char *text; /* all values, each with its NUL */
  gsize text_size;
  const char *values[IC_HEADER_N_FIELDS]; /* into text */
  GBytes *keys[IC_N_LEVELS];
};

/* Finds @n strings at @at; returns what follows them, NULL when there are less. */
static const char *
split_text (const char *at, const char *end, guint n, const char **values)
{
  for (guint i = 0; i < n; i++)
    {
      const char *stop = at < end ? memchr (at, '\0', end - at) : NULL;

      if (stop == NULL)
        return NULL;
      values[i] = at;
      at = stop + 1;
    }
  return at;
}

/* Takes @text. */
static IcHeader *
new_with_text (char *text, gsize text_size)
{
  IcHeader *self = g_atomic_rc_box_new0 (IcHeader);

  self->text = text;
  self->text_size = text_size;
  split_text (text, text + text_size, IC_HEADER_N_FIELDS, self->values);
  return self;
}

IcHeader *
ic_header_new (const char *const *values, GBytes *const keys[IC_N_LEVELS])
{
  g_autoptr(GByteArray) text = g_byte_array_new ();
  gsize text_size = 0;
  char *packed = NULL;
  IcHeader *self = NULL;

  g_assert (g_strv_length ((char **) values) == IC_HEADER_N_FIELDS);
  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    g_byte_array_append (text, (const guint8 *) values[field], strlen (values[field]) + 1);
  packed = (char *) g_byte_array_steal (text, &text_size);
  self = new_with_text (packed, text_size);
  for (int level = 0; level < IC_N_LEVELS; level++)
    self->keys[level] = g_bytes_ref (keys[level]);
  return self;
}

static void
clear (gpointer data)
{
  IcHeader *self = data;

  g_free (self->text);
  for (int level = 0; level < IC_N_LEVELS; level++)
    g_clear_pointer (&self->keys[level], g_bytes_unref);
}

IcHeader *
ic_header_ref (IcHeader *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_header_unref (IcHeader *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

GBytes *
ic_header_pack (IcHeader *self)
{
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, (const guint8 *) self->text, self->text_size);
  for (int level = 0; level < IC_N_LEVELS; level++)
    {
      gsize size = 0;
      const guint8 *keys = g_bytes_get_data (self->keys[level], &size);
      const guint32 length = GUINT32_TO_LE ((guint32) size);

      g_byte_array_append (out, (const guint8 *) &length, sizeof length);
      if (size > 0)
        g_byte_array_append (out, keys, size);
    }
  return g_byte_array_free_to_bytes (out);
}

/* Returns what follows, NULL when there is no whole blob. */
static const char *
unpack_keys (const char *at, const char *end, GBytes **keys)
{
  guint32 length = 0;

  if ((gsize) (end - at) < sizeof length)
    return NULL;
  memcpy (&length, at, sizeof length);
  length = GUINT32_FROM_LE (length);
  at += sizeof length;
  if ((gsize) (end - at) < length)
    return NULL;
  *keys = g_bytes_new (at, length);
  return at + length;
}

static gboolean
is_text (const char *const values[IC_HEADER_N_FIELDS])
{
  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    if (!g_utf8_validate (values[field], -1, NULL))
      return FALSE;
  return TRUE;
}

IcHeader *
ic_header_unpack (const char *data, gsize size)
{
  g_autoptr(IcHeader) self = NULL;
  const char *values[IC_HEADER_N_FIELDS];
  const char *end = data + size;
  const char *at = split_text (data, end, IC_HEADER_N_FIELDS, values);

  if (at == NULL || !is_text (values))
    return NULL;
  self = new_with_text (g_memdup2 (data, at - data), at - data);
  for (int level = 0; level < IC_N_LEVELS && at != NULL; level++)
    at = unpack_keys (at, end, &self->keys[level]);
  return at == end ? g_steal_pointer (&self) : NULL;
}

const char *
ic_header_get (IcHeader *self, IcHeaderField field)
{
  g_return_val_if_fail (field < IC_HEADER_N_FIELDS, "");
  return self->values[field];
}

GBytes *
ic_header_get_keys (IcHeader *self, IcLevel level)
{
  g_return_val_if_fail (level < IC_N_LEVELS, NULL);
  return self->keys[level];
}

IcPatient *
ic_header_dup_patient (IcHeader *self)
{
  return ic_patient_new (self->values[IC_HEADER_PATIENT_ID],
                         self->values[IC_HEADER_ISSUER_OF_PATIENT_ID],
                         self->values[IC_HEADER_PATIENT_NAME],
                         self->values[IC_HEADER_PATIENT_BIRTH_DATE],
                         self->values[IC_HEADER_PATIENT_SEX]);
}
