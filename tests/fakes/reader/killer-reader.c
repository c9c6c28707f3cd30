/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for courier-dicom: answers Index with a header for every file, except that a file that
 * begins with "KILL" kills it and one that begins with "HANG" stops it, as a flaw in a codec would.
 */
#include "domain/ic-header.h"
#include "worker/ic-worker-service.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
add_record (IcWorkerJob *job, gint32 handle, GVariantBuilder *records)
{
  g_autoptr(GBytes) header = NULL;
  char content[16] = "";
  int fd = ic_worker_job_get_fd (job, handle, NULL);

  if (pread (fd, content, sizeof content - 1, 0) < 0)
    abort ();
  act_on (content);
  header = make_header (content);
  g_variant_builder_add (records, "(s@ay)", "",
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, header, TRUE));
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
