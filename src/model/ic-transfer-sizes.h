/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the medium of a transfer that is being prepared would have to hold, and what it has. */
#pragma once

#include "model/ic-transfer-order.h"

G_BEGIN_DECLS

/* With a viewer it is an estimate. The room is that of the disc in the drive, or of the medium that
 * was chosen and of the place where files are to stand, whichever is smaller. FALSE while not
 * everything is here; only once the order has its facts.
 */
gboolean ic_transfer_sizes_foretell (IcTransferOrder *order, IcViewerSizes *sizes);

G_END_DECLS
