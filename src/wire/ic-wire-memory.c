/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/ic-wire-memory.h"

#include "core/ic-error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

gboolean
ic_wire_memory_write (int fd, const char *data, gsize size)
{
  for (gsize done = 0; done < size;)
    {
      const ssize_t n = TEMP_FAILURE_RETRY (write (fd, data + done, size - done));

      if (n < 0)
        return FALSE;
      done += (gsize) n;
    }
  return TRUE;
}

static void
set_error (GError **error)
{
  ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to hand the content over");
}

int
ic_wire_memory_open (GError **error)
{
  int fd = memfd_create ("content", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd < 0)
    set_error (error);
  return fd;
}

int
ic_wire_memory_seal (int fd, GError **error)
{
  if (lseek (fd, 0, SEEK_SET) == 0 && fcntl (fd, F_ADD_SEALS, SEALS) == 0)
    return fd;
  set_error (error);
  close (fd);
  return -1;
}

int
ic_wire_memory_new (GBytes *bytes, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  int fd = ic_wire_memory_open (error);

  if (fd >= 0 && ic_wire_memory_write (fd, data, size))
    return ic_wire_memory_seal (fd, error);
  if (fd >= 0)
    {
      set_error (error);
      close (fd);
    }
  return -1;
}

typedef struct
{
  gpointer start;
  gsize size;
} Mapping;

static void
unmap_cb (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->start, mapping->size);
  g_free (mapping);
}

GVariant *
ic_wire_memory_hand_over (GBytes *content, GVariant *reply, GUnixFDList **out_fds, GError **error)
{
  g_autoptr(GVariant) owned = g_variant_ref_sink (reply);
  int fd = ic_wire_memory_new (content, error);

  if (fd < 0)
    return NULL;
  *out_fds = g_unix_fd_list_new_from_array (&fd, 1);
  return g_steal_pointer (&owned);
}

GBytes *
ic_wire_memory_map (int fd, GError **error)
{
  const int seals = fcntl (fd, F_GET_SEALS);
  Mapping *mapping = NULL;
  gpointer start = NULL;
  struct stat st;

  if (seals < 0 || (seals & SEALS) != SEALS || fstat (fd, &st) < 0)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the content came unsealed");
      return NULL;
    }
  if (st.st_size == 0)
    return g_bytes_new (NULL, 0);
  start = mmap (NULL, (gsize) st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (start == MAP_FAILED)
    {
      ic_error_set_errno (error, IC_ERROR_INTERNAL, errno, "failed to map the content");
      return NULL;
    }
  mapping = g_new (Mapping, 1);
  mapping->start = start;
  mapping->size = (gsize) st.st_size;
  return g_bytes_new_with_free_func (start, mapping->size, unmap_cb, mapping);
}

GBytes *
ic_wire_memory_map_handle (GUnixFDList *fds, GVariant *handle, GError **error)
{
  int fd = fds != NULL ? g_unix_fd_list_get (fds, g_variant_get_handle (handle), NULL) : -1;
  GBytes *content = NULL;

  if (fd < 0)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "the reader sent no content");
      return NULL;
    }
  content = ic_wire_memory_map (fd, error);
  close (fd);
  return content;
}
