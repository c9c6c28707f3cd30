/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The listening end of the tests of the acceptor: takes any association that its fields admit, and
 * keeps what it was told.
 */
#pragma once

#include "dicom/shim/ic-shim-accept.h"
#include "net-fixture.h"

/* What it is to do, and what it was told. */
typedef struct
{
  int fd;
  guint16 port;
  IcAcceptLimits limits;
  IcAdmission admission;
  IcAcceptTls *tls; /* taken, or NULL */
  gboolean refuse;  /* every instance */

  GMutex mutex;
  GPtrArray *threads;
  GArray *ends; /* of IcAcceptEnd */
  char *into;   /* folder */
  int into_fd;
  GPtrArray *stored; /* of char *: SOP instances */
  guint n_places;
  guint n_unwritten;
  guint n_lost; /* places that came to nothing */
  guint originator_id;
  char *originator_aet;
  char *address;
  char *insecurity; /* reason and sentence of the last one */
} NetDoor;

/* Listens on loopback; its fields may be changed until somebody connects. */
NetDoor *net_open_door (void);

/* Waits for all associations; returns how the last one ended. */
IcAcceptEnd net_close_door (NetDoor *door);
void net_door_free (NetDoor *door);

/* A raw peer. */
int net_connect_raw (NetDoor *door);
/* Waits until the other side hangs up. */
void net_await_end (int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetDoor, net_door_free)
