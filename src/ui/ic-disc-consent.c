/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ic-disc-consent.h"

#include "ui/ic-dialogs.h"
#include "words/ic-disc-words.h"

#include <glib/gi18n.h>

/* A question that is not answered yet. */
typedef struct
{
  GtkWidget *parent;
  IcDriveWatch *drives;
  gulong looked; /* handler */
  char *address;
  IcDiscConsentFunc func;
  gpointer user_data;
} Consent;

/* Frees @self. */
static void
answer (Consent *self, gboolean agreed, gboolean may_erase)
{
  if (self->looked > 0)
    g_signal_handler_disconnect (self->drives, self->looked);
  ic_drive_watch_unfollow (self->drives);
  self->func (agreed, may_erase, self->user_data);
  g_object_unref (self->parent);
  g_object_unref (self->drives);
  g_free (self->address);
  g_free (self);
}

static void
answered_cb (gboolean agreed, gpointer user_data)
{
  answer (user_data, agreed, agreed);
}

static void
ask (Consent *self, const IcDrive *drive)
{
  g_autofree char *holding = ic_disc_words_dup_holding (drive);
  /* Translators: kind of disc (CD-RW), drive, what is on it. */
  g_autofree char *body = g_strdup_printf (_ ("The %s in %s is not empty. It holds %s. What is on "
                                              "it is lost when it is erased."),
                                           drive->medium, drive->address, holding);
  g_autofree char *heading = g_strdup_printf (_ ("Erase this %s?"), drive->medium);
  const IcDialogsQuestion question = {
    .heading = heading,
    .body = body,
    .cancel = _ ("Keep what is on it"),
    .action = _ ("Erase and write"),
    .is_destructive = TRUE,
  };

  ic_dialogs_ask (self->parent, &question, answered_cb, self);
}

static void
looked_cb (Consent *self)
{
  const IcDrive *drive = NULL;

  if (ic_drive_watch_is_looking (self->drives))
    return;
  g_signal_handler_disconnect (self->drives, self->looked);
  self->looked = 0;
  drive = ic_drive_watch_find (self->drives, self->address);
  if (!gtk_widget_get_mapped (self->parent))
    answer (self, FALSE, FALSE);
  else if (drive != NULL && ic_drive_judge (drive, 0, FALSE) == IC_DISC_HOLDS_DATA)
    ask (self, drive);
  else
    answer (self, TRUE, FALSE);
}

void
ic_disc_consent_ask (GtkWidget *parent,
                     IcWorkspace *workspace,
                     const char *address,
                     IcDiscConsentFunc func,
                     gpointer user_data)
{
  Consent *self = g_new0 (Consent, 1);

  self->parent = g_object_ref (GTK_WIDGET (gtk_widget_get_root (parent)));
  self->drives = g_object_ref (ic_workspace_get_drives (workspace));
  self->address = g_strdup (address);
  self->func = func;
  self->user_data = user_data;
  self->looked = g_signal_connect_swapped (self->drives, "changed", G_CALLBACK (looked_cb), self);
  ic_drive_watch_follow (self->drives);
  ic_drive_watch_look (self->drives);
}

/* What is to be tried again. */
typedef struct
{
  IcWorkspace *workspace;
  IcActivity *activity;
} Retry;

static void
retry_agreed_cb (gboolean agreed, gboolean may_erase, gpointer user_data)
{
  Retry *retry = user_data;
  guint position = 0;

  /* It may have been put away meanwhile. */
  if (agreed && g_list_store_find (G_LIST_STORE (ic_workspace_get_activities (retry->workspace)),
                                   retry->activity, &position))
    ic_workspace_retry (retry->workspace, retry->activity, may_erase);
  g_object_unref (retry->workspace);
  g_object_unref (retry->activity);
  g_free (retry);
}

void
ic_disc_consent_retry (GtkWidget *parent, IcWorkspace *workspace, IcActivity *activity)
{
  Retry *retry = g_new0 (Retry, 1);

  retry->workspace = g_object_ref (workspace);
  retry->activity = g_object_ref (activity);
  if (ic_activity_needs_drive (activity))
    ic_disc_consent_ask (parent, workspace, ic_activity_get_output (activity), retry_agreed_cb,
                         retry);
  else
    retry_agreed_cb (TRUE, FALSE, retry);
}
