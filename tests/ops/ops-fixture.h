/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desk in a fresh data directory and a PACS to talk to: the practice archive or the rude one. For
 * tests of whole acts.
 */
#pragma once

#include "core/ic-job.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct
{
  char *root; /* everything is below it, and goes with it */
  IcDesk *desk;
  IcNode *node;
  GSubprocess *pacs;
} OpsFixture;

/* Phantoms are made once a process, below a folder that lives until it ends. */
const char *ops_fixture_phantoms (void);

void ops_fixture_set_up (OpsFixture *self);
void ops_fixture_tear_down (OpsFixture *self);

/* Starts the rude PACS over the files of @folder with @options (NULL-terminated, or NULL). */
void ops_fixture_start_pacs (OpsFixture *self, const char *folder, const char *const *options);

/* Runs the job to its end and returns its state. */
IcJobState ops_fixture_run (IcJob *job);

/* A folder below root with @n instances of the first phantom CT series; its study UID in @study_uid. */
char *ops_fixture_make_archive (OpsFixture *self, guint n, char **study_uid);

G_END_DECLS
