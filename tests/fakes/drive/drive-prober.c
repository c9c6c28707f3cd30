/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for courier-disc and writes nothing: it looks whether its arguments name the drive, and
 * whether the sandbox lets it open the drive, and a neighbour of it, for writing.
 */
#include "core/ic-error.h"
#include "wire/ic-wire-descriptors.h"
#include "worker/ic-worker-service.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STDIO_PREFIX "stdio:"

static char **arguments;

static const char *
fault_of (const char *path)
{
  g_autofree char *all = g_strjoinv (" ", arguments);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *neighbour = g_strconcat (path, ".neighbour", NULL);

  if (strstr (all, name) != NULL)
    return "the arguments name the drive";
  if (open (path, O_RDWR | O_CLOEXEC) < 0)
    return "the drive cannot be opened";
  if (open (neighbour, O_RDWR | O_CREAT | O_CLOEXEC, 0600) >= 0)
    return "more than the drive can be opened";
  return NULL;
}

static GVariant *
write_disc (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  const char *drive = NULL;
  const char *fault = NULL;

  g_variant_get_child (ic_worker_job_get_parameters (job), 5, "&s", &drive);
  fault = fault_of (drive + strlen (STDIO_PREFIX));
  if (fault == NULL)
    return g_variant_new ("(bss)", TRUE, "", "");
  g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, fault);
  return NULL;
}

static gboolean
write_disc_cb (IcWireDisc *disc,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               guint64 job,
               const char *volume_id,
               gint64 created,
               GVariant *records,
               guint64 count,
               const char *drive,
               guint speed,
               gboolean may_erase,
               IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, fds, write_disc);
}

static gboolean export(IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  IcWireDisc *disc = ic_wire_disc_skeleton_new ();

  g_signal_connect (disc, "handle-write-disc", G_CALLBACK (write_disc_cb), service);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (disc), connection, error);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  IcSandbox sandbox = { .profile = IC_SANDBOX_DISC, .dir_fd = -1 };

  arguments = argv;
  if (g_strv_contains ((const char *const *) argv, "--medium"))
    sandbox.dir_fd = IC_WIRE_MEDIUM_FD;
  ic_worker_serve (&sandbox, export, &error);
  g_printerr ("drive-prober: %s\n", error->message);
  return EXIT_FAILURE;
}
