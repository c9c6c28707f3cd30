/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether two descriptions of a person agree, and why or why not. Pure functions. Names compare by
 * component, ignoring case, accents, the order of given names and empty trailing components; an
 * absent value agrees with anything, but is said.
 */
#pragma once

#include "domain/ic-patient.h"

G_BEGIN_DECLS

typedef enum
{
  IC_AGREE_SAME,      /* both given, and equal */
  IC_AGREE_SIMILAR,   /* equal but for case, accents, order of given names */
  IC_AGREE_ABSENT,    /* at least one side says nothing */
  IC_AGREE_DIFFERENT, /* both given, and not equal */
} IcAgreement;

/* How each identifier of an expected and a found patient compares. */
typedef struct
{
  IcAgreement id;
  IcAgreement issuer;
  IcAgreement name;
  IcAgreement birth_date;
} IcIdentityMatch;

IcAgreement ic_identity_compare_names (const char *a, const char *b);

/* Ids compare without surrounding spaces, birth dates as eight digits; dots and dashes in dates
 * (ACR-NEMA) are ignored.
 */
IcIdentityMatch ic_identity_match (IcPatient *expected, IcPatient *found);

/* TRUE when nothing differs and the id and one more identifier are given and agree on both sides.
 */
gboolean ic_identity_match_is_safe (const IcIdentityMatch *match);

/* Which identifiers stand in the way, as English words without the values: "patient ID, name"; ""
 * when the match is safe. Free with g_free().
 */
char *ic_identity_match_dup_reasons (const IcIdentityMatch *match);

/* The same in the language of the locale, for the screen. */
char *ic_identity_match_dup_local_reasons (const IcIdentityMatch *match);

/* Ten digits with a modulus 11 check digit, as NHS, CHI and H&C numbers have; spaces are ignored.
 */
gboolean ic_identity_check_digit_is_valid (const char *number);

/* Whether the issuer says that its numbers are such numbers. */
gboolean ic_identity_issuer_uses_check_digit (const char *issuer);

G_END_DECLS
