/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-net-file.h"

#include "core/ic-checksum.h"
#include "core/ic-error.h"
#include "domain/ic-uid.h"

#include <string.h>

#define N_NAME_DIGITS 8
#define N_SHA256_DIGITS 64

IcNetFiles *
ic_net_files_new (const char *prefix, IcNetFileFunc func, gpointer user_data)
{
  IcNetFiles *self = g_new0 (IcNetFiles, 1);

  self->prefix = g_strdup (prefix);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->func = func;
  self->user_data = user_data;
  return self;
}

void
ic_net_files_free (IcNetFiles *self)
{
  g_clear_error (&self->error);
  g_hash_table_unref (self->names);
  g_free (self->prefix);
  g_free (self);
}

static gboolean
take_name (IcNetFiles *self, const char *name)
{
  const char *digits = g_str_has_prefix (name, self->prefix) ? name + strlen (self->prefix) : "";

  return strlen (digits) == N_NAME_DIGITS && strspn (digits, "0123456789") == N_NAME_DIGITS &&
         g_hash_table_add (self->names, g_strdup (name));
}

static gboolean
is_sha256 (const char *text)
{
  return strlen (text) == N_SHA256_DIGITS && strspn (text, "0123456789abcdef") == N_SHA256_DIGITS;
}

static gboolean
is_believable (IcNetFiles *self, const IcNetFile *file)
{
  return take_name (self, file->name) && is_sha256 (file->sha256) &&
         ic_checksum_is_valid (file->checksum) && ic_uid_is_valid (file->sop_class_uid) &&
         ic_uid_is_valid (file->sop_instance_uid) && ic_uid_is_valid (file->transfer_syntax_uid);
}

static void
take_file (IcNetFiles *self, GVariant *tuple)
{
  IcNetFile file = { 0 };

  g_variant_get (tuple, "(&s&s&s&st&s&s)", &file.name, &file.sop_class_uid, &file.sop_instance_uid,
                 &file.transfer_syntax_uid, &file.size_bytes, &file.sha256, &file.checksum);
  self->heard++;
  if (self->error != NULL)
    return;
  if (is_believable (self, &file))
    {
      self->func (&file, self->user_data, &self->error);
      return;
    }
  self->distrusted = TRUE;
  g_set_error_literal (&self->error, IC_ERROR, IC_ERROR_BAD_DATA,
                       "the reader named a file that cannot be its own");
}

gboolean
ic_net_files_take (IcNetFiles *self, GVariant *files)
{
  for (gsize i = 0; i < g_variant_n_children (files); i++)
    {
      g_autoptr(GVariant) tuple = g_variant_get_child_value (files, i);

      take_file (self, tuple);
    }
  return self->error == NULL;
}

gboolean
ic_net_files_check (IcNetFiles *self, guint announced, GError **error)
{
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  if (self->heard == announced)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "%u files were announced, %u arrived", announced,
               self->heard);
  return FALSE;
}
