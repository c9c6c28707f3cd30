/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "disc/ic-file-set.h"
#include "disc/ic-key-image.h"
#include "fixture.h"

#include <string.h>

/* A file-set of two studies with two series each, the first three with a picture. */
typedef struct
{
  GPtrArray *studies;
  GHashTable *key_images;
  IcFileSet *file_set;
} Fixture;

static void
make_file_set (Fixture *self)
{
  g_autoptr(GDateTime) created = g_date_time_new_utc (2026, 2, 14, 10, 30, 0);
  g_autoptr(GError) error = NULL;
  const IcFileSetInfo info = { .id_secret = "secret",
                               .file_set_id = "IC000123_1",
                               .transfer_number = "IC000123",
                               .profile = "as-stored",
                               .possible = IC_MEDIA_PROFILES_OF_DISCS,
                               .created = created,
                               .key_images = self->key_images };

  self->file_set = ic_file_set_new (self->studies, &info, &error);
  g_assert_no_error (error);
}

static const IcSeries *
get_series (Fixture *self, guint study, guint series)
{
  return ((IcStudy *) self->studies->pdata[study])->series->pdata[series];
}

static void
add_picture (Fixture *self, guint study, guint series)
{
  g_autoptr(GBytes) jpeg = g_bytes_new_static ("\xff\xd8 picture \xff\xd9", 13);

  g_hash_table_insert (self->key_images, g_strdup (get_series (self, study, series)->series_uid),
                       ic_key_image_new (jpeg, 512, 384, 2));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_ptr_array_add (self->studies, fixture_study_new (1, 2, 3));
  g_ptr_array_add (self->studies, fixture_study_new (2, 2, 3));
  self->key_images = ic_key_images_new ();
  add_picture (self, 0, 0);
  add_picture (self, 0, 1);
  add_picture (self, 1, 0);
  g_hash_table_insert (self->key_images, g_strdup (get_series (self, 1, 1)->series_uid),
                       ic_key_image_new_missing ("a <report>"));
  make_file_set (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  ic_file_set_unref (self->file_set);
  g_hash_table_unref (self->key_images);
  g_ptr_array_unref (self->studies);
}

static const IcFileSetEntry *
find_entry (Fixture *self, const char *path)
{
  GPtrArray *entries = ic_file_set_get_entries (self->file_set);

  for (guint i = 0; i < entries->len; i++)
    if (g_str_equal (((IcFileSetEntry *) entries->pdata[i])->path, path))
      return entries->pdata[i];
  return NULL;
}

static char *
dup_file (Fixture *self, const char *path)
{
  const IcFileSetEntry *entry = find_entry (self, path);
  gsize size = 0;
  const char *data = NULL;

  g_assert_nonnull (entry);
  data = g_bytes_get_data (entry->bytes, &size);
  return g_strndup (data, size);
}

static void
test_pictures_stand_below_ihe_pdi (Fixture *self, gconstpointer data)
{
  g_assert_nonnull (find_entry (self, "IHE_PDI/S0001/SE0001.JPG"));
  g_assert_nonnull (find_entry (self, "IHE_PDI/S0001/SE0002.JPG"));
  g_assert_nonnull (find_entry (self, "IHE_PDI/S0001/INDEX.HTM"));
  g_assert_nonnull (find_entry (self, "IHE_PDI/S0002/SE0001.JPG"));
  g_assert_nonnull (find_entry (self, "IHE_PDI/S0002/INDEX.HTM"));
  g_assert_null (find_entry (self, "IHE_PDI/S0002/SE0002.JPG"));
}

static void
test_manifest_covers_pictures_and_their_pages (Fixture *self, gconstpointer data)
{
  g_autofree char *manifest = dup_file (self, "MANIFEST.TXT");

  g_assert_nonnull (strstr (manifest, "  IHE_PDI/S0001/SE0002.JPG\n"));
  g_assert_nonnull (strstr (manifest, "  IHE_PDI/S0002/INDEX.HTM\n"));
}

static void
test_series_without_picture_says_why (Fixture *self, gconstpointer data)
{
  g_autofree char *index = dup_file (self, "INDEX.HTM");
  g_autofree char *page = dup_file (self, "IHE_PDI/S0002/INDEX.HTM");

  g_assert_nonnull (strstr (index, "No picture: a &lt;report&gt;"));
  g_assert_nonnull (strstr (page, "No picture: a &lt;report&gt;"));
}

static void
test_page_names_the_image_it_shows (Fixture *self, gconstpointer data)
{
  g_autofree char *page = dup_file (self, "IHE_PDI/S0001/INDEX.HTM");

  g_assert_nonnull (strstr (page, "image 2 of 3, file DICOM/S0001/SE0001/I0000002"));
  g_assert_nonnull (strstr (page, "not for diagnosis"));
  g_assert_nonnull (strstr (page, "width=\"512\" height=\"384\""));
  g_assert_nonnull (strstr (page, "Müller, Anna"));
}

/* What one page is checked for. */
typedef struct
{
  Fixture *fixture;
  const char *folder; /* of the page: "" or with a slash at its end */
  guint n_links;
  guint n_images;
} Page;

/* "../../INDEX.HTM" seen from "IHE_PDI/S0001/" is "INDEX.HTM". */
static char *
resolve (const char *folder, const char *reference)
{
  g_auto(GStrv) parts = g_strsplit (reference, "#", 2);
  g_autofree char *joined = g_strconcat ("/", folder, parts[0], NULL);
  g_autofree char *whole = g_canonicalize_filename (joined, "/");

  return g_strdup (whole + 1);
}

static void
check_element (GMarkupParseContext *context,
               const char *name,
               const char **keys,
               const char **values,
               gpointer user_data,
               GError **error)
{
  Page *page = user_data;
  gboolean has_alternative = FALSE;

  g_assert_cmpstr (name, !=, "script");
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *path = resolve (page->folder, values[i]);

      g_assert_false (g_str_has_prefix (keys[i], "on"));
      has_alternative |= g_str_equal (keys[i], "alt") && *values[i] != '\0';
      if (!g_str_equal (keys[i], "href") && !g_str_equal (keys[i], "src"))
        continue;
      g_assert_nonnull (find_entry (page->fixture, path));
      page->n_links++;
    }
  if (g_str_equal (name, "img"))
    {
      g_assert_true (has_alternative);
      page->n_images++;
    }
}

static Page
check_page (Fixture *self, const char *path, const char *folder)
{
  static const GMarkupParser parser = { .start_element = check_element };
  g_autofree char *text = dup_file (self, path);
  Page page = { .fixture = self, .folder = folder };
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &page, NULL);
  g_autoptr(GError) error = NULL;

  g_markup_parse_context_parse (context, text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (g_markup_parse_context_end_parse (context, NULL));
  return page;
}

static void
test_every_link_leads_to_a_file_of_the_medium (Fixture *self, gconstpointer data)
{
  const Page index = check_page (self, "INDEX.HTM", "");
  const Page first = check_page (self, "IHE_PDI/S0001/INDEX.HTM", "IHE_PDI/S0001/");
  const Page second = check_page (self, "IHE_PDI/S0002/INDEX.HTM", "IHE_PDI/S0002/");

  /* README, MANIFEST, a page for each study; each picture with the link around it. */
  g_assert_cmpuint (index.n_images, ==, 3);
  g_assert_cmpuint (index.n_links, ==, 4 + 2 * 3);
  g_assert_cmpuint (first.n_images, ==, 2);
  g_assert_cmpuint (first.n_links, ==, 3);
  g_assert_cmpuint (second.n_images, ==, 1);
}

static void
test_without_key_images_there_is_no_trace_of_them (Fixture *self, gconstpointer data)
{
  g_autoptr(GHashTable) key_images = g_steal_pointer (&self->key_images);
  g_autofree char *index = NULL;
  g_autofree char *readme = NULL;

  ic_file_set_unref (self->file_set);
  make_file_set (self);
  index = dup_file (self, "INDEX.HTM");
  readme = dup_file (self, "README.TXT");
  g_assert_null (strstr (index, "IHE_PDI"));
  g_assert_null (strstr (index, "<img"));
  g_assert_null (strstr (readme, "IHE_PDI"));
  g_assert_null (find_entry (self, "IHE_PDI/S0001/INDEX.HTM"));
  self->key_images = ic_key_images_new ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/pictures/place", test_pictures_stand_below_ihe_pdi);
  ADD ("/pictures/manifest", test_manifest_covers_pictures_and_their_pages);
  ADD ("/pictures/reason", test_series_without_picture_says_why);
  ADD ("/pictures/image", test_page_names_the_image_it_shows);
  ADD ("/pictures/links", test_every_link_leads_to_a_file_of_the_medium);
  ADD ("/pictures/none", test_without_key_images_there_is_no_trace_of_them);
  return g_test_run ();
}
