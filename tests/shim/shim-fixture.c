/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shim-fixture.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *__lsan_default_suppressions (void);

/* DCMTK leaks what it was building when it throws over a damaged DICOMDIR. Nothing to be done here:
 * a worker that meets many of them ends some day.
 */
const char *
__lsan_default_suppressions (void)
{
  return "leak:libdcmdata";
}

static void
add_16 (GByteArray *file, guint value)
{
  const guint8 bytes[] = { value & 0xff, value >> 8 & 0xff };

  g_byte_array_append (file, bytes, sizeof bytes);
}

static void
add_32 (GByteArray *file, guint32 value)
{
  add_16 (file, value & 0xffff);
  add_16 (file, value >> 16);
}

static void
add_head (GByteArray *file, guint32 tag, const char *vr)
{
  add_16 (file, tag >> 16);
  add_16 (file, tag & 0xffff);
  g_byte_array_append (file, (const guint8 *) vr, 2);
}

void
fixture_add_text (GByteArray *file, guint32 tag, const char *vr, const char *value)
{
  gsize length = strlen (value);

  add_head (file, tag, vr);
  add_16 (file, length + length % 2);
  g_byte_array_append (file, (const guint8 *) value, length);
  if (length % 2 != 0)
    g_byte_array_append (file, (const guint8 *) (strcmp (vr, "UI") == 0 ? "" : " "), 1);
}

void
fixture_add_ul (GByteArray *file, guint32 tag, guint32 value)
{
  add_head (file, tag, "UL");
  add_16 (file, 4);
  add_32 (file, value);
}

void
fixture_add_long_head (GByteArray *file, guint32 tag, const char *vr, guint32 length)
{
  add_head (file, tag, vr);
  add_16 (file, 0);
  add_32 (file, length);
}

void
fixture_add_tag (GByteArray *file, guint32 tag, guint32 length)
{
  add_16 (file, tag >> 16);
  add_16 (file, tag & 0xffff);
  add_32 (file, length);
}

GByteArray *
fixture_file_new (const char *transfer_syntax, const char *sop_class)
{
  static const guint8 preamble[128] = { 0 };
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, preamble, sizeof preamble);
  g_byte_array_append (file, (const guint8 *) "DICM", 4);
  fixture_add_text (file, 0x00020002, "UI", sop_class);
  fixture_add_text (file, 0x00020003, "UI", "1.2.3");
  fixture_add_text (file, 0x00020010, "UI", transfer_syntax);
  return file;
}

void
fixture_add_identity (GByteArray *file, const char *sop_class)
{
  fixture_add_text (file, 0x00080016, "UI", sop_class);
  fixture_add_text (file, 0x00080018, "UI", "1.2.3");
}

int
fixture_open (const guint8 *bytes, gsize n_bytes)
{
  int fd = memfd_create ("fixture", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, n_bytes), ==, n_bytes);
  return fd;
}

GStrv
fixture_ask_pydicom (const char *script, const char *folder)
{
  const char *const command[] = { "/usr/bin/python3", "-W", "ignore", script, folder, NULL };
  g_auto(GStrv) environment = g_environ_unsetenv (g_get_environ (), "MALLOC_PERTURB_");
  g_autofree char *output = NULL;
  int status = 0;

  if (!g_file_test (FIXTURE_PYDICOM, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("pydicom is not installed");
      return NULL;
    }
  g_assert_true (g_spawn_sync (NULL, (char **) command, environment, G_SPAWN_DEFAULT, NULL, NULL,
                               &output, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  return g_strsplit (g_strchomp (output), "\n", -1);
}

static void
add_files (const char *folder, GPtrArray *paths)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        add_files (path, paths);
      else if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

GPtrArray *
fixture_list_files (const char *folder)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  add_files (folder, paths);
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}
