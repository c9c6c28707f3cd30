/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds DICOM objects element by element and saves them as files. Made for the practice images
 * and for tests; no worker links it. An object remembers the first element that could not be set
 * and refuses to be saved, so that callers need not check each one. One thread at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _IcShimObject IcShimObject;

/* Registers the encoders (JPEG, JPEG-LS, RLE); call once after ic_shim_init(). */
gboolean ic_shim_writer_init (GError **error);

IcShimObject *ic_shim_object_new (void);
void ic_shim_object_free (IcShimObject *self);

/* Sets element @tag (0xggggeeee) of the data set or of the item that is open. @value is taken
 * byte for byte, as text of the object's character set, for every VR but the binary ones; numbers
 * are written in decimal, several values are joined by backslashes, AT as "(gggg,eeee)". NULL or
 * "" leaves the element empty, also a sequence.
 */
void ic_shim_object_put (IcShimObject *self, guint32 tag, const char *value);
void ic_shim_object_put_bytes (IcShimObject *self, guint32 tag, GBytes *bytes);

/* Appends an item to sequence @tag and opens it: elements go there until it is closed. */
void ic_shim_object_open_item (IcShimObject *self, guint32 tag);
void ic_shim_object_close_item (IcShimObject *self);

/* Pixel data of all frames, native, 8 or 16 bits allocated in the machine's byte order. */
void ic_shim_object_put_pixels (IcShimObject *self, GBytes *pixels, guint bits_allocated);

/* Pixel data that is compressed already, one GBytes for each frame, in @syntax_uid; the object can
 * then be saved in that transfer syntax only.
 */
void ic_shim_object_put_frames (IcShimObject *self, GPtrArray *frames, const char *syntax_uid);

/* Writes a file (PS3.10) at @path in transfer syntax @syntax_uid: sequences with explicit lengths,
 * no group lengths, no padding, which is the form in which DCMTK sends. Native pixel data are
 * encoded when the syntax is JPEG baseline (quality 90), JPEG lossless SV1, JPEG-LS lossless or
 * RLE; the SOP Instance UID stays. IC_ERROR_INTERNAL for an element that could not be set,
 * IC_ERROR_UNSUPPORTED for another syntax, IC_ERROR_WRITE_FAILED for the disk.
 */
gboolean ic_shim_object_save (IcShimObject *self,
                              const char *syntax_uid,
                              const char *path,
                              GError **error);

/* Storage SOP classes and transfer syntaxes that this DCMTK knows, NULL-terminated; the transfer
 * syntaxes natives first. Free with g_strfreev().
 */
char **ic_shim_list_storage_classes (void);
char **ic_shim_list_transfer_syntaxes (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcShimObject, ic_shim_object_free)

G_END_DECLS
