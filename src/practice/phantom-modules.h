/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attributes of the practice objects, module by module as PS3.3 groups them. Pixel data and
 * what varies from picture to picture inside a series comes from phantom-pictures.h.
 */
#pragma once

#include "dicom/shim/ic-shim-writer.h"
#include "practice/phantom-catalogue.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 tag;
  const char *value;
} PhantomElement;

void phantom_put_elements (IcShimObject *object, const PhantomElement *elements, gsize n);

/* An item with one code in sequence @tag (PS3.3 8.8). */
void phantom_put_code (IcShimObject *object,
                       guint32 tag,
                       const char *value,
                       const char *scheme,
                       const char *meaning);

G_GNUC_PRINTF (3, 4)
void phantom_put_format (IcShimObject *object, guint32 tag, const char *format, ...);

/* Patient, study, series, equipment and SOP common modules of instance @instance (from 1). */
IcShimObject *phantom_object_new (const PhantomSeries *series, int instance);

/* Image and acquisition modules that are the same for a whole series. */
void phantom_put_series_modules (IcShimObject *object, const PhantomSeries *series);

G_END_DECLS
