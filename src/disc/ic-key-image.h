/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture that stands for a series on the pages of a medium, or the reason why there is none. A
 * value; who renders it is no matter here.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  GBytes *jpeg; /* or NULL */
  guint columns;
  guint rows;
  guint position; /* of the instance in its series, from 1; 0 where there is no picture */
  char *reason;   /* where there is none: "a report"; "" else */
} IcKeyImage;

/* References @jpeg. */
IcKeyImage *ic_key_image_new (GBytes *jpeg, guint columns, guint rows, guint position);
IcKeyImage *ic_key_image_new_missing (const char *reason);
void ic_key_image_free (IcKeyImage *self);

/* Empty: series UID to IcKeyImage; owns both. */
GHashTable *ic_key_images_new (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcKeyImage, ic_key_image_free)

G_END_DECLS
