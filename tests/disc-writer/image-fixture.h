/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small made-up file-set in a temporary folder, written as a disc image, with the digests that
 * reading it back has to find; and a way to ask programs that are not ours.
 */
#pragma once

#include "disc/writer/ic-image-writer.h"
#include "domain/ic-manifest.h"

G_BEGIN_DECLS

#define FIXTURE_VOLUME_ID "IC000123_1"
#define FIXTURE_TIME 1700000000 /* 2023-11-14 22:13:20 UTC */

typedef struct
{
  char *folder;
  char *image_path;
  guint n_images;
  gsize image_size;     /* bytes of the largest source */
  IcManifest *expected; /* filled by image_fixture_plan() */
} ImageFixture;

/* DICOMDIR and README.TXT from memory, one empty file, and @n_images sources of up to @image_size
 * bytes, in series of 500.
 */
ImageFixture *image_fixture_new (guint n_images, gsize image_size);
void image_fixture_free (ImageFixture *self);

char *image_fixture_dup_source (ImageFixture *self, guint i);
char *image_fixture_dup_path (guint i); /* on the medium */
IcImagePlan *image_fixture_plan (ImageFixture *self);

/* A new empty file for the image. */
int image_fixture_open_output (ImageFixture *self);
/* Plans and writes the image without fail. */
void image_fixture_write (ImageFixture *self);

/* What @argv prints; it has to succeed. */
char *image_fixture_ask (const char *const *argv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImageFixture, image_fixture_free)

G_END_DECLS
