/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-parse-service.h"

#include "core/ic-error.h"
#include "core/ic-sector-link.h"
#include "dicom/shim/ic-shim-directory.h"
#include "dicom/shim/ic-shim-extent.h"
#include "dicom/shim/ic-shim-index.h"
#include "medium/ic-medium.h"
#include "wire/ic-wire-descriptors.h"
#include "wire/ic-wire-memory.h"
#include "wire/ic-wire-records.h"
#include "worker/ic-describe-service.h"
#include "worker/ic-picture-service.h"
#include "worker/ic-transcode-service.h"
#include "worker/ic-viewer-service.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMALL_FILE_MAX (256 * 1024 * 1024)

/* A file that is cut off may have a good header: then both are told. */
static void
index_file (IcWorkerJob *job, gint32 handle, GVariantBuilder *records)
{
  GCancellable *cancellable = ic_worker_job_get_cancellable (job);
  g_autoptr(GError) error = NULL;
  g_autoptr(IcHeader) header = NULL;
  g_autoptr(GBytes) packed = NULL;
  int fd = ic_worker_job_get_fd (job, handle, &error);

  if (fd >= 0)
    {
      ic_shim_check_extent (fd, cancellable, &error);
      header = ic_shim_index (fd, cancellable, error == NULL ? &error : NULL);
    }
  packed = header != NULL ? ic_header_pack (header) : g_bytes_new (NULL, 0);
  g_variant_builder_add (records, "(s@ay)", error != NULL ? error->message : "",
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, packed, TRUE));
}

static GVariant *
index_files (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(GVariant) handles = g_variant_get_child_value (ic_worker_job_get_parameters (job), 1);
  gsize n = g_variant_n_children (handles);
  GVariantBuilder records;

  g_variant_builder_init (&records, G_VARIANT_TYPE ("a(say)"));
  for (gsize i = 0; i < n; i++)
    {
      gint32 handle = -1;

      g_variant_get_child (handles, i, "h", &handle);
      index_file (job, handle, &records);
      ic_worker_job_report (job, i + 1, n);
    }
  if (g_cancellable_set_error_if_cancelled (ic_worker_job_get_cancellable (job), error))
    {
      g_variant_builder_clear (&records);
      return NULL;
    }
  return g_variant_new ("(a(say))", &records);
}

static gboolean
index_cb (IcWireParse *parse,
          GDBusMethodInvocation *invocation,
          GUnixFDList *fds,
          guint64 job,
          GVariant *files,
          IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, index_files);
}

/* Where the answer of a call goes that has a pipe as its parameter number @parameter. */
static IcWireRecordWriter *
open_records (IcWorkerJob *job, gsize parameter, GError **error)
{
  gint32 handle = -1;
  int fd = -1;

  g_variant_get_child (ic_worker_job_get_parameters (job), parameter, "h", &handle);
  fd = ic_worker_job_get_fd (job, handle, error);
  return fd >= 0 ? ic_wire_record_writer_new (fd) : NULL;
}

static const char *const *medium_names;

void
ic_parse_service_set_names (const char *const *names)
{
  medium_names = names;
}

/* The medium came at the start: a folder, an image in a file or device, or a link to a drive. */
static IcMedium *
open_medium (GError **error)
{
  struct stat st;

  if (fstat (IC_WIRE_MEDIUM_FD, &st) < 0)
    {
      ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "no medium was handed over");
      return NULL;
    }
  if (S_ISDIR (st.st_mode))
    {
      IcMedium *folder = ic_medium_open_folder (IC_WIRE_MEDIUM_FD);

      ic_medium_set_names (folder, medium_names);
      return folder;
    }
  return ic_medium_open_image (IC_WIRE_MEDIUM_FD);
}

static IcMediumTree
tree_from_name (const char *name)
{
  if (g_str_equal (name, "rock-ridge"))
    return IC_MEDIUM_TREE_ROCK_RIDGE;
  if (g_str_equal (name, "joliet"))
    return IC_MEDIUM_TREE_JOLIET;
  return g_str_equal (name, "iso-9660") ? IC_MEDIUM_TREE_PLAIN : IC_MEDIUM_TREE_BEST;
}

static gboolean
tell_name (const char *path, gpointer records, GError **error)
{
  return ic_wire_record_writer_add (records, &path, 1, error);
}

static GVariant *
list_medium (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcMedium) medium = open_medium (error);
  g_autoptr(IcWireRecordWriter) records = medium != NULL ? open_records (job, 2, error) : NULL;
  const char *tree = NULL;
  guint64 count = 0;

  g_variant_get_child (ic_worker_job_get_parameters (job), 1, "&s", &tree);
  if (records == NULL ||
      !ic_medium_list_names (medium, tree_from_name (tree), tell_name, records,
                             ic_worker_job_get_cancellable (job), error) ||
      !ic_wire_record_writer_finish (records, &count, error))
    return NULL;
  return g_variant_new ("(t)", count);
}

static gboolean
list_medium_cb (IcWireParse *parse,
                GDBusMethodInvocation *invocation,
                GUnixFDList *fds,
                guint64 job,
                const char *tree,
                GVariant *records,
                IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, list_medium);
}

typedef struct
{
  IcWorkerJob *job;
  IcWireRecordWriter *records;
  guint64 total_bytes;
} Hashing;

static gboolean
file_hashed (const IcMediumFile *file, gpointer user_data, GError **error)
{
  Hashing *hashing = user_data;
  const char *fields[] = { file->path, file->sha256 };

  return ic_wire_record_writer_add (hashing->records, fields, G_N_ELEMENTS (fields), error);
}

/* The total is the size of the image; folders have none beforehand, and count up only. */
static void
hashing_progressed (guint64 done_bytes, gpointer user_data)
{
  Hashing *hashing = user_data;

  ic_worker_job_report (hashing->job, MIN (done_bytes, hashing->total_bytes - 1),
                        hashing->total_bytes);
}

static gint64
measure_medium (void)
{
  if (ic_sector_link_is_one (IC_WIRE_MEDIUM_FD))
    return (gint64) ic_sector_link_get_size (IC_WIRE_MEDIUM_FD);
  return lseek (IC_WIRE_MEDIUM_FD, 0, SEEK_END);
}

static GVariant *
hash_medium (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcMedium) medium = open_medium (error);
  g_autoptr(IcWireRecordWriter) records = medium != NULL ? open_records (job, 1, error) : NULL;
  Hashing hashing = { .job = job, .records = records };
  gint64 end = medium != NULL ? measure_medium () : -1;
  guint64 count = 0;

  if (records == NULL)
    return NULL;
  hashing.total_bytes = end > 0 ? end : G_MAXINT64;
  if (!ic_medium_hash_all (medium, file_hashed, hashing_progressed, &hashing,
                           ic_worker_job_get_cancellable (job), error) ||
      !ic_wire_record_writer_finish (records, &count, error))
    return NULL;
  return g_variant_new ("(t)", count);
}

static gboolean
hash_medium_cb (IcWireParse *parse,
                GDBusMethodInvocation *invocation,
                GUnixFDList *fds,
                guint64 job,
                GVariant *records,
                IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, hash_medium);
}

static GVariant *
find_strays (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcMedium) medium = open_medium (error);
  IcMediumStrays strays = { 0 };

  if (medium == NULL ||
      !ic_medium_find_strays (medium, &strays, ic_worker_job_get_cancellable (job), error))
    return NULL;
  return g_variant_new ("(uuttb)", strays.n_others, strays.n_empty_folders, strays.volume_bytes,
                        strays.present_bytes, strays.trees_differ);
}

static gboolean
find_strays_cb (IcWireParse *parse,
                GDBusMethodInvocation *invocation,
                guint64 job,
                IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, find_strays);
}

/* A file of the medium as a descriptor, so that its bytes are held once. */
static int
copy_file (IcWorkerJob *job, const char *path, GError **error)
{
  g_autoptr(IcMedium) medium = open_medium (error);
  int fd = medium != NULL ? ic_wire_memory_open (error) : -1;

  if (fd < 0)
    return -1;
  if (ic_medium_copy_file (medium, path, SMALL_FILE_MAX, fd, ic_worker_job_get_cancellable (job),
                           error))
    return ic_wire_memory_seal (fd, error);
  close (fd);
  return -1;
}

static GVariant *
read_file (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  const char *path = NULL;
  int fd = -1;

  g_variant_get_child (ic_worker_job_get_parameters (job), 1, "&s", &path);
  fd = copy_file (job, path, error);
  if (fd < 0)
    return NULL;
  *out_fds = g_unix_fd_list_new_from_array (&fd, 1);
  return g_variant_new ("(h)", 0);
}

static gboolean
read_file_cb (IcWireParse *parse,
              GDBusMethodInvocation *invocation,
              GUnixFDList *fds,
              guint64 job,
              const char *path,
              IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, read_file);
}

static gboolean
write_references (IcShimDirectory *directory,
                  IcWireRecordWriter *records,
                  guint64 *count,
                  GError **error)
{
  for (guint i = 0; i < directory->entries->len; i++)
    {
      const IcShimDirectoryEntry *entry = directory->entries->pdata[i];
      const char *fields[] = { entry->file_id, entry->sop_instance_uid, entry->study_uid,
                               entry->series_uid };

      if (!ic_wire_record_writer_add (records, fields, G_N_ELEMENTS (fields), error))
        return FALSE;
    }
  return ic_wire_record_writer_finish (records, count, error);
}

static GVariant *
read_directory (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcShimDirectory) directory = NULL;
  g_autoptr(IcWireRecordWriter) records = open_records (job, 1, error);
  int fd = records != NULL ? copy_file (job, "DICOMDIR", error) : -1;
  guint64 count = 0;

  if (fd < 0)
    return NULL;
  directory = ic_shim_directory_read (fd, ic_worker_job_get_cancellable (job), error);
  close (fd);
  if (directory == NULL || !write_references (directory, records, &count, error))
    return NULL;
  return g_variant_new ("(st)", directory->file_set_id, count);
}

static gboolean
read_directory_cb (IcWireParse *parse,
                   GDBusMethodInvocation *invocation,
                   GUnixFDList *fds,
                   guint64 job,
                   GVariant *records,
                   IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, read_directory);
}

gboolean
ic_parse_service_export (IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  IcWireParse *parse = ic_wire_parse_skeleton_new ();

  g_signal_connect (parse, "handle-index", G_CALLBACK (index_cb), service);
  g_signal_connect (parse, "handle-read-directory", G_CALLBACK (read_directory_cb), service);
  g_signal_connect (parse, "handle-list-medium", G_CALLBACK (list_medium_cb), service);
  g_signal_connect (parse, "handle-hash-medium", G_CALLBACK (hash_medium_cb), service);
  g_signal_connect (parse, "handle-find-strays", G_CALLBACK (find_strays_cb), service);
  g_signal_connect (parse, "handle-read-file", G_CALLBACK (read_file_cb), service);
  ic_describe_service_connect (service, parse);
  ic_picture_service_connect (service, parse);
  ic_transcode_service_connect (service, parse);
  ic_viewer_service_connect (service, parse);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (parse), connection, error);
}
