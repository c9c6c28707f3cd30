/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An IcQuery as the identifier of a request. */
#pragma once

#include "domain/ic-query.h"

#include <string>

/* With @for_retrieve only the unique keys go along (PS3.4 C.4.3.1.3.1). False with IC_ERROR_USAGE
 * when the query is incomplete or a value cannot be encoded. */
bool query_encode (const IcQuery *query,
                   bool for_retrieve,
                   bool explicit_vr,
                   std::string &identifier,
                   GError **error);
