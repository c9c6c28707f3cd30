/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-door.h"

#include "core/ic-error.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static IcAdmission
admit_cb (const IcPeer *peer, gpointer data)
{
  NetDoor *door = data;

  g_mutex_lock (&door->mutex);
  g_free (door->address);
  door->address = g_strdup (peer->address);
  g_mutex_unlock (&door->mutex);
  return door->admission;
}

static gboolean
place_cb (const IcPeer *peer, const IcStoreRequest *request, IcStorePlace *place, gpointer data)
{
  NetDoor *door = data;

  g_mutex_lock (&door->mutex);
  door->originator_id = request->originator_id;
  g_free (door->originator_aet);
  door->originator_aet = g_strdup (request->originator_aet);
  place->dir_fd = door->into_fd;
  place->token = door;
  g_snprintf (place->name, sizeof place->name, "t-%08u", door->n_places++);
  g_mutex_unlock (&door->mutex);
  return !door->refuse;
}

static void
receiving_cb (const IcStorePlace *place, gpointer data)
{
}

static void
stored_cb (const IcStorePlace *place,
           const IcGetInstance *instance,
           const GError *error,
           gpointer data)
{
  NetDoor *door = data;

  g_mutex_lock (&door->mutex);
  if (error != NULL)
    {
      g_assert_error (error, IC_ERROR, IC_ERROR_WRITE_FAILED);
      door->n_unwritten++;
    }
  if (instance != NULL)
    g_ptr_array_add (door->stored, g_strdup (instance->sop_instance_uid));
  else
    door->n_lost++;
  g_mutex_unlock (&door->mutex);
}

static void
insecure_cb (const IcPeer *peer, const char *reason, const char *sentence, gpointer data)
{
  NetDoor *door = data;

  g_assert_cmpstr (peer->address, ==, "127.0.0.1");
  g_mutex_lock (&door->mutex);
  g_free (door->insecurity);
  door->insecurity = g_strdup_printf ("%s: %s", reason, sentence);
  g_mutex_unlock (&door->mutex);
}

static guint16
report_cb (const IcPeer *peer, const IcCommitmentReport *report, gpointer data)
{
  return IC_REPORT_UNKNOWN;
}

typedef struct
{
  NetDoor *door;
  int fd;
} Guest;

static gpointer
serve_thread (gpointer data)
{
  g_autofree Guest *guest = data;
  NetDoor *door = guest->door;
  const IcAcceptSink sink = { admit_cb,    place_cb,  receiving_cb, stored_cb,
                              insecure_cb, report_cb, door };
  IcAcceptEnd end = ic_accept_serve (guest->fd, door->tls, &door->limits, &sink);

  g_mutex_lock (&door->mutex);
  g_array_append_val (door->ends, end);
  g_mutex_unlock (&door->mutex);
  return NULL;
}

static gpointer
accept_thread (gpointer data)
{
  NetDoor *door = data;
  int fd = -1;

  while ((fd = accept4 (door->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
    {
      Guest *guest = g_new0 (Guest, 1);

      guest->door = door;
      guest->fd = fd;
      g_ptr_array_add (door->threads, g_thread_new ("guest", serve_thread, guest));
    }
  return NULL;
}

static GThread *accepting;

NetDoor *
net_open_door (void)
{
  const IcAcceptLimits limits = IC_ACCEPT_LIMITS_INIT;
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  NetDoor *door = g_new0 (NetDoor, 1);

  door->limits = limits;
  door->threads = g_ptr_array_new ();
  door->ends = g_array_new (FALSE, FALSE, sizeof (IcAcceptEnd));
  door->stored = g_ptr_array_new_with_free_func (g_free);
  door->into = g_dir_make_tmp ("net-XXXXXX", NULL);
  door->into_fd = open (door->into, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_mutex_init (&door->mutex);
  door->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (door->fd, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (listen (door->fd, 16), ==, 0);
  g_assert_cmpint (getsockname (door->fd, (struct sockaddr *) &address, &size), ==, 0);
  door->port = ntohs (address.sin_port);
  accepting = g_thread_new ("door", accept_thread, door);
  return door;
}

IcAcceptEnd
net_close_door (NetDoor *door)
{
  shutdown (door->fd, SHUT_RDWR);
  g_thread_join (accepting);
  for (guint i = 0; i < door->threads->len; i++)
    g_thread_join (door->threads->pdata[i]);
  g_ptr_array_set_size (door->threads, 0);
  close (door->fd);
  g_assert_cmpuint (door->ends->len, >, 0);
  return g_array_index (door->ends, IcAcceptEnd, door->ends->len - 1);
}

void
net_door_free (NetDoor *door)
{
  close (door->into_fd);
  net_remove_folder (door->into);
  g_ptr_array_unref (door->threads);
  g_ptr_array_unref (door->stored);
  g_array_unref (door->ends);
  g_free (door->originator_aet);
  g_free (door->address);
  g_free (door->insecurity);
  g_clear_pointer (&door->tls, ic_accept_tls_free);
  g_mutex_clear (&door->mutex);
  g_free (door);
}

int
net_connect_raw (NetDoor *door)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (door->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

void
net_await_end (int fd)
{
  char buffer[4096];

  while (recv (fd, buffer, sizeof buffer, 0) > 0)
    ;
  close (fd);
}
