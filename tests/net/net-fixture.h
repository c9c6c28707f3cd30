/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network tests share: a folder of made-up DICOM files, servers on free ports of the
 * loopback interface, associations with them.
 */
#pragma once

#include "dicom/shim/ic-shim-association.h"
#include "dicom/shim/ic-shim-find.h"
#include "dicom/shim/ic-shim-get.h"

#define NET_STUDY_UID "1.2.826.0.1.3680043.10.9999.7.1"
#define NET_SERIES_UID "1.2.826.0.1.3680043.10.9999.7.1.1"
#define NET_CT_UID "1.2.840.10008.5.1.4.1.1.2"

typedef struct
{
  GSubprocess *process;
  guint16 port;
} NetServer;

/* What one C-GET brought. */
typedef struct
{
  char *folder;
  int dir_fd;
  GPtrArray *names;
  GPtrArray *uids;
  guint signs_of_life;
  IcGetOutcome outcome;
  GError *error;
  gboolean done;
} NetRetrieval;

/* Starts the GLib test framework and the shim. */
void net_init (int *argc, char ***argv);

/* A new temporary folder with @n_files CT files of one series; free with net_remove_folder(). */
char *net_make_files (guint n_files, const char *transfer_syntax);
void net_remove_folder (char *folder);

/* The SOP Instance UID of file @number, from 1. */
char *net_dup_uid (guint number);

/* Starts the rude PACS over @folder with the faults given, NULL-terminated. */
NetServer *net_start_rude (const char *folder, ...) G_GNUC_NULL_TERMINATED;
/* Starts @argv and waits until something listens on @port. NULL when it is not installed. */
NetServer *net_start_program (const char *const *argv, guint16 port);
void net_stop (NetServer *server);
guint16 net_free_port (void);

/* One context, and timeouts that pass only when something is wrong. */
IcAssociationParameters net_parameters (guint16 port, const IcPresentationContext *context);
IcAssociation *net_open (guint16 port,
                         const char *sop_class,
                         GCancellable *cancellable,
                         GError **error);

/* Retrieves the study of net_make_files() into a new folder. */
NetRetrieval *net_retrieve (guint16 port, GCancellable *cancellable);
/* The same into @folder, which is taken and removed in the end. */
NetRetrieval *net_retrieve_into (guint16 port, char *folder, GCancellable *cancellable);
void net_retrieval_free (NetRetrieval *retrieval);
guint net_count_files (const char *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetServer, net_stop)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetRetrieval, net_retrieval_free)
