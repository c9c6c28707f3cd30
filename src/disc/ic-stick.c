/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-stick.h"

#include "core/ic-error.h"

#include <gio/gunixmounts.h>

#define UDISKS "org.freedesktop.UDisks2"
#define MANAGER "/org/freedesktop/UDisks2/Manager"
#define BLOCK UDISKS ".Block"
#define FILE_SYSTEM UDISKS ".Filesystem"
#define TABLE UDISKS ".PartitionTable"
#define PARTITION UDISKS ".Partition"
#define DRIVE UDISKS ".Drive"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define NO_OPTIONS "a{sv}"

struct _IcStick
{
  GDBusConnection *bus; /* NULL without UDisks2 */
  char *object;         /* of the file system there */
  char *path;
  char *file_system;
  gboolean is_ours; /* mounted by us */
};

static GVariant *
call (IcStick *self,
      const char *object,
      const char *interface,
      const char *method,
      GVariant *arguments,
      GCancellable *cancellable,
      GError **error)
{
  return g_dbus_connection_call_sync (self->bus, UDISKS, object, interface, method, arguments, NULL,
                                      G_DBUS_CALL_FLAGS_NONE, G_MAXINT, cancellable, error);
}

/* NULL when the object does not have it. */
static GVariant *
get_property (IcStick *self, const char *object, const char *interface, const char *name)
{
  g_autoptr(GVariant) reply = call (self, object, PROPERTIES, "Get",
                                     g_variant_new ("(ss)", interface, name), NULL, NULL);
  GVariant *value = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  return value;
}

static gboolean
is_set (IcStick *self, const char *object, const char *interface, const char *name)
{
  g_autoptr(GVariant) value = get_property (self, object, interface, name);

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) &&
         g_variant_get_boolean (value);
}

/* "" for none */
static char *
dup_string (IcStick *self, const char *object, const char *interface, const char *name)
{
  g_autoptr(GVariant) value = get_property (self, object, interface, name);

  if (value == NULL || !(g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ||
                         g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH)))
    return g_strdup ("");
  return g_variant_dup_string (value, NULL);
}

/* The object of @device; NULL when there is no UDisks2 or it does not know it. */
static char *
find_object (IcStick *self, const char *device)
{
  g_autoptr(GVariant) reply = NULL;
  g_autofree const char **objects = NULL;
  GVariantDict query;

  g_variant_dict_init (&query, NULL);
  g_variant_dict_insert (&query, "path", "s", device);
  reply = call (self, MANAGER, UDISKS ".Manager", "ResolveDevice",
                g_variant_new ("(@" NO_OPTIONS "@" NO_OPTIONS ")", g_variant_dict_end (&query),
                               g_variant_new (NO_OPTIONS, NULL)),
                NULL, NULL);
  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(ao)")))
    return NULL;
  g_variant_get (reply, "(^a&o)", &objects);
  return g_strdup (objects[0]);
}

static guint
get_partition_number (IcStick *self, const char *object)
{
  g_autoptr(GVariant) value = get_property (self, object, PARTITION, "Number");

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32)
             ? g_variant_get_uint32 (value)
             : G_MAXUINT;
}

/* PS3.12 R: the first partition of a stick that has any. */
static void
enter_first_partition (IcStick *self)
{
  g_autoptr(GVariant) value = get_property (self, self->object, TABLE, "Partitions");
  g_autofree const char **objects = NULL;
  const char *first = NULL;

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH_ARRAY))
    return;
  objects = g_variant_get_objv (value, NULL);
  for (gsize i = 0; objects[i] != NULL; i++)
    if (first == NULL ||
        get_partition_number (self, objects[i]) < get_partition_number (self, first))
      first = objects[i];
  if (first == NULL)
    return;
  g_free (self->object);
  self->object = g_strdup (first);
}

static gboolean
refuse (GError **error, IcErrorCode code, const char *why)
{
  g_set_error_literal (error, IC_ERROR, code, why);
  return FALSE;
}

/* The error of UDisks2 names devices and folders, which are called after people's sticks. */
static gboolean
mount (IcStick *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GVariant) reply =
                 call (self, self->object, FILE_SYSTEM, "Mount",
                       g_variant_new ("(@" NO_OPTIONS ")", g_variant_new (NO_OPTIONS, NULL)),
                       cancellable, &local_error);

  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(s)")))
    return refuse (error, IC_ERROR_MEDIUM_UNSUITABLE, "the stick cannot be mounted");
  g_variant_get (reply, "(s)", &self->path);
  self->is_ours = TRUE;
  return TRUE;
}

static gboolean
take_mount_point (IcStick *self)
{
  g_autoptr(GVariant) value = get_property (self, self->object, FILE_SYSTEM, "MountPoints");
  g_autofree const char **paths = NULL;

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING_ARRAY))
    return FALSE;
  paths = g_variant_get_bytestring_array (value, NULL);
  self->path = g_strdup (paths[0]);
  return self->path != NULL;
}

static gboolean
has_file_system (IcStick *self)
{
  g_autoptr(GVariant) value = get_property (self, self->object, FILE_SYSTEM, "MountPoints");

  return value != NULL;
}

/* With UDisks2. */
static gboolean
open_object (IcStick *self, GCancellable *cancellable, GError **error)
{
  if (!has_file_system (self))
    enter_first_partition (self);
  if (!has_file_system (self))
    return refuse (error, IC_ERROR_MEDIUM_UNSUITABLE, "there is no file system on the stick");
  if (is_set (self, self->object, BLOCK, "HintSystem"))
    return refuse (error, IC_ERROR_REFUSED, "the device belongs to this machine and is no stick");
  if (is_set (self, self->object, BLOCK, "ReadOnly"))
    return refuse (error, IC_ERROR_MEDIUM_UNSUITABLE, "the stick is protected against writing");
  self->file_system = dup_string (self, self->object, BLOCK, "IdType");
  return take_mount_point (self) || mount (self, cancellable, error);
}

/* Without UDisks2: where somebody has mounted it. */
static gboolean
open_mounted (IcStick *self, const char *device, GError **error)
{
  GList *mounts = g_unix_mounts_get (NULL);

  for (GList *link = mounts; link != NULL && self->path == NULL; link = link->next)
    if (g_strcmp0 (g_unix_mount_get_device_path (link->data), device) == 0)
      {
        self->path = g_strdup (g_unix_mount_get_mount_path (link->data));
        self->file_system = g_strdup (g_unix_mount_get_fs_type (link->data));
      }
  g_list_free_full (mounts, (GDestroyNotify) g_unix_mount_free);
  if (self->path != NULL)
    return TRUE;
  if (!g_file_test (device, G_FILE_TEST_EXISTS))
    return refuse (error, IC_ERROR_NOT_FOUND, "there is no such device");
  return refuse (error, IC_ERROR_MEDIUM_UNSUITABLE,
                 "the stick is not mounted, and this machine has no UDisks2 to do it");
}

static gboolean
open_device (IcStick *self, const char *device, GCancellable *cancellable, GError **error)
{
  self->object = self->bus != NULL ? find_object (self, device) : NULL;
  return self->object != NULL ? open_object (self, cancellable, error)
                              : open_mounted (self, device, error);
}

static gboolean
open_folder (IcStick *self, const char *path, GError **error)
{
  GUnixMountEntry *mount = g_unix_mount_at (path, NULL);

  if (mount == NULL && !g_file_test (path, G_FILE_TEST_IS_DIR))
    return refuse (error, IC_ERROR_NOT_FOUND, "there is no such folder");
  if (mount == NULL)
    return refuse (error, IC_ERROR_REFUSED, "this is not the top folder of a stick");
  self->path = g_strdup (path);
  self->file_system = g_strdup (g_unix_mount_get_fs_type (mount));
  self->object =
      self->bus != NULL ? find_object (self, g_unix_mount_get_device_path (mount)) : NULL;
  g_unix_mount_free (mount);
  if (self->object != NULL && is_set (self, self->object, BLOCK, "HintSystem"))
    return refuse (error, IC_ERROR_REFUSED, "the folder belongs to this machine and is no stick");
  return TRUE;
}

IcStick *
ic_stick_open (const char *where, GCancellable *cancellable, GError **error)
{
  g_autoptr(IcStick) self = g_new0 (IcStick, 1);
  gboolean ok = FALSE;

  self->bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, cancellable, NULL);
  if (g_str_has_prefix (where, "/dev/"))
    ok = open_device (self, where, cancellable, error);
  else
    ok = open_folder (self, where, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

static gboolean
unmount (IcStick *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(GVariant) reply =
                 call (self, self->object, FILE_SYSTEM, "Unmount",
                       g_variant_new ("(@" NO_OPTIONS ")", g_variant_new (NO_OPTIONS, NULL)),
                       cancellable, NULL);

  if (reply == NULL)
    return refuse (error, IC_ERROR_BUSY, "the stick cannot be unmounted, because it is in use");
  self->is_ours = FALSE;
  return TRUE;
}

/* An unmounted stick may be taken out; one that is off as well shows it by its lamp. */
static void
power_off (IcStick *self)
{
  g_autofree char *drive = dup_string (self, self->object, BLOCK, "Drive");
  g_autoptr(GVariant) reply = NULL;

  if (*drive != '\0' && is_set (self, drive, DRIVE, "CanPowerOff"))
    reply =
        call (self, drive, DRIVE, "PowerOff",
              g_variant_new ("(@" NO_OPTIONS ")", g_variant_new (NO_OPTIONS, NULL)), NULL, NULL);
}

gboolean
ic_stick_release (IcStick *self, GCancellable *cancellable, GError **error)
{
  if (self->object == NULL)
    return refuse (error, IC_ERROR_UNSUPPORTED, "this machine has no UDisks2 to unmount the stick");
  if (!unmount (self, cancellable, error))
    return FALSE;
  power_off (self);
  return TRUE;
}

void
ic_stick_free (IcStick *self)
{
  if (self->is_ours)
    unmount (self, NULL, NULL);
  g_clear_object (&self->bus);
  g_free (self->object);
  g_free (self->path);
  g_free (self->file_system);
  g_free (self);
}

const char *
ic_stick_get_path (IcStick *self)
{
  return self->path;
}

const char *
ic_stick_get_file_system (IcStick *self)
{
  return self->file_system;
}

gboolean
ic_stick_is_fat (IcStick *self)
{
  return g_str_equal (self->file_system, "vfat") || g_str_equal (self->file_system, "msdos");
}
