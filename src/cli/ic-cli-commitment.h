/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How what nodes were asked to keep stands in JSON. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* An array with an object for each of @commitments, of IcCommitment. */
void ic_cli_commitment_add_array (JsonBuilder *builder, GPtrArray *commitments);

G_END_DECLS
