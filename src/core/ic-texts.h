/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of which there are very many, one after another in large blocks and each of them once: a
 * study of 200,000 images has a million. Whoever keeps a text and whoever keeps it again get the
 * same pointer, which stays valid as long as anybody holds a reference. Filled by one thread at a
 * time; references travel between threads.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _IcTexts IcTexts;

IcTexts *ic_texts_new (void);
IcTexts *ic_texts_ref (IcTexts *self);
void ic_texts_unref (IcTexts *self);

/* What stands for @text, NULL counting as "". */
const char *ic_texts_keep (IcTexts *self, const char *text);

/* A copy for itself alone, for texts that are not there a second time: the others cost an entry in
 * an index as well.
 */
const char *ic_texts_add (IcTexts *self, const char *text);

/* A copy of @size bytes, for itself alone and anywhere in memory; NULL for none. */
gconstpointer ic_texts_keep_bytes (IcTexts *self, gconstpointer data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcTexts, ic_texts_unref)

G_END_DECLS
