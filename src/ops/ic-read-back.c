/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-read-back.h"

#include "core/ic-error.h"

#define MAX_TOLD 10 /* files that are named one by one */

typedef struct
{
  IcMediumReader *reader;
  GHashTable *others; /* set of IcExpectedFile, told apart by path */
  IcProof *proof;
  IcProgress *progress;
  GCancellable *cancellable;
  gboolean fits_directory;
  guint n_bad_files; /* beside the images */
} ReadBack;

static guint
hash_file (gconstpointer file)
{
  return g_str_hash (((const IcExpectedFile *) file)->path);
}

static gboolean
equal_files (gconstpointer a, gconstpointer b)
{
  return g_str_equal (((const IcExpectedFile *) a)->path, ((const IcExpectedFile *) b)->path);
}

static IcExpectedFile *
find_other (ReadBack *self, const char *path)
{
  const IcExpectedFile key = { .path = path };

  return g_hash_table_lookup (self->others, &key);
}

static void
add_fault (ReadBack *self, const char *what, const char *problem)
{
  g_autofree char *remark = g_strdup_printf ("%s: %s", what, problem);

  ic_proof_add_fault (self->proof, remark);
}

/* A medium of somebody else's making may list very many that it has not. */
static void
add_file_fault (ReadBack *self, const char *path, const char *problem)
{
  if (self->n_bad_files++ < MAX_TOLD)
    add_fault (self, path, problem);
}

static void
tell_bad_files (ReadBack *self)
{
  g_autofree char *text = NULL;

  if (self->n_bad_files <= MAX_TOLD)
    return;
  text = g_strdup_printf ("and %u more files", self->n_bad_files - MAX_TOLD);
  ic_proof_add_fault (self->proof, text);
}

/* Instances are the proof's affair; the other files must be there as well, and be right. */
static void
compare_file (const IcReadFile *file, gpointer user_data)
{
  ReadBack *self = user_data;
  IcExpectedFile *other = find_other (self, file->path);

  if (other == NULL)
    {
      ic_proof_add_read_back (self->proof, file->path, file->sha256);
      return;
    }
  other->is_found = TRUE;
  if (*file->sha256 == '\0')
    add_file_fault (self, other->path, "cannot be read");
  else if (other->sha256 != NULL && g_strcmp0 (other->sha256, file->sha256) != 0)
    add_file_fault (self, other->path, "reads back differently");
}

static void
miss_file (const char *path, gpointer user_data)
{
  add_file_fault (user_data, path, "is not on the medium");
}

static gboolean
compare_files (ReadBack *self, GError **error)
{
  GHashTableIter iter;
  gpointer value = NULL;

  if (!ic_medium_reader_hash_all (self->reader, compare_file, self, self->progress,
                                  self->cancellable, error))
    return FALSE;
  ic_proof_check_medium (self->proof, miss_file, self);
  g_hash_table_iter_init (&iter, self->others);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    if (!((IcExpectedFile *) value)->is_found)
      miss_file (((IcExpectedFile *) value)->path, self);
  tell_bad_files (self);
  return TRUE;
}

typedef struct
{
  ReadBack *self;
  guint n_names;
  guint n_known;
} Names;

static void
count_name (const char *name, gpointer user_data)
{
  Names *names = user_data;
  IcExpectedFile *other = find_other (names->self, name);

  names->n_names++;
  if (other == NULL)
    names->n_known += ic_proof_add_name (names->self->proof, name);
  else
    {
      names->n_known += !other->is_named;
      other->is_named = TRUE;
    }
}

static void
begin_names (ReadBack *self)
{
  GHashTableIter iter;
  gpointer other = NULL;

  ic_proof_begin_names (self->proof);
  g_hash_table_iter_init (&iter, self->others);
  while (g_hash_table_iter_next (&iter, &other, NULL))
    ((IcExpectedFile *) other)->is_named = FALSE;
}

/* Each name once: where one stands twice, another file has none. */
static gboolean
compare_tree (ReadBack *self, const char *tree, GError **error)
{
  const guint n_expected = ic_proof_count_written (self->proof) + g_hash_table_size (self->others);
  Names names = { .self = self };

  begin_names (self);
  if (!ic_medium_reader_list (self->reader, tree, count_name, &names, self->cancellable, error))
    return FALSE;
  if (names.n_known != n_expected || names.n_known != names.n_names)
    add_fault (self, tree, "the names are not the File IDs");
  return TRUE;
}

/* A tree that is missing or unreadable is a fault of the disc; other errors end the reading. */
static gboolean
compare_trees (ReadBack *self, GError **error)
{
  static const char *const trees[] = { "rock-ridge", "joliet", "iso-9660" };

  for (gsize i = 0; i < G_N_ELEMENTS (trees); i++)
    {
      g_autoptr(GError) local_error = NULL;

      if (compare_tree (self, trees[i], &local_error))
        continue;
      if (!g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND) &&
          !g_error_matches (local_error, IC_ERROR, IC_ERROR_BAD_DATA))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      add_fault (self, trees[i], "the names cannot be read");
    }
  return TRUE;
}

static void
add_count_fault (ReadBack *self, guint n, const char *one, const char *many)
{
  g_autofree char *text =
      g_strdup_printf ("%u %s on the medium that nobody put there", n, n == 1 ? one : many);

  if (n > 0)
    ic_proof_add_fault (self->proof, text);
}

/* What no list of files shows: things that are none, folders with nothing in them, names that lead
 * elsewhere by Joliet, and an image whose end is missing, be it only padding. Names may say who
 * somebody is.
 */
static gboolean
compare_rest (ReadBack *self, GError **error)
{
  IcReadStrays strays = { 0 };
  g_autofree char *cut = NULL;

  if (!ic_medium_reader_find_strays (self->reader, &strays, self->cancellable, error))
    return FALSE;
  add_count_fault (self, strays.n_others, "link or device is", "links or devices are");
  add_count_fault (self, strays.n_empty_folders, "empty folder is", "empty folders are");
  if (strays.trees_differ)
    add_fault (self, "joliet", "the names lead to other bytes than those of iso-9660");
  if (strays.volume_bytes <= strays.present_bytes)
    return TRUE;
  cut = g_strdup_printf ("the image is cut off: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                         " bytes are there",
                         strays.present_bytes, strays.volume_bytes);
  ic_proof_add_fault (self->proof, cut);
  return TRUE;
}

/* Each instance is referenced once, by the file that holds it, and nothing else is. */
static void
compare_reference (const IcReadReference *reference, gpointer user_data)
{
  ReadBack *self = user_data;

  if (!ic_proof_add_reference (self->proof, reference->file_id, reference->sop_instance_uid))
    self->fits_directory = FALSE;
}

static void
pass_file (const char *path, gpointer user_data)
{
}

static gboolean
are_all_referenced (ReadBack *self)
{
  return ic_proof_check_medium (self->proof, pass_file, NULL) == 0;
}

static gboolean
compare_directory (ReadBack *self, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autofree char *file_set_id = NULL;

  self->fits_directory = TRUE;
  file_set_id = ic_medium_reader_read_directory (self->reader, compare_reference, self,
                                                 self->cancellable, &local_error);
  if (file_set_id != NULL)
    {
      if (!self->fits_directory)
        ic_proof_add_fault (self->proof, "the DICOMDIR does not fit the files");
      else if (!are_all_referenced (self))
        ic_proof_add_fault (self->proof, "the DICOMDIR does not name every image");
      return TRUE;
    }
  if (g_error_matches (local_error, IC_ERROR, IC_ERROR_BAD_DATA) ||
      g_error_matches (local_error, IC_ERROR, IC_ERROR_NOT_FOUND))
    {
      ic_proof_add_fault (self->proof, "the DICOMDIR cannot be read");
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
ic_read_back_run (IcMediumReader *reader,
                  GArray *others,
                  gboolean is_image,
                  IcProof *proof,
                  IcProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr(GHashTable) index = g_hash_table_new (hash_file, equal_files);
  ReadBack self = { reader, index, proof, progress, cancellable, FALSE };

  for (guint i = 0; i < others->len; i++)
    g_hash_table_add (index, &g_array_index (others, IcExpectedFile, i));
  return compare_files (&self, error) && (!is_image || compare_trees (&self, error)) &&
         compare_directory (&self, error) && compare_rest (&self, error);
}
