/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The descriptors that a worker finds at its start. */
#pragma once

#define IC_WIRE_SOCKET_FD 3 /* its end of the connection */
#define IC_WIRE_MEDIUM_FD 4 /* the medium to read, or the folder to write into */
#define IC_WIRE_PORT_FD 5   /* the port to listen on */
#define IC_WIRE_LOCK_FD 6   /* held by being there */
