/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The face of DCMTK towards C. Everything behind it is C++; nothing thrown leaves it. A process
 * calls ic_shim_init() once, on its only thread, before the sandbox closes: the dictionary and
 * every character set converter are loaded there and stay open.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Loads dictionary, codecs and converters; silences DCMTK's own logging, which would print patient
 * data. Fails with IC_ERROR_INTERNAL when the data dictionary cannot be found: without it tags
 * degrade silently.
 */
gboolean ic_shim_init (GError **error);

/* The same without the dictionary, which takes half the time of a start: for a process that only
 * talks to nodes and leaves every data set to others.
 */
gboolean ic_shim_init_without_dictionary (GError **error);

G_END_DECLS
