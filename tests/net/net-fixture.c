/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-fixture.h"

#include "dicom/shim/ic-shim.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 60000 /* machines are busy, and valgrind is slow */

#define PIXEL_BYTES 200000

static void
add_element (GByteArray *file,
             guint16 group,
             guint16 element,
             const char *vr,
             gconstpointer value,
             gsize size)
{
  gboolean is_long = g_str_equal (vr, "OB") || g_str_equal (vr, "OW");
  guint16 tag[2] = { GUINT16_TO_LE (group), GUINT16_TO_LE (element) };
  guint32 length = GUINT32_TO_LE ((guint32) (size + size % 2));

  g_byte_array_append (file, (const guint8 *) tag, 4);
  g_byte_array_append (file, (const guint8 *) vr, 2);
  if (is_long)
    g_byte_array_append (file, (const guint8 *) "\0\0", 2);
  g_byte_array_append (file, (const guint8 *) &length, is_long ? 4 : 2);
  g_byte_array_append (file, value, size);
  if (size % 2 != 0)
    g_byte_array_append (file, (const guint8 *) (g_str_equal (vr, "UI") ? "" : " "), 1);
}

static void
add_text (GByteArray *file, guint16 group, guint16 element, const char *vr, const char *text)
{
  add_element (file, group, element, vr, text, strlen (text));
}

static void
add_meta (GByteArray *file, const char *uid, const char *transfer_syntax)
{
  g_autoptr(GByteArray) meta = g_byte_array_new ();
  guint32 length;

  add_element (meta, 0x0002, 0x0001, "OB", "\0\1", 2);
  add_text (meta, 0x0002, 0x0002, "UI", NET_CT_UID);
  add_text (meta, 0x0002, 0x0003, "UI", uid);
  add_text (meta, 0x0002, 0x0010, "UI", transfer_syntax);
  add_text (meta, 0x0002, 0x0012, "UI", "1.2.826.0.1.3680043.10.9999.7");
  length = GUINT32_TO_LE (meta->len);
  g_byte_array_set_size (file, 128);
  memset (file->data, 0, 128);
  g_byte_array_append (file, (const guint8 *) "DICM", 4);
  add_element (file, 0x0002, 0x0000, "UL", &length, 4);
  g_byte_array_append (file, meta->data, meta->len);
}

static GByteArray *
make_file (guint number, const char *transfer_syntax)
{
  g_autofree char *uid = net_dup_uid (number);
  g_autofree char *instance_number = g_strdup_printf ("%u", number);
  g_autofree guint8 *pixels = g_malloc (PIXEL_BYTES);
  GByteArray *file = g_byte_array_new ();
  guint16 rows = GUINT16_TO_LE (250), columns = GUINT16_TO_LE (400), bits = GUINT16_TO_LE (16);

  for (guint i = 0; i < PIXEL_BYTES; i++)
    pixels[i] = (guint8) (i * number);
  add_meta (file, uid, transfer_syntax);
  add_text (file, 0x0008, 0x0005, "CS", "ISO_IR 100");
  add_text (file, 0x0008, 0x0016, "UI", NET_CT_UID);
  add_text (file, 0x0008, 0x0018, "UI", uid);
  add_text (file, 0x0008, 0x0020, "DA", "20240229");
  add_text (file, 0x0008, 0x0050, "SH", "A1");
  add_text (file, 0x0008, 0x0060, "CS", "CT");
  add_text (file, 0x0010, 0x0010, "PN", "M\xfcller^J\xf6rg"); /* Latin-1 */
  add_text (file, 0x0010, 0x0020, "LO", "PHANTOM7");
  add_text (file, 0x0010, 0x0030, "DA", "19700101");
  add_text (file, 0x0010, 0x0040, "CS", "M");
  add_text (file, 0x0020, 0x000d, "UI", NET_STUDY_UID);
  add_text (file, 0x0020, 0x000e, "UI", NET_SERIES_UID);
  add_text (file, 0x0020, 0x0010, "SH", "7");
  add_text (file, 0x0020, 0x0011, "IS", "1");
  add_text (file, 0x0020, 0x0013, "IS", instance_number);
  add_element (file, 0x0028, 0x0010, "US", &rows, 2);
  add_element (file, 0x0028, 0x0011, "US", &columns, 2);
  add_element (file, 0x0028, 0x0100, "US", &bits, 2);
  add_element (file, 0x7fe0, 0x0010, "OW", pixels, PIXEL_BYTES);
  return file;
}

void
net_init (int *argc, char ***argv)
{
  g_autoptr(GError) error = NULL;
  gboolean ready;

  g_test_init (argc, argv, NULL);
  ready = ic_shim_init (&error) && ic_association_init (&error);
  g_assert_no_error (error);
  g_assert_true (ready);
}

char *
net_dup_uid (guint number)
{
  return g_strdup_printf ("%s.%u", NET_SERIES_UID, number);
}

char *
net_make_files (guint n_files, const char *transfer_syntax)
{
  char *folder = g_dir_make_tmp ("net-XXXXXX", NULL);

  for (guint i = 1; i <= n_files; i++)
    {
      g_autoptr(GByteArray) file = make_file (i, transfer_syntax);
      g_autofree char *path = g_strdup_printf ("%s/%04u", folder, i);

      g_assert_true (g_file_set_contents (path, (char *) file->data, file->len, NULL));
    }
  return folder;
}

void
net_remove_folder (char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

guint
net_count_files (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

NetServer *
net_start_rude (const char *folder, ...)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autoptr(GDataInputStream) output = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;
  NetServer *server = g_new0 (NetServer, 1);
  va_list args;

  g_ptr_array_add (argv, (gpointer) g_getenv ("IC_RUDE_PACS"));
  va_start (args, folder);
  for (const char *arg = va_arg (args, const char *); arg != NULL;
       arg = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer) arg);
  va_end (args);
  g_ptr_array_add (argv, (gpointer) folder);
  g_ptr_array_add (argv, NULL);
  server->process =
      g_subprocess_newv ((const char *const *) argv->pdata, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  server->port = (guint16) atoi (line);
  return server;
}

static gboolean
is_listening (guint16 port)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  gboolean listening;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  listening = connect (fd, (struct sockaddr *) &address, sizeof address) == 0;
  close (fd);
  return listening;
}

NetServer *
net_start_program (const char *const *argv, guint16 port)
{
  g_autofree char *program = g_find_program_in_path (argv[0]);
  g_autoptr(GError) error = NULL;
  NetServer *server = NULL;

  if (program == NULL)
    return NULL;
  server = g_new0 (NetServer, 1);
  server->port = port;
  server->process =
      g_subprocess_newv (argv,
                         G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 200 && !is_listening (port); i++)
    g_usleep (50 * 1000);
  g_assert_true (is_listening (port));
  return server;
}

void
net_stop (NetServer *server)
{
  g_subprocess_force_exit (server->process);
  g_subprocess_wait (server->process, NULL, NULL);
  g_object_unref (server->process);
  g_free (server);
}

guint16
net_free_port (void)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &size), ==, 0);
  close (fd);
  return ntohs (address.sin_port);
}

IcAssociationParameters
net_parameters (guint16 port, const IcPresentationContext *context)
{
  IcAssociationParameters parameters = IC_ASSOCIATION_PARAMETERS_INIT;

  parameters.address = "127.0.0.1";
  parameters.port = port;
  parameters.called_aet = "RUDE";
  parameters.calling_aet = "COURIER";
  parameters.connect_timeout_ms = PATIENCE_MS;
  parameters.acse_timeout_ms = PATIENCE_MS;
  parameters.dimse_timeout_ms = PATIENCE_MS;
  parameters.contexts = context;
  parameters.n_contexts = 1;
  return parameters;
}

IcAssociation *
net_open (guint16 port, const char *sop_class, GCancellable *cancellable, GError **error)
{
  IcPresentationContext context = { sop_class, ic_presentation_native_syntaxes (), FALSE };
  IcAssociationParameters parameters = net_parameters (port, &context);

  return ic_association_open (&parameters, cancellable, error);
}

static void
instance_cb (const IcGetInstance *instance, gpointer user_data)
{
  NetRetrieval *retrieval = user_data;
  g_autofree char *path = g_build_filename (retrieval->folder, instance->name, NULL);
  g_autofree char *contents = NULL;
  g_autofree char *sha256 = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) contents, size);
  g_assert_cmpuint (size, ==, instance->size_bytes);
  g_assert_cmpstr (sha256, ==, instance->sha256);
  g_ptr_array_add (retrieval->names, g_steal_pointer (&path));
  g_ptr_array_add (retrieval->uids, g_strdup (instance->sop_instance_uid));
}

static void
receiving_cb (gpointer user_data)
{
  NetRetrieval *retrieval = user_data;

  retrieval->signs_of_life++;
}

NetRetrieval *
net_retrieve (guint16 port, GCancellable *cancellable)
{
  return net_retrieve_into (port, g_dir_make_tmp ("net-XXXXXX", NULL), cancellable);
}

NetRetrieval *
net_retrieve_into (guint16 port, char *folder, GCancellable *cancellable)
{
  static const char *const classes[] = { NET_CT_UID, NULL };
  g_autoptr(GPtrArray) plans = ic_presentation_plan_get (classes);
  IcPresentationPlan *plan = g_ptr_array_index (plans, 0);
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  IcPresentationContext context = { ic_get_get_sop_class (query),
                                    ic_presentation_native_syntaxes (), FALSE };
  IcAssociationParameters parameters = net_parameters (port, NULL);
  NetRetrieval *self = g_new0 (NetRetrieval, 1);
  IcGetSink sink = { -1, "in-", 1, instance_cb, NULL, receiving_cb, self };
  g_autoptr(IcAssociation) association = NULL;

  self->folder = folder;
  self->dir_fd = sink.dir_fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->uids = g_ptr_array_new_with_free_func (g_free);
  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, NET_STUDY_UID);
  g_array_append_val (plan->contexts, context);
  parameters.contexts = (const IcPresentationContext *) plan->contexts->data;
  parameters.n_contexts = plan->contexts->len;
  association = ic_association_open (&parameters, cancellable, &self->error);
  if (association == NULL)
    return self;
  self->done = ic_association_get (association, query, &sink, &self->outcome, &self->error);
  if (ic_association_is_usable (association))
    ic_association_release (g_steal_pointer (&association));
  return self;
}

void
net_retrieval_free (NetRetrieval *self)
{
  close (self->dir_fd);
  net_remove_folder (self->folder);
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->uids);
  ic_get_outcome_clear (&self->outcome);
  g_clear_error (&self->error);
  g_free (self);
}
