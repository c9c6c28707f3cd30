/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that a worker has written for us, as it tells of them. It has read foreign bytes: whoever
 * took it over would like to name files elsewhere, so that nothing is believed that cannot be its
 * own.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One instance that came, as the node announced it; its bytes are in @name in the folder. */
typedef struct
{
  const char *name;
  const char *sop_class_uid;
  const char *sop_instance_uid;
  const char *transfer_syntax_uid;
  const char *sha256;
  const char *checksum; /* XXH3-128, or "" */
  guint64 size_bytes;
} IcNetFile;

/* FALSE with @error stops the retrieval. */
typedef gboolean (*IcNetFileFunc) (const IcNetFile *file, gpointer user_data, GError **error);

/* Who is told of the files whose names are a prefix and eight digits, each once. */
typedef struct
{
  char *prefix;
  GHashTable *names; /* those told so far */
  IcNetFileFunc func;
  gpointer user_data;
  guint heard;
  gboolean distrusted; /* @error is that the worker lies */
  GError *error;       /* the first; nobody is told of anything after it */
} IcNetFiles;

IcNetFiles *ic_net_files_new (const char *prefix, IcNetFileFunc func, gpointer user_data);
void ic_net_files_free (IcNetFiles *self);

/* Takes an a(sssstss) of the wire. FALSE when there is an error, now or before. */
gboolean ic_net_files_take (IcNetFiles *self, GVariant *files);

/* Whether there was no error and as many came as were @announced: one that got lost on the wire
 * must not go unnoticed.
 */
gboolean ic_net_files_check (IcNetFiles *self, guint announced, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcNetFiles, ic_net_files_free)

G_END_DECLS
