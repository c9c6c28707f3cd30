/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a planned disc image, ISO 9660 level 1 with Joliet and Rock Ridge names, into a file or
 * onto a drive. The sources are read while the image is written and never copied before. One
 * image is written at a time in a process, because libisofs and libburn keep global state; calls
 * block and may come from any one thread. A TRUE answer says that every byte was handed over and
 * accepted; whether it can be read again is for the reader of the medium to prove.
 */
#pragma once

#include "disc/writer/ic-image-plan.h"

G_BEGIN_DECLS

typedef struct _IcImageWriter IcImageWriter;

/* Called on the writing thread at most every 100 ms, and once at the end. */
typedef void (*IcImageProgressFunc) (guint64 done_bytes, guint64 total_bytes, gpointer user_data);

/* How to burn; all zero is a good start. */
typedef struct
{
  guint speed; /* in 1000 bytes a second; 0: the fastest that the drive offers for the disc */
  gboolean may_erase; /* a rewritable disc that holds something is emptied first */
  IcImageProgressFunc progress;
  void (*begun) (gpointer user_data); /* the laser is about to come on: the disc is used up now */
  gpointer user_data;
} IcBurnOptions;

/* Takes @plan, looks at every source and computes the exact size of the image. NULL with the
 * errors of ic_graft_stream_new() or IC_ERROR_INTERNAL.
 */
IcImageWriter *ic_image_writer_new (IcImagePlan *plan, GError **error);
void ic_image_writer_free (IcImageWriter *self);

/* Of the whole image with its padding, a multiple of 2048. */
guint64 ic_image_writer_get_size_bytes (IcImageWriter *self);

/* Writes the image to the beginning of @fd, a new file opened for reading and writing, and waits
 * until the disk has it. On failure the file is cut to nothing. Errors: NO_SPACE, WRITE_FAILED,
 * READ_FAILED and CONFLICT for a source that vanished, cannot be read or changed, BUSY when another
 * image is being written, G_IO_ERROR_CANCELLED.
 */
gboolean ic_image_writer_write_file (IcImageWriter *self,
                                     int fd,
                                     IcImageProgressFunc progress,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);

/* Burns the image with the drive at @address, a device or "stdio:/path". A stdio file that holds
 * data already is refused, and so is a disc unless it may be erased and can be. Errors as above,
 * and MEDIUM_UNSUITABLE. A cancel is a request: when the disc was finished all the same, the answer
 * is TRUE.
 */
gboolean ic_image_writer_write_disc (IcImageWriter *self,
                                     const char *address,
                                     const IcBurnOptions *options,
                                     GCancellable *cancellable,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcImageWriter, ic_image_writer_free)

G_END_DECLS
