/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the targets share: the entry points that libFuzzer looks for, and an input as a file in
 * memory. One input at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The descriptor of a file that holds @n_zeros zero bytes and then the input; it stays open and is
 * the same for the next input.
 */
int fuzz_input_fd (gsize n_zeros, const guint8 *data, gsize size);

/* Says what is wrong and aborts: libFuzzer does not keep the input after the trap of g_error(). */
void fuzz_fail (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

G_END_DECLS
