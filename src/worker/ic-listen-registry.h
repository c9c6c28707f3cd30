/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the listener knows: who may connect, which C-MOVE each arriving instance belongs to, and who
 * was turned away. No network and no D-Bus; usable from every thread.
 */
#pragma once

#include "dicom/shim/ic-shim-accept.h"

G_BEGIN_DECLS

#define IC_LISTEN_MAX_ASSOCIATIONS 32
#define IC_LISTEN_MAX_PER_ADDRESS 16 /* of them from one address */
#define IC_LISTEN_MAX_CONNECTIONS                                                                  \
  64                              /* from known addresses, to be told when there are too many      \
                                   */
#define IC_LISTEN_MAX_STRANGERS 8 /* from other addresses, to be told who they are */

typedef struct _IcListenRegistry IcListenRegistry;
typedef struct _IcListenTarget IcListenTarget;

/* A C-MOVE and who waits for what it brings. */
typedef struct
{
  const char *originator; /* the AE title under which it is asked for */
  const char *peer_aet;
  const char *const *peer_addresses;
  const char *const *uids; /* SOP instances that are expected, as far as known */
  const char *prefix;      /* of the names of files */
  int folder_fd;           /* taken */
} IcListenOrder;

typedef struct
{
  const char *reason; /* static */
  char *address;      /* "several" where they are too many, and then no titles */
  char *called;
  char *calling;
  char *detail; /* what more there is to say for people, or NULL */
  guint count;
} IcListenRefusal;

IcListenRegistry *ic_listen_registry_new (void);
void ic_listen_registry_free (IcListenRegistry *self);

/* @client is any pointer that stands for a connection; @peers is an a(ss) of AE title and address.
 * It replaces what the client said before.
 */
void ic_listen_registry_set_known (IcListenRegistry *self,
                                   gpointer client,
                                   const char *const *our_aets,
                                   GVariant *peers);

/* A message ID that no other C-MOVE has, nor had for as long as possible. 0 when there is none
 * left. */
guint16 ic_listen_registry_expect (IcListenRegistry *self,
                                   gpointer client,
                                   const IcListenOrder *order);

/* More instances of one that is expected. FALSE when the client has no such C-MOVE. */
gboolean ic_listen_registry_expect_also (IcListenRegistry *self,
                                         gpointer client,
                                         guint16 message_id,
                                         const char *const *uids);

/* Nothing is taken for it any more. Of another client: nothing happens. */
void ic_listen_registry_forget (IcListenRegistry *self, gpointer client, guint16 message_id);

/* All that it expected and knew. */
void ic_listen_registry_drop_client (IcListenRegistry *self, gpointer client);

/* A new reference, or NULL when the client has no such C-MOVE. */
IcListenTarget *ic_listen_registry_find (IcListenRegistry *self,
                                         gpointer client,
                                         guint16 message_id);

typedef enum
{
  IC_LISTEN_TOO_MANY, /* to be hung up on */
  IC_LISTEN_PEER,
  IC_LISTEN_STRANGER,
} IcListenArrival;

/* A connection has come; unless there are too many, leave() must follow when it has ended. */
IcListenArrival ic_listen_registry_arrive (IcListenRegistry *self, const char *address);
void ic_listen_registry_leave (IcListenRegistry *self,
                               const char *address,
                               IcListenArrival arrival);

/* Whether the association is accepted: called by one of our AE titles, by a peer that is known by
 * AE title and address together.
 */
IcAdmission ic_listen_registry_admit (IcListenRegistry *self, const IcPeer *peer);

/* Where an instance belongs, as a new reference, or NULL. First by the originator and message ID of
 * its C-MOVE (PS3.7 9.1.1.1.10); for a peer that does not say them by the SOP Instance UID, then by
 * the peer where only one C-MOVE is asked of it. What names a C-MOVE of ours that is over belongs
 * nowhere.
 */
IcListenTarget *ic_listen_registry_route (IcListenRegistry *self,
                                          const IcPeer *peer,
                                          const IcStoreRequest *request);

/* Counts somebody turned away. @reason is static; titles of the peer are foreign text. @detail, or
 * NULL, is also kept for those who wait for images of that address.
 */
void ic_listen_registry_note_refusal (IcListenRegistry *self,
                                      const char *reason,
                                      const IcPeer *peer,
                                      const char *detail);

/* The last detail of those from whom a C-MOVE of the client is expected, free with g_free(); "" for
 * none. */
char *ic_listen_registry_dup_trouble (IcListenRegistry *self, gpointer client, guint16 message_id);

/* What is to be told: at once when it is new, then at most once a minute, or @all. Array of
 * IcListenRefusal that owns its elements.
 */
GPtrArray *ic_listen_registry_take_refusals (IcListenRegistry *self, gboolean all);

/* Targets: */
IcListenTarget *ic_listen_target_ref (IcListenTarget *self);
void ic_listen_target_unref (IcListenTarget *self);
guint16 ic_listen_target_get_message_id (IcListenTarget *self);
gpointer ic_listen_target_get_client (IcListenTarget *self);

/* Begins a file: where, and under which name. */
void ic_listen_target_begin (IcListenTarget *self, IcStorePlace *place);

/* Ends it: complete when there is an @instance, which then waits to be told. TRUE when it is the
 * first that waits.
 */
gboolean ic_listen_target_end (IcListenTarget *self, const IcGetInstance *instance);

/* What waits to be told, as a floating a(sssstss), or NULL. */
GVariant *ic_listen_target_take_files (IcListenTarget *self);

void ic_listen_target_count (IcListenTarget *self, guint *received, guint *under_way);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcListenRegistry, ic_listen_registry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcListenTarget, ic_listen_target_unref)

G_END_DECLS
