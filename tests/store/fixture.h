/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fresh data directory with an open store for each test, and invented instances to put in. */
#pragma once

#include "store/ic-instance-repo.h"
#include "store/ic-store.h"

G_BEGIN_DECLS

#define FIXTURE_CHECKSUM "99aa06d3014798d86001c324468d497f"

typedef struct
{
  char *path;
  IcDataDir *data_dir;
  IcStore *store; /* NULL until fixture_open() */
} Fixture;

Fixture *fixture_new (void);
void fixture_free (Fixture *self); /* removes the directory */
void fixture_open (Fixture *self);
void fixture_close (Fixture *self);

/* Runs @story in a write transaction that must succeed. */
void fixture_write (Fixture *self, IcWriteFunc story, gpointer data);
void fixture_read (Fixture *self, IcReadFunc story, gpointer data);

/* Runs SQL behind the store's back, on a connection of its own; it must succeed. */
void fixture_tamper (Fixture *self, const char *sql);

/* The integer answer to @sql, asked behind the store's back. */
gint64 fixture_query (Fixture *self, const char *sql);

/* Whether SQLite finds the whole database and its indexes in order. */
gboolean fixture_is_sound (Fixture *self);

gboolean fixture_has_file (Fixture *self, const char *relative);
void fixture_touch (Fixture *self, const char *relative);

/* Values to make a header of; NULL for the usual ones. */
typedef struct
{
  const char *sop;
  const char *series;
  const char *study;
  const char *patient_id;
  const char *patient_name;
  const char *birth_date;
  const char *study_date;
  const char *accession;
  const char *modality;
  const char *series_number;
  const char *series_description;
} Invented;

IcHeader *fixture_make_header (const Invented *invented);

/* Reserves, touches the files and commits @n instances; the results are asserted to be n. */
GPtrArray *fixture_commit (Fixture *self, const Invented *invented, const char *sha256, guint n);

/* Starts this test program again as "PROGRAM --child @role @path" (and waits until it prints
 * "ready").
 */
GPid fixture_spawn (Fixture *self, const char *role);
void fixture_kill (GPid pid);
gboolean fixture_wait (GPid pid); /* TRUE when it ended with 0 */

/* In main(): the role when the program was started as a child, else NULL. */
const char *fixture_get_role (int argc, char **argv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

G_END_DECLS
