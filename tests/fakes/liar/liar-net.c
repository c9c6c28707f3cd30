/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for courier-dicom --net as somebody would who took it over: Get answers with a file as
 * the AE title of the node tells, and says that all is well.
 */
#include "wire/ic-wire-descriptors.h"
#include "worker/ic-worker-service.h"

#include <stdlib.h>

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define INSTANCE "1.2.826.0.1.3680043.10.9999.8"
#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

typedef struct
{
  const char *lie; /* AE title */
  const char *name;
  const char *sop_class_uid;
  const char *sop_instance_uid;
  const char *transfer_syntax_uid;
  const char *sha256;
} File;

static const File files[] = {
  { "HONEST", "t-00000000", CT, INSTANCE, EXPLICIT_LE, SHA256 },
  { "CLIMB", "../../victim", CT, INSTANCE, EXPLICIT_LE, SHA256 },
  { "CLIMB_BEHIND", "t-/../../victim", CT, INSTANCE, EXPLICIT_LE, SHA256 },
  { "ABSOLUTE", "/etc/passwd", CT, INSTANCE, EXPLICIT_LE, SHA256 },
  { "OTHER", "u-00000000", CT, INSTANCE, EXPLICIT_LE, SHA256 },
  { "SHORT", "t-", CT, INSTANCE, EXPLICIT_LE, SHA256 },
  { "EMPTY", "", CT, INSTANCE, EXPLICIT_LE, SHA256 },
  { "LONG", "t-000000000", CT, INSTANCE, EXPLICIT_LE, SHA256 },
  { "CLASS", "t-00000000", "1.2/../3", INSTANCE, EXPLICIT_LE, SHA256 },
  { "INSTANCE", "t-00000000", CT, "../victim", EXPLICIT_LE, SHA256 },
  { "SYNTAX", "t-00000000", CT, INSTANCE, "", SHA256 },
  { "DIGEST", "t-00000000", CT, INSTANCE, EXPLICIT_LE, "../victim" },
};

static IcWireNet *skeleton;
static char *lie;

static GVariant *
open_nothing (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(GVariant) values = g_variant_get_child_value (ic_worker_job_get_parameters (job), 1);

  g_clear_pointer (&lie, g_free);
  g_variant_lookup (values, "called", "s", &lie);
  return g_variant_new ("()");
}

static void
tell (IcWorkerJob *job, const File *file)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sssstss)"));
  g_variant_builder_add (&list, "(sssstss)", file->name, file->sop_class_uid,
                         file->sop_instance_uid, file->transfer_syntax_uid, (guint64) 1,
                         file->sha256, "");
  ic_wire_net_emit_received (skeleton, ic_worker_job_get_id (job), g_variant_builder_end (&list));
}

static guint
tell_lie (IcWorkerJob *job)
{
  if (g_strcmp0 (lie, "TWICE") == 0)
    {
      tell (job, &files[0]);
      tell (job, &files[0]);
      return 2;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_strcmp0 (files[i].lie, lie) == 0)
      tell (job, &files[i]);
  return 1;
}

static GVariant *
get (IcWorkerJob *job, GUnixFDList **out_fds, GError **error)
{
  const char *failed[] = { INSTANCE, "../victim", NULL };
  guint n = tell_lie (job);

  return g_variant_new ("(uuuu^asss)", n, n, 0, 0, failed, "", "");
}

static gboolean
open_cb (IcWireNet *net,
         GDBusMethodInvocation *invocation,
         guint64 job,
         GVariant *parameters,
         GVariant *contexts,
         IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, open_nothing);
}

static gboolean
get_cb (IcWireNet *net,
        GDBusMethodInvocation *invocation,
        guint64 job,
        guint level,
        gboolean patient_root,
        GVariant *keys,
        const char *prefix,
        IcWorkerService *service)
{
  return ic_worker_service_run (service, invocation, NULL, get);
}

static gboolean export(IcWorkerService *service, GDBusConnection *connection, GError **error)
{
  skeleton = ic_wire_net_skeleton_new ();
  g_signal_connect (skeleton, "handle-open", G_CALLBACK (open_cb), service);
  g_signal_connect (skeleton, "handle-get", G_CALLBACK (get_cb), service);
  return ic_worker_service_export (G_DBUS_INTERFACE_SKELETON (skeleton), connection, error);
}

int
main (void)
{
  g_autoptr(GError) error = NULL;
  const IcSandbox sandbox = { .profile = IC_SANDBOX_NET, .dir_fd = -1 };

  ic_worker_serve (&sandbox, export, &error);
  g_printerr ("liar-net: %s\n", error->message);
  return EXIT_FAILURE;
}
