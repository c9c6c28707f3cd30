/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-node-lane.h"

#include "core/ic-error.h"

#include <glib/gi18n.h>

#define LANE_POLL_US (250 * 1000)

char *
ic_node_lane_dup_name (IcNode *node)
{
  return g_strdup_printf ("node %s", node->name);
}

static IcLock *
acquire (IcDesk *desk, IcNode *node, const char *purpose, guint limit, GError **error)
{
  g_autofree char *lane = g_strdup_printf ("%s-%s", purpose, node->name);

  return ic_lock_acquire_place (ic_desk_get_data_dir (desk), lane, limit, error);
}

IcLock *
ic_node_lane_wait (IcDesk *desk,
                   IcNode *node,
                   const char *purpose,
                   guint limit,
                   IcProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  for (;;)
    {
      g_autoptr(GError) local_error = NULL;
      IcLock *lock = acquire (desk, node, purpose, limit, &local_error);

      if (lock != NULL)
        return lock;
      if (!g_error_matches (local_error, IC_ERROR, IC_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      ic_progress_set_message (progress, _ ("Waiting for other transfers with this node"));
      g_usleep (LANE_POLL_US);
    }
}

IcLock *
ic_node_lane_try (IcDesk *desk, IcNode *node, const char *purpose, guint limit)
{
  return acquire (desk, node, purpose, limit, NULL);
}
