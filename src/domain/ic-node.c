/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-node.h"

#include "core/ic-error.h"

#include <string.h>

gboolean
ic_aet_is_valid (const char *aet)
{
  gsize length = strlen (aet);

  if (length == 0 || length > 16 || strspn (aet, " ") == length)
    return FALSE;
  for (const char *c = aet; *c != '\0'; c++)
    if (*c < ' ' || *c > '~' || *c == '\\')
      return FALSE;
  return TRUE;
}

static char *
dup_or_empty (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

static const char *
find_fault (IcNode *self, guint port)
{
  if (*self->name == '\0' || *self->host == '\0')
    return "a node needs a name and a host";
  if (!ic_aet_is_valid (self->aet) || (*self->our_aet != '\0' && !ic_aet_is_valid (self->our_aet)))
    return "an AE title has 1 to 16 plain characters";
  if (port == 0 || port > G_MAXUINT16)
    return "a port is a number from 1 to 65535";
  if ((*self->tls_cert == '\0') != (*self->tls_key == '\0'))
    return "a certificate and its key come together";
  return NULL;
}

IcNode *
ic_node_new (const char *name,
             const char *aet,
             const char *host,
             guint port,
             const char *our_aet,
             gboolean tls,
             const char *tls_ca,
             const char *tls_cert,
             const char *tls_key,
             GError **error)
{
  g_autoptr(IcNode) self = g_atomic_rc_box_new0 (IcNode);
  const char *fault = NULL;

  self->name = dup_or_empty (name);
  self->aet = dup_or_empty (aet);
  self->host = dup_or_empty (host);
  self->port = port;
  self->our_aet = dup_or_empty (our_aet);
  self->tls = tls;
  self->tls_ca = dup_or_empty (tls_ca);
  self->tls_cert = dup_or_empty (tls_cert);
  self->tls_key = dup_or_empty (tls_key);
  fault = find_fault (self, port);
  if (fault != NULL)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, fault);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
ic_node_set_retrieve (IcNode *self, IcRetrieveMethod retrieve)
{
  self->retrieve = retrieve;
}

static const char *const method_names[] = {
  [IC_RETRIEVE_GET] = "get",
  [IC_RETRIEVE_MOVE] = "move",
};

const char *
ic_retrieve_method_to_string (IcRetrieveMethod method)
{
  return method_names[method];
}

gboolean
ic_retrieve_method_from_string (const char *text, IcRetrieveMethod *method)
{
  for (guint i = 0; i < G_N_ELEMENTS (method_names); i++)
    if (g_str_equal (method_names[i], text))
      {
        *method = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
ic_node_limit_associations (IcNode *self, guint max_associations, GError **error)
{
  self->max_associations = max_associations;
  if (max_associations <= IC_NODE_ASSOCIATIONS_MAX)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "a node gets at most %d associations",
               IC_NODE_ASSOCIATIONS_MAX);
  return FALSE;
}

static void
clear (gpointer data)
{
  IcNode *self = data;

  g_free (self->name);
  g_free (self->aet);
  g_free (self->host);
  g_free (self->our_aet);
  g_free (self->tls_ca);
  g_free (self->tls_cert);
  g_free (self->tls_key);
}

IcNode *
ic_node_ref (IcNode *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ic_node_unref (IcNode *self)
{
  g_atomic_rc_box_release_full (self, clear);
}
