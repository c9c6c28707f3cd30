/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UDisks2 with one stick, /dev/sdx with its partitions /dev/sdx1 and /dev/sdx2, on the system bus
 * that DBUS_SYSTEM_BUS_ADDRESS names:
 *
 *   fake-udisks FOLDER LOG [exfat|system|read-only|busy|mounted]...
 *
 * FOLDER is where the first partition "is mounted". LOG gets a line for each thing that is done.
 */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "org.freedesktop.UDisks2"
#define ROOT "/org/freedesktop/UDisks2/"
#define WHOLE ROOT "block_devices/sdx"

static const char xml[] =
    "<node>"
    "<interface name='" NAME ".Manager'><method name='ResolveDevice'>"
    "<arg type='a{sv}' direction='in'/><arg type='a{sv}' direction='in'/>"
    "<arg type='ao' direction='out'/></method></interface>"
    "<interface name='" NAME ".Block'><property name='IdType' type='s' access='read'/>"
    "<property name='ReadOnly' type='b' access='read'/>"
    "<property name='HintSystem' type='b' access='read'/>"
    "<property name='Drive' type='o' access='read'/></interface>"
    "<interface name='" NAME ".PartitionTable'>"
    "<property name='Partitions' type='ao' access='read'/></interface>"
    "<interface name='" NAME ".Partition'><property name='Number' type='u' access='read'/>"
    "</interface>"
    "<interface name='" NAME ".Filesystem'>"
    "<method name='Mount'><arg type='a{sv}' direction='in'/><arg type='s' "
    "direction='out'/></method>"
    "<method name='Unmount'><arg type='a{sv}' direction='in'/></method>"
    "<property name='MountPoints' type='aay' access='read'/></interface>"
    "<interface name='" NAME ".Drive'><property name='CanPowerOff' type='b' access='read'/>"
    "<method name='PowerOff'><arg type='a{sv}' direction='in'/></method></interface>"
    "</node>";

static const struct
{
  const char *path;
  const char *interface;
} objects[] = {
  { ROOT "Manager", NAME ".Manager" },    { WHOLE, NAME ".Block" },
  { WHOLE, NAME ".PartitionTable" },      { WHOLE "1", NAME ".Block" },
  { WHOLE "1", NAME ".Partition" },       { WHOLE "1", NAME ".Filesystem" },
  { WHOLE "2", NAME ".Block" },           { WHOLE "2", NAME ".Partition" },
  { ROOT "drives/stick", NAME ".Drive" },
};

static const char *folder;
static const char *log_path;
static const char *const *traits;
static gboolean is_mounted;

static gboolean
has (const char *trait)
{
  return g_strv_contains (traits, trait);
}

static void
note (const char *what)
{
  FILE *file = fopen (log_path, "a");

  g_assert (file != NULL);
  fprintf (file, "%s\n", what);
  fclose (file);
}

static void
resolve (GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr(GVariant) query = g_variant_get_child_value (parameters, 0);
  const char *device = "";
  g_autofree char *path = NULL;
  const char *found[] = { NULL, NULL };

  g_variant_lookup (query, "path", "&s", &device);
  path = g_strconcat (ROOT "block_devices/", strrchr (device, '/') + 1, NULL);
  if (g_str_has_prefix (path, WHOLE))
    found[0] = path;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^ao)", found));
}

static void
call_cb (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  if (g_str_equal (method, "ResolveDevice"))
    {
      resolve (parameters, invocation);
      return;
    }
  note (method);
  if (g_str_equal (method, "Unmount") && has ("busy"))
    {
      g_dbus_method_invocation_return_dbus_error (invocation, NAME ".Error.DeviceBusy",
                                                  "target is busy");
      return;
    }
  is_mounted = g_str_equal (method, "Mount");
  g_dbus_method_invocation_return_value (invocation,
                                         is_mounted ? g_variant_new ("(s)", folder) : NULL);
}

static GVariant *
list_partitions (void)
{
  const char *const partitions[] = { WHOLE "2", WHOLE "1" };

  return g_variant_new_objv (partitions, G_N_ELEMENTS (partitions));
}

static GVariant *
get_cb (GDBusConnection *connection,
        const char *sender,
        const char *path,
        const char *interface,
        const char *name,
        GError **error,
        gpointer user_data)
{
  const char *mounts[] = { is_mounted ? folder : NULL, NULL };

  if (g_str_equal (name, "IdType"))
    return g_variant_new_string (has ("exfat") ? "exfat" : "vfat");
  if (g_str_equal (name, "ReadOnly"))
    return g_variant_new_boolean (has ("read-only"));
  if (g_str_equal (name, "HintSystem"))
    return g_variant_new_boolean (has ("system"));
  if (g_str_equal (name, "Drive"))
    return g_variant_new_object_path (ROOT "drives/stick");
  if (g_str_equal (name, "Partitions"))
    return list_partitions ();
  if (g_str_equal (name, "Number"))
    return g_variant_new_uint32 (path[strlen (path) - 1] - '0');
  if (g_str_equal (name, "MountPoints"))
    return g_variant_new_bytestring_array (mounts, -1);
  return g_variant_new_boolean (TRUE); /* CanPowerOff */
}

static void
acquired_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  g_print ("ready\n");
}

static void
lost_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  exit (EXIT_FAILURE);
}

int
main (int argc, char **argv)
{
  static const GDBusInterfaceVTable vtable = { .method_call = call_cb, .get_property = get_cb };
  g_autoptr(GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_autoptr(GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_assert (bus != NULL && info != NULL && argc >= 3);
  folder = argv[1];
  log_path = argv[2];
  traits = (const char *const *) argv + 3;
  is_mounted = has ("mounted");
  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++)
    g_dbus_connection_register_object (bus, objects[i].path,
                                       g_dbus_node_info_lookup_interface (info,
                                                                          objects[i].interface),
                                       &vtable, NULL, NULL, NULL);
  g_bus_own_name_on_connection (bus, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, acquired_cb, lost_cb, NULL,
                                NULL);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
