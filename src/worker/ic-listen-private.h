/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a target, which the registry looks into under its own lock: what does not change,
 * @uids and @trouble. The rest is behind the target's lock.
 */
#pragma once

#include "worker/ic-listen-registry.h"

G_BEGIN_DECLS

struct _IcListenTarget
{
  gpointer client;
  guint16 message_id;
  char *originator;
  char *peer_aet;
  char **peer_addresses;
  char *prefix;
  int folder_fd;
  GHashTable *uids; /* expected SOP instance → whether it was sent here already */
  char *trouble;    /* why the peer could not connect, or NULL */

  GMutex mutex;
  guint n_begun;
  guint under_way;
  guint received;
  GVariantBuilder *files; /* complete and not yet told, or NULL */
};

/* Takes order->folder_fd. */
IcListenTarget *ic_listen_target_new (gpointer client,
                                      const IcListenOrder *order,
                                      guint16 message_id);

/* Under the registry's lock, once the registry knows it. */
void ic_listen_target_add_uids (IcListenTarget *self, const char *const *uids);

G_END_DECLS
