/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-transfer-sizes.h"

/* What one medium takes, a rewritable one when it has been erased; 0 when that is not known. */
static guint64
get_medium_room (IcTransferOrder *order)
{
  IcDriveWatch *drives = ic_workspace_get_drives (ic_transfer_order_get_workspace (order));
  const char *chosen = ic_transfer_order_get_answer (order, IC_ASK_CAPACITY);
  const IcDrive *drive = NULL;

  if (ic_transfer_order_get_route (order) != IC_ROUTE_DISC)
    return g_ascii_strtoull (chosen, NULL, 10);
  drive = ic_drive_watch_find (drives, ic_transfer_order_get_output (order));
  return drive != NULL && ic_disc_is_fit (ic_drive_judge (drive, 0, TRUE))
             ? MAX (drive->free_bytes, drive->capacity_bytes)
             : 0;
}

/* The smaller of two, of which 0 is not known. */
static guint64
get_smaller (guint64 a, guint64 b)
{
  return a == 0 || (b > 0 && b < a) ? b : a;
}

static void
add_viewer (IcViewerSizes *sizes, const IcTransferFacts *facts, IcContentItem *item)
{
  const IcContentFields *fields = ic_content_item_get_fields (item);
  const IcFactSeries *series = NULL;

  if (!ic_content_item_counts (item) || fields->series_uid == NULL)
    return;
  series = ic_transfer_facts_find_series (facts, fields->study_uid, fields->series_uid);
  for (guint quality = 0; series != NULL && quality < IC_VIEWER_N_QUALITIES; quality++)
    sizes->needed_bytes[quality] += series->viewer_bytes[quality];
}

gboolean
ic_transfer_sizes_foretell (IcTransferOrder *order, IcViewerSizes *sizes)
{
  const IcTransferFacts *facts = ic_transfer_order_get_facts (order);
  GListModel *content = ic_transfer_order_get_content (order);
  gboolean is_exact = FALSE;
  guint64 images = ic_transfer_order_sum_size (order, &is_exact);

  g_return_val_if_fail (facts != NULL, FALSE);
  sizes->room_bytes = get_smaller (get_medium_room (order), facts->room_bytes);
  for (guint quality = 0; quality < IC_VIEWER_N_QUALITIES; quality++)
    sizes->needed_bytes[quality] = images + (quality != IC_VIEWER_NONE ? facts->program_bytes : 0);
  for (guint i = 0; facts->program_bytes > 0 && i < g_list_model_get_n_items (content); i++)
    {
      g_autoptr(IcContentItem) item = g_list_model_get_item (content, i);

      add_viewer (sizes, facts, item);
    }
  return is_exact;
}
