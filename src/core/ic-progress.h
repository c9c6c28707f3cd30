/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a job is: a thread-safe handle that the job's thread reports to and that knows nothing of
 * who listens. Children map their 0..1 onto a part of their parent, so that a step reports as if it
 * were alone.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _IcProgress IcProgress;

/* Called from whatever thread reports, at each report; the listener throttles. */
typedef void (*IcProgressFunc) (IcProgress *progress, gpointer user_data);

typedef struct
{
  char *name;    /* which item: a File ID, a UID, a path; no patient data */
  GError *error; /* NULL when it went well */
} IcProgressItem;

/* How far one part of the work is that people follow by itself, e.g. a series: how much of @total
 * has been through each step.
 */
#define IC_PROGRESS_STEPS 3

typedef struct
{
  char *name;  /* of the part, never shown */
  char *label; /* for people; it may name a patient and goes to no log */
  guint total;
  guint done[IC_PROGRESS_STEPS];
} IcProgressPart;

/* @func may be NULL. */
IcProgress *ic_progress_new (IcProgressFunc func, gpointer user_data);

/* The part of @self from @from to @to, each 0..1. A NULL parent gives NULL, which all functions
 * here accept and ignore.
 */
IcProgress *ic_progress_child (IcProgress *self, double from, double to);
IcProgress *ic_progress_ref (IcProgress *self);
void ic_progress_unref (IcProgress *self);

/* Nobody is called after this returns. */
void ic_progress_disconnect (IcProgress *self);

void ic_progress_report (IcProgress *self, guint64 done, guint64 total);
void ic_progress_set_message (IcProgress *self, const char *message);

/* The same, of what people have to hear however busy they are: what is about to happen.
 */
void ic_progress_tell (IcProgress *self, const char *message);

/* The same, where nothing goes on until somebody has done what @message says. It stands until the
 * next message.
 */
void ic_progress_request (IcProgress *self, const char *message);

/* FALSE while stopping would spoil something, e.g. a disc. */
void ic_progress_set_interruptible (IcProgress *self, gboolean interruptible);

/* Records the result of one item; @error is copied. */
void ic_progress_add_item (IcProgress *self, const char *name, const GError *error);

/* Says how far all parts are, as GPtrArray of IcProgressPart that ic_progress_part_free() frees.
 * Takes @parts, which nobody may change any more.
 */
void ic_progress_take_parts (IcProgress *self, GPtrArray *parts);
void ic_progress_part_free (gpointer part);

/* The latest; NULL when there are none. Free with g_ptr_array_unref(). */
GPtrArray *ic_progress_ref_parts (IcProgress *self);

double ic_progress_get_fraction (IcProgress *self); /* of the root, never falling */
char *ic_progress_dup_message (IcProgress *self);

/* Whether the message is a request. */
gboolean ic_progress_is_request (IcProgress *self);

/* What was told since the last call; free with g_strfreev(). */
char **ic_progress_take_tellings (IcProgress *self);

gboolean ic_progress_get_interruptible (IcProgress *self);

/* A copy of what has been recorded so far, of IcProgressItem. */
GPtrArray *ic_progress_dup_items (IcProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcProgress, ic_progress_unref)

G_END_DECLS
