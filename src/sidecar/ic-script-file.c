/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sidecar/ic-script-file.h"

#include "core/ic-digest.h"
#include "core/ic-error.h"

#include <errno.h>
#include <libdeflate.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)
#define PIECE_SIZE (BUFFER_SIZE / 2) /* of what becomes base64 at once */
#define TAIL_SIZE 8                  /* what an end of base64 takes at most */

struct _IcScriptFile
{
  int fd;
  int saved_errno; /* 0 as long as all is well */
  char *buffer;
  gsize n_buffered;
  guint64 size_bytes;
  IcDigest *digest;
  guint64 payload_bytes;
  guint32 crc;
  gboolean in_base64;
  int state; /* of g_base64_encode_step() */
  int save;
};

IcScriptFile *
ic_script_file_new (int fd)
{
  IcScriptFile *self = g_new0 (IcScriptFile, 1);

  self->fd = fd;
  self->buffer = g_malloc (BUFFER_SIZE);
  self->digest = ic_digest_new ();
  return self;
}

void
ic_script_file_free (IcScriptFile *self)
{
  close (self->fd);
  ic_digest_free (self->digest);
  g_free (self->buffer);
  g_free (self);
}

static void
flush (IcScriptFile *self)
{
  gsize done = 0;

  ic_digest_update (self->digest, self->buffer, self->n_buffered);
  self->size_bytes += self->n_buffered;
  while (self->saved_errno == 0 && done < self->n_buffered)
    {
      const gssize n =
          TEMP_FAILURE_RETRY (write (self->fd, self->buffer + done, self->n_buffered - done));

      if (n < 0)
        self->saved_errno = errno;
      else
        done += (gsize) n;
    }
  self->n_buffered = 0;
}

static void
make_room (IcScriptFile *self, gsize n)
{
  if (self->n_buffered + n > BUFFER_SIZE)
    flush (self);
}

static void
end_base64 (IcScriptFile *self)
{
  if (!self->in_base64)
    return;
  make_room (self, TAIL_SIZE);
  self->n_buffered +=
      g_base64_encode_close (FALSE, self->buffer + self->n_buffered, &self->state, &self->save);
  self->in_base64 = FALSE;
  self->state = self->save = 0;
}

void
ic_script_file_print (IcScriptFile *self, const char *ascii)
{
  gsize left = strlen (ascii);

  end_base64 (self);
  while (left > 0)
    {
      const gsize n = MIN (left, PIECE_SIZE);

      make_room (self, n);
      memcpy (self->buffer + self->n_buffered, ascii, n);
      self->n_buffered += n;
      ascii += n;
      left -= n;
    }
}

void
ic_script_file_add (IcScriptFile *self, gconstpointer data, gsize n_bytes)
{
  const guint8 *at = data;

  self->in_base64 = TRUE;
  self->crc = libdeflate_crc32 (self->crc, data, n_bytes);
  self->payload_bytes += n_bytes;
  for (gsize n = 0; n_bytes > 0; at += n, n_bytes -= n)
    {
      n = MIN (n_bytes, PIECE_SIZE);
      make_room (self, (n / 3 + 1) * 4 + TAIL_SIZE);
      self->n_buffered += g_base64_encode_step (at, n, FALSE, self->buffer + self->n_buffered,
                                                &self->state, &self->save);
    }
}

guint64
ic_script_file_get_payload (IcScriptFile *self, guint32 *crc)
{
  *crc = self->crc;
  return self->payload_bytes;
}

gboolean
ic_script_file_finish (IcScriptFile *self, char **sha256, guint64 *size_bytes, GError **error)
{
  char hex[IC_DIGEST_HEX_SIZE];

  end_base64 (self);
  flush (self);
  if (self->saved_errno != 0)
    return ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, self->saved_errno,
                               "what the viewer needs cannot be written");
  ic_digest_finish_hex (self->digest, hex);
  *sha256 = g_strdup (hex);
  *size_bytes = self->size_bytes;
  return TRUE;
}
