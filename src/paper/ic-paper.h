/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The papers that go with a transfer: proof, disc label, jewel-case insert and cover letter, as
 * pages that can be drawn, printed or kept as PDF. Needs no display. Immutable once made; used from
 * one thread.
 */
#pragma once

#include "domain/ic-transfer.h"

#include <cairo.h>
#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  IC_PAPER_PROOF,  /* A4: the verdict, every series, every image that is not as it should be */
  IC_PAPER_LABEL,  /* 120 mm, round: on the disc itself */
  IC_PAPER_INSERT, /* 121 × 120 mm: in front of the jewel case */
  IC_PAPER_LETTER, /* A4: to whoever receives it */
} IcPaperKind;

/* What is printed. NULL counts as "". */
typedef struct
{
  IcTransfer *transfer;
  const char *institution;
  const char *contact;
  const char *organisation; /* of the recipient */
  const char *address;      /* of the recipient */
  guint n_discs;            /* it was to go on, by the log; 0 where that does not say */
} IcPaperFacts;

typedef struct _IcPaper IcPaper;

IcPaper *ic_paper_new (IcPaperKind kind, const IcPaperFacts *facts);
void ic_paper_free (IcPaper *self);

guint ic_paper_count_pages (IcPaper *self);

/* In points, 1/72 inch. */
double ic_paper_get_width (IcPaper *self);
double ic_paper_get_height (IcPaper *self);

/* @page from 0; one unit of @cr is one point. */
void ic_paper_draw (IcPaper *self, guint page, cairo_t *cr);

/* Replaces what stands at @path. IC_ERROR_WRITE_FAILED. */
gboolean ic_paper_write_pdf (IcPaper *self, const char *path, GError **error);

/* What a file of it is called: "IC000123 proof.pdf", without patient data. Free with g_free(). */
char *ic_paper_dup_file_name (IcPaperKind kind, IcTransfer *transfer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcPaper, ic_paper_free)

G_END_DECLS
