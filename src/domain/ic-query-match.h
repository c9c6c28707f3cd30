/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an answer fits the question: nodes may ignore keys that are optional to them (PS3.4
 * C.2.2.1.3), and then answer with more than was asked for. Pure functions.
 */
#pragma once

#include "domain/ic-query.h"

G_BEGIN_DECLS

typedef enum
{
  IC_MATCH_FITS,        /* or nothing was asked of this key */
  IC_MATCH_UNKNOWN,     /* the answer says nothing about it */
  IC_MATCH_CONTRADICTS, /* it says something else than was asked for */
} IcMatch;

/* How the values of a row (IC_N_QUERY_KEYS strings) stand to what @query asks of all keys: the
 * worst of them, with *@key. List of UID matching, wildcards, and ranges of dates as in PS3.4
 * C.2.2.2; case does not matter. Names of people are the node's affair: it may know other
 * spellings.
 */
IcMatch ic_query_match_row (const IcQuery *query, const char *const *values, IcQueryKey *key);

/* The same of one key. */
IcMatch ic_query_match_value (const IcQueryKeyInfo *info, const char *asked, const char *value);

G_END_DECLS
