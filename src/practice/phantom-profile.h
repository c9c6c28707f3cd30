/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The association negotiation profiles of the practice archive, in the format that dcmqrscp reads
 * with --assoc-config-file.
 */
#pragma once

#include <stdio.h>

#include <glib.h>

G_BEGIN_DECLS

#define PHANTOM_PROFILE_INCOMING "Archive"
#define PHANTOM_PROFILE_OUTGOING "Sender"

/* Incoming: every storage class in every transfer syntax and both roles, so that C-GET may answer
 * with each; find, move and get. Outgoing: the classes of the catalogue, each with its syntaxes.
 */
void phantom_profile_print (FILE *out);

G_END_DECLS
