/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes an image smaller by averaging boxes, row by row as they come, so that a large image is
 * never held as a whole. It asks for the rows that it needs: of very many that fall together a few
 * are enough. One scaler belongs to one thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _IcScaler IcScaler;

#define IC_SCALER_DONE G_MAXUINT

/* @to_columns and @to_rows are at most @columns and @rows, and at least 1. */
IcScaler *ic_scaler_new (guint columns,
                         guint rows,
                         guint to_columns,
                         guint to_rows,
                         guint channels);
void ic_scaler_free (IcScaler *self);

/* Samples from @low to @high count as nothing; a box of nothing else is not a number. */
void ic_scaler_set_padding (IcScaler *self, double low, double high);

/* The number of the row that it wants next, or IC_SCALER_DONE. */
guint ic_scaler_get_wanted_row (IcScaler *self);
void ic_scaler_take_row (IcScaler *self, const float *row);

/* Row by row, valid when done; borrowed. */
const float *ic_scaler_get_result (IcScaler *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcScaler, ic_scaler_free)

G_END_DECLS
