/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library's way to the listener, courier-dicom in its listen profile: one process for a data
 * directory, which every program that waits for images shares, each over a connection of its own.
 * It lives as long as somebody is connected, whoever started it: the end of one program, in
 * whatever way, takes nothing from the others. Used from the thread that made it, in that thread's
 * default main context, in which the callbacks come.
 */
#pragma once

#include "dicom/ic-net-file.h"
#include "domain/ic-node.h"

G_BEGIN_DECLS

typedef struct _IcListener IcListener;

/* Somebody who was turned away. */
typedef struct
{
  const char *reason;  /* a word of the Refused signal of Listen1 */
  const char *address; /* or "several" */
  const char *called;  /* AE titles, or "" */
  const char *calling;
  const char *detail; /* a sentence, or "" */
  guint count;
} IcListenerRefusal;

/* All but @file may come without anything being waited for. */
typedef struct
{
  IcNetFileFunc file;
  void (*receiving) (gpointer user_data); /* bytes of a file are arriving */
  /* Nothing more will come: a file could not be written, or the listener has died. */
  void (*failed) (const GError *error, gpointer user_data);
  void (*refused) (const IcListenerRefusal *refusal, gpointer user_data);
  /* A node that is known reports on storage commitment: @answers of IcCommitmentAnswer. Returns the
   * status that answers it (PS3.7 10.1.1.1.8). */
  guint16 (*reported) (const char *transaction_uid, GArray *answers, gpointer user_data);
  gpointer user_data;
} IcListenerHandlers;

/* What a C-MOVE is expected to bring. */
typedef struct
{
  const char *originator;       /* our AE title, under which it is asked for */
  IcNode *node;                 /* of whom */
  const char *const *addresses; /* of the node, numeric */
  const char *const *uids;      /* SOP instances, as far as known */
  const char *prefix;           /* of the files' names */
  int folder_fd;                /* where they go; stays the caller's */
} IcListenerOrder;

/* What secures connections to the port: PEM contents, no @certificate for none of it, no @ca where
 * nobody has to show one. */
typedef struct
{
  GBytes *certificate;
  GBytes *key;
  GBytes *ca;
} IcListenerTls;

/* Starts one. The descriptors stay the caller's: the socket at which programs meet it, bound and
 * listening; the folder above all folders for arriving files; the port, bound and listening; and a
 * lock, which it holds as long as it lives.
 */
gboolean ic_listener_launch (int meeting_fd,
                             int incoming_fd,
                             int port_fd,
                             int lock_fd,
                             GError **error);

/* Through a connected socket, which is taken. An error means that there is none any more, or not
 * yet.
 */
IcListener *ic_listener_attach (int fd,
                                const IcListenerHandlers *handlers,
                                GCancellable *cancellable,
                                GError **error);
void ic_listener_free (IcListener *self);

/* The port it listens on; 0 on failure. */
guint16 ic_listener_ask_port (IcListener *self, GError **error);

/* Must come first. IC_ERROR_TLS when they make no sense, IC_ERROR_BUSY when those who wait already
 * have it otherwise. */
gboolean ic_listener_secure (IcListener *self, const IcListenerTls *tls, GError **error);

/* How we may be called, and by whom: an a(ss) of AE title and numeric address. */
gboolean ic_listener_set_known (IcListener *self,
                                const char *const *our_aets,
                                GVariant *peers,
                                GError **error);

/* One at a time. Returns the message ID for the C-MOVE, or 0 on failure. */
guint16 ic_listener_expect (IcListener *self, const IcListenerOrder *order, GError **error);

/* Whatever is complete has been told when this returns; @under_way: data sets that are arriving.
 * Fails also when something that was told got lost, or with the error of a callback.
 */
gboolean ic_listener_settle (IcListener *self, guint *under_way, GError **error);

/* As of the last ic_listener_settle(): why the peer of what is expected could not connect for TLS,
 * or "". */
const char *ic_listener_get_trouble (IcListener *self);

/* What arrives from now on is turned away; who was turned away meanwhile is told. */
void ic_listener_forget (IcListener *self);

/* The numeric addresses of @nodes, of IcNode, as an a(ss) for set_known(), floating. Names that are
 * not found within @timeout_ms are left out.
 */
GVariant *ic_listener_resolve (GPtrArray *nodes, guint timeout_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcListener, ic_listener_free)

G_END_DECLS
