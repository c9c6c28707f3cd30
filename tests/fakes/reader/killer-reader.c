/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for courier-dicom: answers Index with a header for every file, Thumbnails and KeyImages
 * with a picture of one pixel, except that a file that begins with "KILL" kills it and one that
 * begins with "HANG" stops it, as a flaw in a codec would; ReadFrame gives one pixel in the same
 * way. For one that begins with "LIES" it tells of a picture that is not there, as one that was
 * taken over could.
 */
#include "domain/ic-header.h"
#include "picture/ic-frame.h"
#include "wire/ic-wire-memory.h"
#include "worker/ic-worker-service.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTENT_SIZE 16

static void
act_on (const char *content)
{
  if (strncmp (content, "KILL", 4) == 0)
    raise (SIGSEGV);
  while (strncmp (content, "HANG", 4) == 0)
    g_usleep (G_USEC_PER_SEC);
}

/* Every value is the content of the file. */
static GBytes *
make_header (const char *content)
{
  const char *values[IC_HEADER_N_FIELDS + 1] = { NULL };
  g_autoptr(GBytes) none = g_bytes_new (NULL, 0);
  GBytes *keys[IC_N_LEVELS];
  g_autoptr(IcHeader) header = NULL;

  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    values[field] = content;
  for (int level = 0; level < IC_N_LEVELS; level++)
    keys[level] = none;
  header = ic_header_new (values, keys);
  return ic_header_pack (header);
}

static void
read_content (IcWorkerJob *job, gint32 handle, char content[CONTENT_SIZE])
{
  int fd = ic_worker_job_get_fd (job, handle, NULL);

  memset (content, 0, CONTENT_SIZE);
  if (pread (fd, content, CONTENT_SIZE - 1, 0) < 0)
    abort ();
  act_on (content);
}

static void
add_record (IcWorkerJob *job, gint32 handle, GVariantBuilder *records)
{
  g_autoptr(GBytes) header = NULL;
  char content[CONTENT_SIZE];

  read_content (job, handle, content);
  header = make_header (content);
  g_variant_builder_add (records, "(s@ay)", "",
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, header, TRUE));
}

/* Whether what is said of the @i-th file of the call is to be a lie. */
static gboolean
read_for_picture (IcWorkerJob *job, gsize i)
{
  g_autoptr(GVariant) handles = g_variant_get_child_value (ic_worker_job_get_parameters (job), 1);
  char content[CONTENT_SIZE];
  gint32 handle = -1;

  g_variant_get_child (handles, i, "h", &handle);
  read_content (job, handle, content);
  return strncmp (content, "LIES", 4) == 0;
}

static gsize
count_files (IcWorkerJob *job)
{
  g_autoptr(GVariant) handles = g_variant_get_child_value (ic_worker_job_get_parameters (job), 1);

  return g_variant_n_children (handles);
}

static GVariant *
make_thumbnails (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  GVariantBuilder pictures;

  g_variant_builder_init (&pictures, G_VARIANT_TYPE ("a(suuuay)"));
  for (gsize i = 0; i < count_files (job); i++)
    {
      const guint columns = read_for_picture (job, i) ? 70000 : 1;

      g_variant_builder_add (&pictures, "(suuu@ay)", "", columns, 1, 1,
                             g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "x", 1, 1));
    }
  return g_variant_new ("(a(suuuay))", &pictures);
}

static GVariant *
make_key_images (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(GBytes) content = g_bytes_new_static ("stream", 6);
  GVariantBuilder pictures;
  int fd = ic_wire_memory_new (content, error);

  g_variant_builder_init (&pictures, G_VARIANT_TYPE ("a(suutt)"));
  for (gsize i = 0; i < count_files (job); i++)
    {
      const guint64 offset = read_for_picture (job, i) ? G_MAXUINT64 - 2 : 0;

      g_variant_builder_add (&pictures, "(suutt)", "", 1, 1, offset, (guint64) 6);
    }
  *out_fds = g_unix_fd_list_new_from_array (&fd, 1);
  return g_variant_new ("(a(suutt)h)", &pictures, 0);
}

static gboolean
thumbnails_cb (IcWireParse *parse,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               guint64 job,
               GVariant *files,
               guint edge,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, make_thumbnails);
}

static gboolean
key_images_cb (IcWireParse *parse,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               guint64 job,
               GVariant *files,
               guint edge,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, make_key_images);
}

static GVariant *
index_files (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(GVariant) handles = g_variant_get_child_value (ic_worker_job_get_parameters (job), 1);
  GVariantBuilder records;

  g_variant_builder_init (&records, G_VARIANT_TYPE ("a(say)"));
  for (gsize i = 0; i < g_variant_n_children (handles); i++)
    {
      gint32 handle = -1;

      g_variant_get_child (handles, i, "h", &handle);
      add_record (job, handle, &records);
    }
  return g_variant_new ("(a(say))", &records);
}

static GVariant *
read_frame (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(IcFrame) frame = ic_frame_new ();
  g_autoptr(GBytes) content = NULL;
  GVariant *numbers = NULL;
  char bytes[CONTENT_SIZE];
  gint32 handle = -1;

  g_variant_get_child (ic_worker_job_get_parameters (job), 1, "h", &handle);
  read_content (job, handle, bytes);
  frame->columns = frame->rows = 1;
  frame->samples = g_bytes_new (bytes, 1);
  numbers = ic_frame_pack (frame, &content);
  return ic_wire_memory_hand_over (content,
                                   g_variant_new ("(u@" IC_FRAME_VARIANT "h)", 1, numbers, 0),
                                   out_fds, error);
}

static gboolean
read_frame_cb (IcWireParse *parse,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               guint64 job,
               GVariant *file,
               guint frame,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, read_frame);
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

static gboolean export(IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  IcWireParse *parse = ic_wire_parse_skeleton_new ();

  g_signal_connect (parse, "handle-index", G_CALLBACK (index_cb), service);
  g_signal_connect (parse, "handle-thumbnails", G_CALLBACK (thumbnails_cb), service);
  g_signal_connect (parse, "handle-key-images", G_CALLBACK (key_images_cb), service);
  g_signal_connect (parse, "handle-read-frame", G_CALLBACK (read_frame_cb), service);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (parse), connection, error);
}

int
main (void)
{
  g_autoptr(GError) error = NULL;
  const IcSandbox sandbox = { .profile = IC_SANDBOX_PARSE, .dir_fd = -1 };

  ic_worker_serve (&sandbox, export, &error);
  g_printerr ("killer-reader: %s\n", error->message);
  return EXIT_FAILURE;
}
