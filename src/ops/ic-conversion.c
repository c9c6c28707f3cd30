/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-conversion.h"

#include "core/ic-checksum.h"
#include "core/ic-digest.h"
#include "core/ic-error.h"
#include "dicom/ic-indexer.h"
#include "dicom/ic-transcoder.h"
#include "domain/ic-transfer-syntax.h"
#include "store/ic-study-repo.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define FOLDER "converted"
#define BUFFER_SIZE (256 * 1024)

typedef struct
{
  IcConversion *conversion;
  IcSeries *series; /* borrowed from the study, as is the instance */
  IcInstance *instance;
  const char *syntax; /* that it is to have */
  char *change;       /* in words: from what to what */
  char *path;         /* relative to the data directory */
  char *sha256;       /* of what was written; NULL before, and where it failed */
  guint64 size_bytes; /* the same */
  gboolean is_read;
} Item;

struct _IcConversion
{
  IcDesk *desk;
  char *folder;     /* relative to the data directory */
  GPtrArray *items; /* of Item */
  guint n_failed;
  GError *failure; /* the first */
  const IcConversionRules *rules;
  IcProof *proof;
  IcProgress *progress;
  guint n_done; /* items that were written, or not */
};

static char *
dup_path (IcConversion *self, const char *relative)
{
  return ic_data_dir_dup_path (ic_desk_get_data_dir (self->desk), relative);
}

static void
item_free (gpointer data)
{
  Item *item = data;
  g_autofree char *path = dup_path (item->conversion, item->path);

  g_unlink (path);
  g_free (item->path);
  g_free (item->change);
  g_free (item->sha256);
  g_free (item);
}

IcConversion *
ic_conversion_new (IcDesk *desk)
{
  IcConversion *self = g_new0 (IcConversion, 1);

  self->desk = ic_desk_ref (desk);
  self->folder = ic_session_dup_spool_place (ic_desk_get_session (desk), FOLDER);
  self->items = g_ptr_array_new_with_free_func (item_free);
  return self;
}

void
ic_conversion_free (IcConversion *self)
{
  g_autofree char *folder = dup_path (self, self->folder);

  g_ptr_array_unref (self->items);
  g_rmdir (folder);
  g_clear_error (&self->failure);
  g_free (self->folder);
  ic_desk_unref (self->desk);
  g_free (self);
}

guint
ic_conversion_count (IcConversion *self)
{
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++)
    n += ((Item *) self->items->pdata[i])->is_read;
  return n;
}

static guint
count_change (IcConversion *self, const char *change, guint from)
{
  guint n = 0;

  for (guint i = from; i < self->items->len; i++)
    {
      const Item *item = self->items->pdata[i];

      n += item->is_read && g_str_equal (item->change, change);
    }
  return n;
}

char *
ic_conversion_dup_changes (IcConversion *self)
{
  g_autoptr(GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = self->items->pdata[i];

      if (item->is_read && g_hash_table_add (told, item->change))
        g_string_append_printf (text, "%s%u %s", text->len > 0 ? "; " : "",
                                count_change (self, item->change, i), item->change);
    }
  return g_string_free (text, FALSE);
}

static const char *
name_of (const char *syntax_uid)
{
  const IcTransferSyntax *syntax = ic_transfer_syntax_find (syntax_uid);

  return syntax->uid != NULL ? syntax->name : syntax_uid;
}

static void
add_item (IcConversion *self, IcSeries *series, IcInstance *instance, const char *syntax)
{
  Item *item = g_new0 (Item, 1);
  g_autofree char *name = g_strdup_printf ("%08u.dcm", self->items->len);

  item->conversion = self;
  item->series = series;
  item->instance = instance;
  item->syntax = syntax;
  item->change =
      g_strdup_printf ("from %s to %s", name_of (instance->transfer_syntax_uid), name_of (syntax));
  item->path = g_build_filename (self->folder, name, NULL);
  g_ptr_array_add (self->items, item);
}

static void
collect_series (IcConversion *self, IcSeries *series)
{
  for (guint i = 0; i < series->instances->len; i++)
    {
      IcInstance *instance = series->instances->pdata[i];
      const char *syntax = self->rules->choose (instance, self->rules->user_data);

      if (syntax != NULL)
        add_item (self, series, instance, syntax);
    }
}

static void
collect (IcConversion *self, GPtrArray *studies)
{
  for (guint i = 0; i < studies->len; i++)
    {
      const IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        collect_series (self, study->series->pdata[k]);
    }
}

static void
note_failure (IcConversion *self, const Item *item, const GError *error)
{
  self->n_failed++;
  if (self->rules->failed != NULL)
    self->rules->failed (item->instance, error, self->rules->user_data);
  if (self->failure == NULL)
    self->failure = g_error_new (error->domain, error->code, "image %s: %s",
                                 item->instance->sop_instance_uid, error->message);
}

static int
open_file (IcConversion *self, const char *relative, int flags, const char *what, GError **error)
{
  g_autofree char *path = dup_path (self, relative);
  int fd = open (path, flags | O_NOFOLLOW | O_CLOEXEC, 0660);

  if (fd < 0)
    ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, what);
  return fd;
}

typedef void (*UpdateFunc) (gpointer sum, gconstpointer data, gsize size_bytes);

static void
update_digest (gpointer sum, gconstpointer data, gsize size_bytes)
{
  ic_digest_update (sum, data, size_bytes);
}

static void
update_checksum (gpointer sum, gconstpointer data, gsize size_bytes)
{
  ic_checksum_update (sum, data, size_bytes);
}

static gboolean
sum_file (IcConversion *self,
          const char *path,
          UpdateFunc update,
          gpointer sum,
          guint64 *size_bytes,
          GError **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  int fd = open_file (self, path, O_RDONLY, "failed to read an image", error);
  gssize n = 0;

  if (fd < 0)
    return FALSE;
  for (*size_bytes = 0; (n = TEMP_FAILURE_RETRY (read (fd, buffer, BUFFER_SIZE))) > 0;)
    {
      update (sum, buffer, n);
      *size_bytes += n;
    }
  close (fd);
  if (n < 0)
    return ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to read an image");
  return TRUE;
}

static gboolean
hash_file (IcConversion *self, const char *path, char **sha256, guint64 *size_bytes, GError **error)
{
  g_autoptr(IcDigest) digest = ic_digest_new ();
  char hex[IC_DIGEST_HEX_SIZE];

  if (!sum_file (self, path, update_digest, digest, size_bytes, error))
    return FALSE;
  ic_digest_finish_hex (digest, hex);
  *sha256 = g_strdup (hex);
  return TRUE;
}

/* Here and now, while the others are being converted. */
static void
written_cb (gpointer data, const GError *error, gpointer user_data)
{
  IcConversion *self = user_data;
  g_autoptr(GError) local_error = NULL;
  Item *item = data;

  if (error == NULL &&
      !hash_file (self, item->path, &item->sha256, &item->size_bytes, &local_error))
    error = local_error;
  if (error != NULL)
    note_failure (self, item, error);
  ic_progress_report (self->progress, ++self->n_done, self->items->len);
}

typedef struct
{
  const IcInstance *instance;
  char *checksum;
} Lookup;

static gboolean
look_up_checksum (IcReadTx *tx, gpointer data, GError **error)
{
  Lookup *self = data;

  self->checksum = ic_study_repo_dup_checksum (tx, self->instance->sop_instance_uid,
                                               self->instance->sha256, error);
  return self->checksum != NULL;
}

/* One by one, for the few that are converted: those of 200,000 images would take 7 MB. */
static char *
dup_checksum (IcConversion *self, const IcInstance *instance, GError **error)
{
  Lookup lookup = { instance, NULL };

  ic_store_read (ic_desk_get_store (self->desk), look_up_checksum, &lookup, error);
  return lookup.checksum;
}

static gboolean
is_as_retrieved (IcConversion *self, const IcInstance *instance, gboolean *is_same, GError **error)
{
  g_autoptr(IcChecksum) checksum = NULL;
  g_autofree char *expected = dup_checksum (self, instance, error);
  g_autofree char *sha256 = NULL;
  char hex[IC_CHECKSUM_HEX_SIZE];
  guint64 size_bytes = 0;

  if (expected == NULL)
    return FALSE;
  if (*expected == '\0')
    {
      if (!hash_file (self, instance->path, &sha256, &size_bytes, error))
        return FALSE;
      *is_same = g_str_equal (sha256, instance->sha256);
      return TRUE;
    }
  checksum = ic_checksum_new ();
  if (!sum_file (self, instance->path, update_checksum, checksum, &size_bytes, error))
    return FALSE;
  ic_checksum_finish_hex (checksum, hex);
  *is_same = g_str_equal (hex, expected);
  return TRUE;
}

/* What is written again gets a digest of its own: from then on nobody would see that the stored
 * file is not what was retrieved.
 */
static gboolean
check_source (IcConversion *self, const IcInstance *instance, GError **error)
{
  gboolean is_same = FALSE;

  if (!is_as_retrieved (self, instance, &is_same, error))
    return FALSE;
  if (is_same)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_READ_FAILED,
               "image %s is missing or damaged in the store; retrieve its study again",
               instance->sop_instance_uid);
  return FALSE;
}

static gboolean
open_pair (Item *item, int *fd, int *output_fd, GError **error)
{
  IcConversion *self = item->conversion;

  if (!check_source (self, item->instance, error))
    return FALSE;
  *fd = open_file (self, item->instance->path, O_RDONLY, "failed to open a stored image", error);
  if (*fd < 0)
    return FALSE;
  *output_fd =
      open_file (self, item->path, O_RDWR | O_CREAT | O_EXCL, "failed to make a spool file", error);
  if (*output_fd >= 0)
    return TRUE;
  close (*fd);
  return FALSE;
}

static gboolean
push_item (IcTranscoder *transcoder, Item *item, GCancellable *cancellable, GError **error)
{
  IcConversion *self = item->conversion;
  g_autoptr(GError) local_error = NULL;
  int output_fd = -1;
  int fd = -1;

  if (open_pair (item, &fd, &output_fd, &local_error))
    return ic_transcoder_push (transcoder, fd, output_fd, item, cancellable, error);
  if (self->rules->failed == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  written_cb (item, local_error, self);
  return TRUE;
}

/* Nothing is used while one of them failed, unless somebody wants to hear which. */
static gboolean
check_failures (IcConversion *self, GError **error)
{
  if (self->n_failed == 0 || self->rules->failed != NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&self->failure),
                              "%u of %u images cannot be converted: ", self->n_failed,
                              self->items->len);
  return FALSE;
}

static gboolean
write_in_syntax (IcConversion *self, const char *syntax, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcTranscoder) transcoder = ic_transcoder_new (syntax, written_cb, self);

  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = self->items->pdata[i];

      if (g_str_equal (item->syntax, syntax) && !push_item (transcoder, item, cancellable, error))
        return FALSE;
    }
  return ic_transcoder_finish (transcoder, cancellable, error);
}

static gboolean
write_items (IcConversion *self, GCancellable *cancellable, GError **error)
{
  return write_in_syntax (self, IC_TS_EXPLICIT_VR_LE, cancellable, error) &&
         write_in_syntax (self, IC_TS_IMPLICIT_VR_LE, cancellable, error) &&
         check_failures (self, error);
}

static gboolean
is_same_object (const Item *item, IcHeader *header)
{
  return g_str_equal (ic_header_get (header, IC_HEADER_SOP_INSTANCE_UID),
                      item->instance->sop_instance_uid) &&
         g_str_equal (ic_header_get (header, IC_HEADER_SOP_CLASS_UID),
                      item->instance->sop_class_uid) &&
         g_str_equal (ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID),
                      item->series->series_uid) &&
         g_str_equal (ic_header_get (header, IC_HEADER_TRANSFER_SYNTAX_UID), item->syntax);
}

static gboolean
take_over (Item *item, IcHeader *header, GError **error)
{
  if (!is_same_object (item, header))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "it came out as something else");
      return FALSE;
    }
  ic_series_replace_file (item->series, item->instance, header, item->path, item->sha256,
                          item->size_bytes);
  item->is_read = TRUE;
  return TRUE;
}

static void
read_cb (gpointer data, IcHeader *header, const GError *error, gpointer user_data)
{
  g_autoptr(GError) local_error = NULL;

  if (error == NULL && !take_over (data, header, &local_error))
    error = local_error;
  if (error != NULL)
    note_failure (user_data, data, error);
}

static gboolean
read_items (IcConversion *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcIndexer) indexer = ic_indexer_new (0, read_cb, self);

  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = self->items->pdata[i];
      int fd = -1;

      if (item->sha256 == NULL)
        continue;
      fd = open_file (self, item->path, O_RDONLY, "failed to read a converted image", error);
      if (fd < 0 || !ic_indexer_push (indexer, fd, item, cancellable, error))
        return FALSE;
    }
  return ic_indexer_finish (indexer, cancellable, error) && check_failures (self, error);
}

/* When all is well: what was not used is nothing that the log need know. */
static void
tell_proof (IcConversion *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = self->items->pdata[i];
      g_autofree char *how = g_strconcat ("converted ", item->change, NULL);

      if (item->is_read)
        ic_proof_set_converted (self->proof, item->series->series_uid,
                                item->instance->sop_instance_uid, item->sha256, item->size_bytes,
                                how);
    }
}

static gboolean
make_folder (IcConversion *self, GError **error)
{
  g_autofree char *folder = dup_path (self, self->folder);

  if (g_mkdir (folder, 0770) == 0)
    return TRUE;
  return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make a spool folder");
}

gboolean
ic_conversion_run (IcConversion *self,
                   GPtrArray *studies,
                   const IcConversionRules *rules,
                   IcProof *proof,
                   IcProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  g_return_val_if_fail (self->items->len == 0, FALSE);
  self->rules = rules;
  self->proof = proof;
  self->progress = progress;
  collect (self, studies);
  if (self->items->len == 0)
    return TRUE;
  if (!make_folder (self, error) || !write_items (self, cancellable, error) ||
      !read_items (self, cancellable, error))
    return FALSE;
  tell_proof (self);
  return TRUE;
}
