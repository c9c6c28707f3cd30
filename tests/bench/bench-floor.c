/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-floor PORT FOLDER FILES BYTES: what nobody can do without who receives FILES times BYTES,
 * hashes and writes them: no DICOM, no other process, no index. Each file is acknowledged by a
 * byte.
 */
#include "core/ic-digest.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE_SIZE (128 * 1024) /* a PDU */

static int
connect_to (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    g_error ("no connection");
  return fd;
}

static void
receive_file (int from, int to, gsize size, IcDigest *digest)
{
  static char piece[PIECE_SIZE];

  while (size > 0)
    {
      gssize n = recv (from, piece, MIN (size, sizeof piece), MSG_WAITALL);

      if (n <= 0)
        g_error ("the connection ended");
      ic_digest_update (digest, piece, n);
      if (write (to, piece, n) != n)
        g_error ("not written");
      size -= n;
    }
}

int
main (int argc, char **argv)
{
  IcDigest *digest = ic_digest_new ();
  char hex[IC_DIGEST_HEX_SIZE];
  int from = argc == 5 ? connect_to (atoi (argv[1])) : -1;

  for (int i = 0; from >= 0 && i < atoi (argv[3]); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%08d", argv[2], i);
      int to = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);

      receive_file (from, to, strtoul (argv[4], NULL, 10), digest);
      ic_digest_finish_hex (digest, hex);
      if (close (to) < 0 || send (from, "", 1, 0) != 1)
        g_error ("not closed");
    }
  ic_digest_free (digest);
  return from >= 0 ? 0 : 2;
}
