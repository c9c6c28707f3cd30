/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the shim share: DICOM files made in memory, and the answers of pydicom. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define FIXTURE_CT_CLASS "1.2.840.10008.5.1.4.1.1.2"
#define FIXTURE_PYDICOM "/usr/lib/python3/dist-packages/pydicom/data"

/* A preamble and a meta header; SOP class @sop_class, SOP instance 1.2.3. Explicit VR LE follows.
 */
GByteArray *fixture_file_new (const char *transfer_syntax, const char *sop_class);

/* (0008,0016), (0008,0018) and nothing else */
void fixture_add_identity (GByteArray *file, const char *sop_class);

/* One element in Explicit VR LE; the value is padded. */
void fixture_add_text (GByteArray *file, guint32 tag, const char *vr, const char *value);

void fixture_add_ul (GByteArray *file, guint32 tag, guint32 value);

/* Only the head of an element with a 32-bit length, in Explicit VR LE. */
void fixture_add_long_head (GByteArray *file, guint32 tag, const char *vr, guint32 length);

/* An item, its end or the end of a sequence. */
void fixture_add_tag (GByteArray *file, guint32 tag, guint32 length);

/* A descriptor with @n_bytes of the bytes, its offset not at the start. Close it. */
int fixture_open (const guint8 *bytes, gsize n_bytes);

/* What @script prints for @folder, in lines; NULL and the test skipped when there is no pydicom. */
GStrv fixture_ask_pydicom (const char *script, const char *folder);

/* The paths of all regular files below @folder, sorted; empty when there is no such folder. */
GPtrArray *fixture_list_files (const char *folder);

G_END_DECLS
