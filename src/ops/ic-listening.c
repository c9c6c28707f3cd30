/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/ic-listening.h"

#include "core/ic-error.h"
#include "dicom/ic-pem.h"
#include "store/ic-audit.h"
#include "store/ic-lock.h"
#include "store/ic-node-repo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MEETING_PLACE "locks/listener.socket"
#define LANE "listener"
#define BACKLOG 64
#define MAX_LAUNCHES 3
#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define AGAIN_US (20 * 1000)
#define RESOLVE_MS 3000
#define REST_MS 100

typedef struct
{
  IcDesk *desk;
  const IcListenerHandlers *handlers;
  GCancellable *cancellable;
  int data_dir_fd;
  char *address; /* where to listen */
  guint16 port;
  guint launches;
  GError *last; /* why the listener did not answer */
} Joining;

/* The meeting place */

/* A path of any length, through the descriptor of the data directory. */
static struct sockaddr_un
meeting_address (Joining *self)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", self->data_dir_fd,
              MEETING_PLACE);
  return address;
}

/* -1 when nobody is there. */
static int
go_to_meeting (Joining *self)
{
  const struct sockaddr_un address = meeting_address (self);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd >= 0 && connect (fd, (const struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Only for whoever holds the lock. Nobody gets in before the mode is right. */
static int
open_meeting (Joining *self, GError **error)
{
  const struct sockaddr_un address = meeting_address (self);
  IcDataDir *data_dir = ic_desk_get_data_dir (self->desk);
  int fd = -1;

  if (!ic_data_dir_remove (data_dir, MEETING_PLACE, error))
    return -1;
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && bind (fd, (const struct sockaddr *) &address, sizeof address) == 0 &&
      fchmodat (self->data_dir_fd, MEETING_PLACE, ic_data_dir_get_file_mode (data_dir), 0) == 0 &&
      listen (fd, BACKLOG) == 0)
    return fd;
  ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "failed to make a socket");
  if (fd >= 0)
    close (fd);
  return -1;
}

/* The port */

static gboolean
fail_port (Joining *self, int saved_errno, GError **error)
{
  if (saved_errno == EADDRINUSE)
    g_set_error (error, IC_ERROR, IC_ERROR_BUSY, "port %u is in use by another program",
                 self->port);
  else if (saved_errno == EADDRNOTAVAIL)
    g_set_error (error, IC_ERROR, IC_ERROR_CONFLICT, "this machine has no address %s",
                 self->address);
  else if (saved_errno == EACCES || saved_errno == EPERM)
    g_set_error (error, IC_ERROR, IC_ERROR_CONFLICT,
                 "this account may not use port %u, as ports below 1024 are the administrator's",
                 self->port);
  else
    ic_error_set_errno (error, IC_ERROR_INTERNAL, saved_errno, "failed to open a port");
  return FALSE;
}

static int
open_port (Joining *self, GError **error)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (self->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  int saved_errno = 0;

  if (inet_pton (AF_INET, self->address, &address.sin_addr) != 1)
    errno = EADDRNOTAVAIL;
  else if (fd >= 0 && setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           bind (fd, (struct sockaddr *) &address, sizeof address) == 0 &&
           listen (fd, BACKLOG) == 0)
    return fd;
  saved_errno = errno;
  if (fd >= 0)
    close (fd);
  fail_port (self, saved_errno, error);
  return -1;
}

static void
close_all (const int *fds, guint n)
{
  for (guint i = 0; i < n; i++)
    if (fds[i] >= 0)
      close (fds[i]);
}

static gboolean
launch (Joining *self, IcLock *lock, GError **error)
{
  int fds[3] = { -1, -1, -1 };
  gboolean ok = FALSE;

  self->launches++;
  fds[0] = open_port (self, error);
  if (fds[0] >= 0)
    fds[1] = open_meeting (self, error);
  if (fds[1] >= 0)
    {
      fds[2] = openat (self->data_dir_fd, "incoming", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      ok = fds[2] >= 0 ? ic_listener_launch (fds[1], fds[2], fds[0], ic_lock_get_fd (lock), error)
                       : ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno,
                                             "failed to open the folder for arriving files");
    }
  close_all (fds, G_N_ELEMENTS (fds));
  return ok;
}

/* Joining */

/* Starts one where there is none. FALSE when it is no use to go on. */
static gboolean
ensure_one (Joining *self, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(IcLock) lock = ic_lock_acquire (ic_desk_get_data_dir (self->desk), LANE, &local_error);

  if (lock == NULL && g_error_matches (local_error, IC_ERROR, IC_ERROR_BUSY))
    {
      /* It is just starting, or just ending. */
      g_usleep (AGAIN_US);
      return TRUE;
    }
  if (lock == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (self->launches < MAX_LAUNCHES)
    return launch (self, lock, error);
  if (self->last != NULL)
    g_propagate_error (error, g_steal_pointer (&self->last));
  else
    g_set_error_literal (error, IC_ERROR, IC_ERROR_WORKER_DIED, "the listener did not start");
  return FALSE;
}

static IcListener *
meet (Joining *self, GError **error)
{
  const gint64 until = g_get_monotonic_time () + PATIENCE_US;

  while (g_get_monotonic_time () < until)
    {
      int fd = go_to_meeting (self);
      IcListener *listener = NULL;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        {
          close_all (&fd, 1);
          return NULL;
        }
      g_clear_error (&self->last);
      if (fd >= 0)
        listener = ic_listener_attach (fd, self->handlers, self->cancellable, &self->last);
      if (listener != NULL)
        return listener;
      if (!ensure_one (self, error))
        return NULL;
    }
  g_set_error_literal (error, IC_ERROR, IC_ERROR_BUSY, "the listener does not answer");
  return NULL;
}

static gboolean
check_port (Joining *self, IcListener *listener, GError **error)
{
  const guint16 port = ic_listener_ask_port (listener, error);

  if (port == 0 || port == self->port)
    return port != 0;
  g_set_error (error, IC_ERROR, IC_ERROR_BUSY,
               "transfers that began before the settings changed still wait at port %u", port);
  return FALSE;
}

static gboolean
read_nodes (IcReadTx *tx, gpointer data, GError **error)
{
  GPtrArray **nodes = data;

  *nodes = ic_node_repo_list (tx, error);
  return *nodes != NULL;
}

/* Read each time: certificates are renewed. */
static gboolean
load_tls (IcDesk *desk, IcListenerTls *tls, GError **error)
{
  g_autofree char *cert = ic_desk_dup_setting (desk, "tls-cert", error);
  g_autofree char *key = cert != NULL ? ic_desk_dup_setting (desk, "tls-key", error) : NULL;
  g_autofree char *ca = key != NULL ? ic_desk_dup_setting (desk, "tls-ca", error) : NULL;

  return ca != NULL && ic_pem_load (cert, &tls->certificate, error) &&
         ic_pem_load_key (key, &tls->key, error) && ic_pem_load (ca, &tls->ca, error);
}

static gboolean
secure (Joining *self, IcListener *listener, GError **error)
{
  IcListenerTls tls = { NULL };
  GError *local_error = NULL;
  const gboolean ok = load_tls (self->desk, &tls, &local_error) &&
                      ic_listener_secure (listener, &tls, &local_error);

  g_clear_pointer (&tls.certificate, g_bytes_unref);
  g_clear_pointer (&tls.key, g_bytes_unref);
  g_clear_pointer (&tls.ca, g_bytes_unref);
  if (g_error_matches (local_error, IC_ERROR, IC_ERROR_TLS))
    g_prefix_error (&local_error, "the listener: ");
  if (!ok)
    g_propagate_error (error, local_error);
  return ok;
}

gboolean
ic_listening_check_node (IcDesk *desk, IcNode *node, GError **error)
{
  g_autofree char *cert = ic_desk_dup_setting (desk, "tls-cert", error);

  if (cert == NULL)
    return FALSE;
  if (!node->tls || *cert != '\0')
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_TLS,
               "the listener: it has no certificate, so images of %s, which is set up with TLS, "
               "would come in clear by C-MOVE",
               node->name);
  return FALSE;
}

static gboolean
introduce (Joining *self, IcListener *listener, GError **error)
{
  g_autoptr(GPtrArray) nodes = NULL;
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *our_aet = ic_desk_dup_setting (self->desk, "our-aet", error);
  g_auto(GStrv) titles = NULL;

  if (our_aet == NULL || !ic_store_read (ic_desk_get_store (self->desk), read_nodes, &nodes, error))
    return FALSE;
  g_strv_builder_add (builder, our_aet);
  for (guint i = 0; i < nodes->len; i++)
    if (*((IcNode *) nodes->pdata[i])->our_aet != '\0')
      g_strv_builder_add (builder, ((IcNode *) nodes->pdata[i])->our_aet);
  titles = g_strv_builder_end (builder);
  return ic_listener_set_known (listener, (const char *const *) titles,
                                ic_listener_resolve (nodes, RESOLVE_MS), error);
}

static gboolean
read_settings (Joining *self, GError **error)
{
  g_autofree char *port = ic_desk_dup_setting (self->desk, "port", error);

  if (port == NULL)
    return FALSE;
  self->port = (guint16) g_ascii_strtoull (port, NULL, 10);
  self->address = ic_desk_dup_setting (self->desk, "address", error);
  return self->address != NULL;
}

IcListener *
ic_listening_join (IcDesk *desk,
                   const IcListenerHandlers *handlers,
                   GCancellable *cancellable,
                   GError **error)
{
  const char *path = ic_data_dir_get_path (ic_desk_get_data_dir (desk));
  Joining self = { .desk = desk, .handlers = handlers, .cancellable = cancellable };
  g_autoptr(IcListener) listener = NULL;

  self.data_dir_fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self.data_dir_fd < 0)
    ic_error_set_errno (error, IC_ERROR_READ_FAILED, errno, "failed to open the data directory");
  else if (read_settings (&self, error))
    listener = meet (&self, error);
  if (listener != NULL && (!check_port (&self, listener, error) ||
                           !secure (&self, listener, error) || !introduce (&self, listener, error)))
    g_clear_pointer (&listener, ic_listener_free);
  close_all (&self.data_dir_fd, 1);
  g_clear_error (&self.last);
  g_free (self.address);
  return g_steal_pointer (&listener);
}

static gboolean
wake_cb (gpointer woken)
{
  *(gboolean *) woken = TRUE;
  return G_SOURCE_REMOVE;
}

void
ic_listening_rest (void)
{
  g_autoptr(GSource) timer = g_timeout_source_new (REST_MS);
  gboolean woken = FALSE;

  g_source_set_callback (timer, wake_cb, &woken, NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());
  while (!woken)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

typedef struct
{
  IcDesk *desk;
  const IcListenerRefusal *refusal;
} Entry;

static gboolean
append_refusal (IcWriteTx *tx, gpointer data, GError **error)
{
  Entry *entry = data;
  const IcListenerRefusal *refusal = entry->refusal;
  g_autofree char *count = g_strdup_printf ("%u", refusal->count);
  const IcAuditField details[] = {
    { "reason", refusal->reason },
    { "address", refusal->address },
    { "called", refusal->called },
    { "calling", refusal->calling },
    { "count", count },
    { *refusal->detail != '\0' ? "detail" : NULL, refusal->detail },
    { NULL, NULL },
  };
  const IcAuditEvent event = { .operator_name = ic_desk_get_operator (entry->desk),
                               .action = "peer-refused",
                               .details = details };

  return ic_audit_append (tx, &event, error);
}

void
ic_listening_log_refusal (IcDesk *desk, const IcListenerRefusal *refusal)
{
  Entry entry = { desk, refusal };
  g_autoptr(GError) error = NULL;

  if (!ic_store_write (ic_desk_get_store (desk), append_refusal, &entry, &error))
    g_warning ("a refusal was not logged: %s", error->message);
}
