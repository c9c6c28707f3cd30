-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was asked for and has not ended, so that what waits survives the end of the program. A row
-- goes when its job ends. session is "" once the program that had it is gone.

CREATE TABLE job_order (
  id TEXT PRIMARY KEY,
  session TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running')),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  urgency TEXT NOT NULL,
  operator TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  source TEXT NOT NULL,
  destination TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  patient_name TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  sex TEXT NOT NULL,
  recipient TEXT NOT NULL,
  reason TEXT NOT NULL,
  output TEXT NOT NULL,
  options TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job_order_study (
  job_order TEXT NOT NULL REFERENCES job_order ON DELETE CASCADE,
  position INTEGER NOT NULL,
  study_uid TEXT NOT NULL,
  PRIMARY KEY (job_order, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_order_study_by_study ON job_order_study (study_uid);
