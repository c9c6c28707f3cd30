/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue: what runs, what waits, what needs a person, and what was finished since the program
 * was started.
 */
#pragma once

#include "ui/ic-page.h"

G_BEGIN_DECLS

#define IC_TYPE_QUEUE_PAGE (ic_queue_page_get_type ())
G_DECLARE_FINAL_TYPE (IcQueuePage, ic_queue_page, IC, QUEUE_PAGE, IcPage)

G_END_DECLS
