/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-listen-report.h"

#define PATIENCE_US (30 * G_USEC_PER_SEC)

typedef struct
{
  guint32 id;
  char *transaction_uid;
  GVariant *instances;  /* a(sq) */
  IcWireListen *client; /* who was told, or NULL */
  gboolean is_answered;
  guint16 status;
} Report;

struct _IcListenReports
{
  GMutex mutex;
  GCond answered;
  GPtrArray *waiting; /* of Report */
  guint32 last_id;
};

static void
report_free (gpointer data)
{
  Report *report = data;

  g_free (report->transaction_uid);
  g_variant_unref (report->instances);
  g_free (report);
}

IcListenReports *
ic_listen_reports_new (void)
{
  IcListenReports *self = g_new0 (IcListenReports, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->answered);
  self->waiting = g_ptr_array_new_with_free_func (report_free);
  return self;
}

static GVariant *
make_instances (const IcCommitmentReport *report)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sq)"));
  for (guint i = 0; i < report->instances->len; i++)
    {
      const IcCommitted *committed = &g_array_index (report->instances, IcCommitted, i);

      g_variant_builder_add (&list, "(sq)", committed->sop_instance_uid, committed->reason);
    }
  return g_variant_ref_sink (g_variant_builder_end (&list));
}

guint32
ic_listen_reports_add (IcListenReports *self, const IcCommitmentReport *report)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Report *added = g_new0 (Report, 1);

  added->id = ++self->last_id;
  added->transaction_uid = g_strdup (report->transaction_uid);
  added->instances = make_instances (report);
  added->status = IC_REPORT_NOT_TAKEN;
  g_ptr_array_add (self->waiting, added);
  return added->id;
}

static Report *
find (IcListenReports *self, guint32 id)
{
  for (guint i = 0; i < self->waiting->len; i++)
    if (((Report *) self->waiting->pdata[i])->id == id)
      return self->waiting->pdata[i];
  return NULL;
}

guint16
ic_listen_reports_wait (IcListenReports *self, guint32 id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  const gint64 until_us = g_get_monotonic_time () + PATIENCE_US;
  Report *report = find (self, id);
  guint16 status = 0;

  while (!report->is_answered && g_cond_wait_until (&self->answered, &self->mutex, until_us))
    ;
  status = report->status;
  g_ptr_array_remove (self->waiting, report);
  return status;
}

static void
answer (IcListenReports *self, Report *report, guint16 status)
{
  report->is_answered = TRUE;
  report->status = status;
  g_cond_broadcast (&self->answered);
}

void
ic_listen_reports_tell (IcListenReports *self, IcWireListen *client)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (guint i = 0; i < self->waiting->len; i++)
    {
      Report *report = self->waiting->pdata[i];

      if (report->client != NULL || report->is_answered)
        continue;
      report->client = client;
      if (client != NULL)
        ic_wire_listen_emit_reported (client, report->id, report->transaction_uid,
                                      report->instances);
      else
        answer (self, report, IC_REPORT_NOT_TAKEN);
    }
}

void
ic_listen_reports_answer (IcListenReports *self, guint32 id, guint16 status)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Report *report = find (self, id);

  if (report != NULL)
    answer (self, report, status);
}

void
ic_listen_reports_take_back (IcListenReports *self, IcWireListen *client)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (guint i = 0; i < self->waiting->len; i++)
    {
      Report *report = self->waiting->pdata[i];

      if (report->client == client)
        report->client = NULL;
    }
}
