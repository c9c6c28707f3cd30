/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-sector-link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 2048
#define MAX_BYTES (64 * 1024) /* what drives take in one command */
#define ASK_FOR_SIZE G_MAXUINT64

typedef struct
{
  guint64 offset; /* or ASK_FOR_SIZE */
  guint64 size;
} Question;

typedef struct
{
  guint64 offset; /* of the question: somebody may have asked before and died */
  gint64 result;  /* bytes that follow, or the size of the disc; -1 for an error */
} Answer;

typedef struct
{
  Answer head;
  guint8 data[MAX_BYTES];
} Packet;

static gboolean
ask (int fd, guint64 offset, guint64 size, Packet *packet)
{
  const Question question = { offset, size };
  gssize n = 0;

  if (TEMP_FAILURE_RETRY (send (fd, &question, sizeof question, MSG_NOSIGNAL)) < 0)
    return FALSE;
  do
    n = TEMP_FAILURE_RETRY (recv (fd, packet, sizeof *packet, 0));
  while (n >= (gssize) sizeof packet->head && packet->head.offset != offset);
  return n >= (gssize) sizeof packet->head;
}

gboolean
ic_sector_link_open (int fds[2])
{
  return socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0;
}

gboolean
ic_sector_link_is_one (int fd)
{
  struct stat st = { 0 };

  return fstat (fd, &st) == 0 && S_ISSOCK (st.st_mode);
}

gssize
ic_sector_link_read (int fd, void *buffer, gsize size, guint64 offset)
{
  g_autofree Packet *packet = g_new (Packet, 1);
  const guint64 skipped = offset % SECTOR;
  const guint64 wanted = MIN (size + skipped, MAX_BYTES);
  gint64 n = 0;

  if (!ask (fd, offset - skipped, (wanted + SECTOR - 1) / SECTOR * SECTOR, packet) ||
      packet->head.result < 0 || packet->head.result > MAX_BYTES)
    {
      errno = EIO;
      return -1;
    }
  n = MIN (packet->head.result, (gint64) wanted) - (gint64) skipped;
  if (n <= 0)
    return 0;
  memcpy (buffer, packet->data + skipped, (gsize) n);
  return n;
}

guint64
ic_sector_link_get_size (int fd)
{
  g_autofree Packet *packet = g_new (Packet, 1);

  return ask (fd, ASK_FOR_SIZE, 0, packet) && packet->head.result > 0
             ? (guint64) packet->head.result
             : 0;
}

void
ic_sector_link_serve (int fd, guint64 size_bytes, IcSectorReadFunc read, gpointer user_data)
{
  g_autofree Packet *packet = g_new (Packet, 1);
  Question question = { 0, 0 };
  gsize length = 0;

  while (TEMP_FAILURE_RETRY (recv (fd, &question, sizeof question, 0)) == sizeof question)
    {
      packet->head = (Answer){ question.offset, (gint64) size_bytes };
      length = sizeof packet->head;
      if (question.offset != ASK_FOR_SIZE)
        {
          packet->head.result =
              read (question.offset, packet->data, MIN (question.size, MAX_BYTES), user_data);
          length += packet->head.result > 0 ? (gsize) packet->head.result : 0;
        }
      if (TEMP_FAILURE_RETRY (send (fd, packet, length, MSG_NOSIGNAL)) < 0)
        break;
    }
}
