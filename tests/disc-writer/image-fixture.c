/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image-fixture.h"

#include "core/ic-digest.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SERIES_SIZE 500

static void
write_source (ImageFixture *self, guint i)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = image_fixture_dup_source (self, i);
  gsize size = i == 0 ? self->image_size : self->image_size - (i * 37) % (self->image_size / 2);
  g_autofree char *content = g_malloc (size);

  for (gsize k = 0; k < size; k++)
    content[k] = (char) ((k * 31 + k / 251 + i * 7919) >> 3);
  g_file_set_contents_full (path, content, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
}

ImageFixture *
image_fixture_new (guint n_images, gsize image_size)
{
  g_autoptr(GError) error = NULL;
  ImageFixture *self = g_new0 (ImageFixture, 1);

  self->folder = g_dir_make_tmp ("ic-image-XXXXXX", &error);
  g_assert_no_error (error);
  self->image_path = g_build_filename (self->folder, "disc.iso", NULL);
  self->n_images = n_images;
  self->image_size = image_size;
  self->expected = ic_manifest_new (NULL);
  for (guint i = 0; i < n_images; i++)
    write_source (self, i);
  return self;
}

void
image_fixture_free (ImageFixture *self)
{
  const char *const argv[] = { "rm", "-rf", self->folder, NULL };

  g_free (image_fixture_ask (argv));
  ic_manifest_free (self->expected);
  g_free (self->image_path);
  g_free (self->folder);
  g_free (self);
}

char *
image_fixture_dup_source (ImageFixture *self, guint i)
{
  return g_strdup_printf ("%s/source-%u", self->folder, i);
}

char *
image_fixture_dup_path (guint i)
{
  return g_strdup_printf ("DICOM/S0001/SE%04u/I%07u", i / SERIES_SIZE + 1, i % SERIES_SIZE + 1);
}

static void
add_source (ImageFixture *self, IcImagePlan *plan, const char *path, const char *source)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *content = NULL;
  g_autofree char *sha256 = NULL;
  gsize size = 0;

  g_file_get_contents (source, &content, &size, &error);
  g_assert_no_error (error);
  sha256 = ic_digest_dup_hex (content, size);
  ic_image_plan_add_source (plan, path, source, (gint64) size, &error);
  g_assert_no_error (error);
  ic_manifest_add (self->expected, path, sha256, &error);
  g_assert_no_error (error);
}

static void
add_text (ImageFixture *self, IcImagePlan *plan, const char *path, const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *source = g_build_filename (self->folder, name, NULL);

  if (!g_file_test (source, G_FILE_TEST_EXISTS))
    g_file_set_contents (source, text, -1, &error);
  g_assert_no_error (error);
  add_source (self, plan, path, source);
}

static void
add_image (ImageFixture *self, IcImagePlan *plan, guint i)
{
  g_autofree char *path = image_fixture_dup_path (i);
  g_autofree char *source = image_fixture_dup_source (self, i);

  add_source (self, plan, path, source);
}

IcImagePlan *
image_fixture_plan (ImageFixture *self)
{
  g_autoptr(GError) error = NULL;
  IcImagePlan *plan = ic_image_plan_new (FIXTURE_VOLUME_ID, FIXTURE_TIME, &error);

  g_assert_no_error (error);
  g_clear_pointer (&self->expected, ic_manifest_free);
  self->expected = ic_manifest_new (NULL);
  ic_image_plan_set_identifiers (plan, "IMAGING_COURIER", "A_HOSPITAL", "IMAGING_COURIER_0_1");
  for (guint i = 0; i < self->n_images; i++)
    add_image (self, plan, i);
  add_text (self, plan, "DICOMDIR", "a directory of images");
  add_text (self, plan, "README.TXT", "what this disc is");
  add_text (self, plan, "IHE_PDI/EMPTY.TXT", "");
  return plan;
}

int
image_fixture_open_output (ImageFixture *self)
{
  int fd = g_open (self->image_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

void
image_fixture_write (ImageFixture *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcImageWriter) writer = ic_image_writer_new (image_fixture_plan (self), &error);
  int fd = image_fixture_open_output (self);

  g_assert_no_error (error);
  ic_image_writer_write_file (writer, fd, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  close (fd);
}

char *
image_fixture_ask (const char *const *argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process =
          g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                             &error);
  g_autoptr(GBytes) output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_error ("%s failed: %.*s", argv[0], (int) g_bytes_get_size (output),
             (const char *) g_bytes_get_data (output, NULL));
  return g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
}
