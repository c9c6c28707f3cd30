/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The storage SOP classes we know by UID (PS3.4 B.5, retired ones included, because archives keep
 * what the standard forgets). A class that is not in the table is still carried, only nameless.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Decides which transfer syntaxes are worth proposing for a class. */
typedef enum
{
  IC_SOP_KIND_IMAGE, /* frames, native or compressed one by one */
  IC_SOP_KIND_VIDEO, /* frames, or a whole MPEG stream */
  IC_SOP_KIND_OTHER, /* no pixel data */
} IcSopKind;

typedef struct
{
  const char *uid;
  const char *keyword; /* as in PS3.6, e.g. CTImageStorage */
  IcSopKind kind;
} IcSopClass;

/* All of them, the ordinary ones first. The array is static. */
const IcSopClass *ic_sop_class_list (gsize *n_classes);

/* NULL when @uid is not a storage SOP class we know. */
const IcSopClass *ic_sop_class_find (const char *uid);

G_END_DECLS
