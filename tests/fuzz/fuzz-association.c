/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a peer says on an association that we opened. First byte: C-ECHO, C-FIND or C-GET, and
 * whether the rest is the whole stream of bytes from the A-ASSOCIATE-AC on, or, after an ordinary
 * one, pieces that get the frame of a P-DATA-TF: a byte of flags, the context ID, the length.
 */
#include "dicom/shim/ic-shim-association.h"
#include "dicom/shim/ic-shim-find.h"
#include "dicom/shim/ic-shim-get.h"
#include "dicom/shim/ic-shim.h"
#include "fuzz-input.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CT_IMAGE "1.2.840.10008.5.1.4.1.1.2"
#define FIND "1.2.840.10008.5.1.4.1.2.2.1"
#define GET "1.2.840.10008.5.1.4.1.2.2.3"
#define EXPLICIT_LE "1.2.840.10008.1.2.1"

#define TIMEOUT_MS 5000

static int listener = -1;
static guint16 port;
static int folder = -1;
static char *folder_name;

static const char *const native[] = { EXPLICIT_LE, "1.2.840.10008.1.2", NULL };
static const IcPresentationContext contexts[] = {
  { IC_VERIFICATION_UID, native, FALSE },
  { FIND, native, FALSE },
  { GET, native, FALSE },
  { CT_IMAGE, native, TRUE },
};

static void
add_16 (GByteArray *out, guint value)
{
  const guint8 bytes[] = { value >> 8 & 0xff, value & 0xff };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
add_item (GByteArray *out, guint8 type, const guint8 *content, gsize size)
{
  const guint8 head[] = { type, 0 };

  g_byte_array_append (out, head, sizeof head);
  add_16 (out, size);
  g_byte_array_append (out, content, size);
}

static void
add_text_item (GByteArray *out, guint8 type, const char *text)
{
  add_item (out, type, (const guint8 *) text, strlen (text));
}

static void
add_pdu (GByteArray *out, guint8 type, const guint8 *content, gsize size)
{
  const guint8 head[] = { type, 0 };

  g_byte_array_append (out, head, sizeof head);
  add_16 (out, size >> 16);
  add_16 (out, size & 0xffff);
  g_byte_array_append (out, content, size);
}

static void
add_accepted_context (GByteArray *out, guint8 id)
{
  g_autoptr(GByteArray) item = g_byte_array_new ();
  const guint8 head[] = { id, 0, 0, 0 };

  g_byte_array_append (item, head, sizeof head);
  add_text_item (item, 0x40, id % 4 == 1 ? EXPLICIT_LE : "1.2.840.10008.1.2");
  add_item (out, 0x21, item->data, item->len);
}

/* PS3.8 9.3.3: every context is accepted. */
static void
add_accept (GByteArray *out)
{
  static const guint8 user[] = { 0x51, 0, 0, 4, 0, 0, 0x40, 0 };
  g_autoptr(GByteArray) body = g_byte_array_new ();
  guint8 head[68] = { 0, 1 };

  memset (head + 4, ' ', 32);
  g_byte_array_append (body, head, sizeof head);
  add_text_item (body, 0x10, "1.2.840.10008.3.1.1.1");
  for (guint i = 0; i < G_N_ELEMENTS (contexts); i++)
    add_accepted_context (body, 2 * i + 1);
  add_item (body, 0x50, user, sizeof user);
  add_pdu (out, 0x02, body->data, body->len);
}

static void
add_piece (GByteArray *out, guint8 flags, guint8 context, const guint8 *data, gsize size)
{
  g_autoptr(GByteArray) pdv = g_byte_array_new ();
  const guint8 head[] = { context, flags & 3 };

  add_16 (pdv, 0);
  add_16 (pdv, size + 2);
  g_byte_array_append (pdv, head, sizeof head);
  g_byte_array_append (pdv, data, size);
  add_pdu (out, 0x04, pdv->data, pdv->len);
}

static void
add_pieces (GByteArray *out, const guint8 *data, gsize size)
{
  while (size >= 4)
    {
      gsize n = MIN ((gsize) (data[2] << 8 | data[3]), size - 4);

      add_piece (out, data[0], data[1], data + 4, n);
      data += 4 + n;
      size -= 4 + n;
    }
}

/* Plays the peer: says everything at once and hangs up. */
static void *
serve (void *answer)
{
  GByteArray *bytes = answer;
  char drain[4096];
  int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);

  send (fd, bytes->data, bytes->len, MSG_NOSIGNAL);
  shutdown (fd, SHUT_WR);
  while (recv (fd, drain, sizeof drain, 0) > 0)
    continue;
  close (fd);
  return NULL;
}

static void
remove_folder (void)
{
  rmdir (folder_name);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  socklen_t size = sizeof address;

  folder_name = g_dir_make_tmp ("fuzz-XXXXXX", NULL);
  folder = open (folder_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  atexit (remove_folder);
  listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (folder < 0 || bind (listener, (struct sockaddr *) &address, size) != 0 ||
      listen (listener, 4) != 0 || getsockname (listener, (struct sockaddr *) &address, &size) != 0)
    return 1;
  port = ntohs (address.sin_port);
  return ic_shim_init (NULL) && ic_association_init (NULL) ? 0 : 1;
}

static void
row_cb (const char *const values[IC_N_QUERY_KEYS], gpointer user_data)
{
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    g_assert_true (values[i] == NULL || g_utf8_validate (values[i], -1, NULL));
}

/* What came is complete, and under a name of ours. */
static void
instance_cb (const IcGetInstance *instance, gpointer user_data)
{
  guint *n_files = user_data;

  (*n_files)++;
  g_assert_cmpint (unlinkat (folder, instance->name, 0), ==, 0);
}

static void
find (IcAssociation *association)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GError) error = NULL;
  IcFindOutcome outcome = { 0 };
  gboolean done = ic_association_find (association, query, 100, row_cb, NULL, &outcome, &error);

  g_assert_true (done == (error == NULL));
}

static void
get (IcAssociation *association)
{
  guint n_files = 0;
  const IcGetSink sink = {
    .dir_fd = folder, .name_prefix = "F", .instance = instance_cb, .user_data = &n_files
  };
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GError) error = NULL;
  g_auto(IcGetOutcome) outcome = { 0 };
  gboolean done = FALSE;

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, "1.2.3");
  done = ic_association_get (association, query, &sink, &outcome, &error);
  g_assert_true (done == (error == NULL));
  g_assert_cmpuint (outcome.received, ==, n_files);
}

static void
use (guint verb)
{
  IcAssociationParameters parameters = IC_ASSOCIATION_PARAMETERS_INIT;
  g_autoptr(GError) error = NULL;
  IcAssociation *association = NULL;

  parameters.address = "127.0.0.1";
  parameters.port = port;
  parameters.called_aet = "PEER";
  parameters.calling_aet = "COURIER";
  parameters.connect_timeout_ms = TIMEOUT_MS;
  parameters.acse_timeout_ms = TIMEOUT_MS;
  parameters.dimse_timeout_ms = TIMEOUT_MS;
  parameters.contexts = contexts;
  parameters.n_contexts = G_N_ELEMENTS (contexts);
  association = ic_association_open (&parameters, NULL, &error);
  g_assert_true ((association == NULL) == (error != NULL));
  if (association == NULL)
    return;
  if (verb == 0)
    ic_association_echo (association, NULL);
  else if (verb == 1)
    find (association);
  else
    get (association);
  ic_association_release (association);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr(GByteArray) answer = g_byte_array_new ();
  pthread_t peer;

  if (size == 0)
    return -1;
  if (data[0] & 0x80)
    g_byte_array_append (answer, data + 1, size - 1);
  else
    {
      add_accept (answer);
      add_pieces (answer, data + 1, size - 1);
    }
  if (pthread_create (&peer, NULL, serve, answer) != 0)
    fuzz_fail ("no thread for the peer");
  use ((data[0] & 0x7f) % 3);
  pthread_join (peer, NULL);
  return 0;
}
