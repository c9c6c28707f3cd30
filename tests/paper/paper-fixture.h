/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A transfer to be put on paper, and how a PDF of it is read by programs that are not ours. */
#pragma once

#include "domain/ic-transfer.h"

G_BEGIN_DECLS

/* IC000123 of DOE, Jane to Dr Adams on disc: two series, all of their 1,212 images proved. */
IcTransfer *paper_fixture_new_transfer (void);

void paper_fixture_add_series (IcTransfer *transfer, guint number, guint expected, guint verified);

/* What @argv prints; it has to succeed. */
char *paper_fixture_ask (const char *const *argv);

void paper_fixture_assert_says (const char *text, const char *what);

G_END_DECLS
