/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-practice-job.h"

#include "core/ic-error.h"
#include "ops/ic-node-change.h"

#include <glib/gi18n.h>

#define FOLDER "practice"

char *
ic_practice_job_dup_folder (IcDesk *desk)
{
  return ic_data_dir_dup_path (ic_desk_get_data_dir (desk), FOLDER);
}

/* Whoever gave another node this name keeps it, unless it is an earlier practice PACS. */
static gboolean
ensure_node (IcDesk *desk, guint16 port, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcNode) known = ic_desk_find_node (desk, IC_PRACTICE_NODE, &local_error);
  g_autoptr(IcNode) node = NULL;
  g_autoptr(IcNodeChange) change = NULL;

  if (known == NULL && !g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (known != NULL && known->port == port && g_str_equal (known->host, IC_PRACTICE_HOST))
    return TRUE;
  if (known != NULL && !g_str_equal (known->aet, IC_PRACTICE_AET))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_CONFLICT,
                           "there is another node called " IC_PRACTICE_NODE);
      return FALSE;
    }
  node = ic_node_new (IC_PRACTICE_NODE, IC_PRACTICE_AET, IC_PRACTICE_HOST, port, NULL, FALSE, NULL,
                      NULL, NULL, error);
  if (node == NULL)
    return FALSE;
  change =
      ic_node_change_new (ic_desk_get_operator (desk), known != NULL ? known->name : NULL, node);
  return ic_store_write (ic_desk_get_store (desk), ic_node_change_apply, change, error);
}

static gboolean
run (gpointer data,
     IcProgress *progress,
     gpointer *result,
     GCancellable *cancellable,
     GError **error)
{
  IcDesk *desk = data;
  g_autofree char *folder = ic_practice_job_dup_folder (desk);
  g_autofree guint16 *port = g_new0 (guint16, 1);
  g_autoptr(GError) local_error = NULL;

  ic_progress_set_message (progress, g_file_test (folder, G_FILE_TEST_EXISTS)
                                         ? _ ("Starting")
                                         : _ ("Making invented patients; this takes a moment"));
  if (!ic_practice_start (folder, port, cancellable, &local_error) &&
      !g_error_matches (local_error, IC_ERROR, IC_ERROR_CONFLICT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!ensure_node (desk, *port, error))
    return FALSE;
  *result = g_steal_pointer (&port);
  return TRUE;
}

IcJob *
ic_practice_job_new (IcDesk *desk)
{
  return ic_job_new ("Practice PACS", NULL, run, ic_desk_ref (desk), (GDestroyNotify) ic_desk_unref,
                     g_free);
}
