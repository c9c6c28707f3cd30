-- SPDX-License-Identifier: GPL-3.0-or-later
-- Runs inside one transaction; PRAGMA user_version is set by the program.

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counter VALUES ('file', 0);

CREATE TABLE node (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  aet TEXT NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
  our_aet TEXT NOT NULL,
  tls INTEGER NOT NULL,
  tls_ca TEXT NOT NULL,
  tls_cert TEXT NOT NULL,
  tls_key TEXT NOT NULL
) STRICT;

-- What is in the store. Patient columns stand in the study; who each instance names is in identity.

CREATE TABLE study (
  id INTEGER PRIMARY KEY,
  study_uid TEXT NOT NULL UNIQUE,
  patient_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  patient_name TEXT NOT NULL,
  patient_name_folded TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  sex TEXT NOT NULL,
  study_date TEXT NOT NULL,
  study_time TEXT NOT NULL,
  accession TEXT NOT NULL,
  study_identifier TEXT NOT NULL,
  description TEXT NOT NULL,
  n_instances INTEGER NOT NULL DEFAULT 0,
  size_bytes INTEGER NOT NULL DEFAULT 0,
  retrieved_at INTEGER NOT NULL DEFAULT 0,
  patient_keys BLOB NOT NULL,
  keys BLOB NOT NULL
) STRICT;

CREATE INDEX study_by_patient_id ON study (patient_id);
CREATE INDEX study_by_birth_date ON study (birth_date);
CREATE INDEX study_by_accession ON study (accession);
CREATE INDEX study_by_date ON study (study_date, id);

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  study INTEGER NOT NULL REFERENCES study ON DELETE CASCADE,
  series_uid TEXT NOT NULL,
  modality TEXT NOT NULL,
  number TEXT NOT NULL,
  description TEXT NOT NULL,
  body_part TEXT NOT NULL,
  keys BLOB NOT NULL,
  UNIQUE (study, series_uid)
) STRICT;

CREATE TABLE identity (
  id INTEGER PRIMARY KEY,
  study INTEGER NOT NULL REFERENCES study ON DELETE CASCADE,
  patient_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  patient_name TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  sex TEXT NOT NULL,
  UNIQUE (study, patient_id, issuer, patient_name, birth_date, sex)
) STRICT;

-- The id is the number of the file.
CREATE TABLE instance (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
  identity INTEGER NOT NULL REFERENCES identity,
  sop_instance_uid TEXT NOT NULL UNIQUE,
  sop_class_uid TEXT NOT NULL,
  transfer_syntax_uid TEXT NOT NULL,
  number TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  node TEXT NOT NULL,
  retrieved_at INTEGER NOT NULL,
  flaw TEXT NOT NULL, -- what is wrong with the file as it came
  keys BLOB NOT NULL
) STRICT;

CREATE INDEX instance_by_series ON instance (series);
CREATE INDEX instance_by_identity ON instance (identity);

-- Numbers of files that are on their way in: never committed means to be swept.
CREATE TABLE reservation (
  id INTEGER PRIMARY KEY,
  session TEXT NOT NULL,
  first INTEGER NOT NULL,
  n INTEGER NOT NULL
) STRICT;

-- Files no row names any more; the row goes when the file is gone.
CREATE TABLE removal (
  file INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE recipient (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  organisation TEXT NOT NULL,
  contact TEXT NOT NULL
) STRICT;

CREATE TABLE request (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  direction TEXT NOT NULL,
  recipient INTEGER REFERENCES recipient,
  requested_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  urgency TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  patient_name TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  sex TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) STRICT;

CREATE INDEX request_by_recipient ON request (recipient);

-- Numbers are never used again: the id is what is printed on the disc.
CREATE TABLE transfer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request INTEGER REFERENCES request,
  session TEXT NOT NULL,
  direction TEXT NOT NULL,
  route TEXT NOT NULL,
  state TEXT NOT NULL,
  basis TEXT NOT NULL,
  read_back TEXT NOT NULL,
  urgency TEXT NOT NULL,
  operator TEXT NOT NULL,
  recipient TEXT NOT NULL,
  recipient_folded TEXT NOT NULL,
  reason TEXT NOT NULL,
  source TEXT NOT NULL,
  output TEXT NOT NULL,
  remark TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  patient_name TEXT NOT NULL,
  patient_name_folded TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  sex TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  expected INTEGER NOT NULL,
  retrieved INTEGER NOT NULL,
  written INTEGER NOT NULL,
  verified INTEGER NOT NULL,
  log_head TEXT NOT NULL
) STRICT;

CREATE INDEX transfer_by_request ON transfer (request);
CREATE INDEX transfer_by_patient_id ON transfer (patient_id, id);
CREATE INDEX transfer_by_recipient ON transfer (recipient_folded, id);
CREATE INDEX transfer_by_state ON transfer (state, id);

CREATE TABLE transfer_series (
  transfer INTEGER NOT NULL REFERENCES transfer,
  position INTEGER NOT NULL,
  study_uid TEXT NOT NULL,
  series_uid TEXT NOT NULL,
  modality TEXT NOT NULL,
  number TEXT NOT NULL,
  description TEXT NOT NULL,
  basis TEXT NOT NULL,
  expected INTEGER NOT NULL,
  retrieved INTEGER NOT NULL,
  written INTEGER NOT NULL,
  verified INTEGER NOT NULL,
  missing INTEGER NOT NULL,
  extra INTEGER NOT NULL,
  PRIMARY KEY (transfer, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX transfer_series_by_study ON transfer_series (study_uid, transfer);

CREATE TABLE transfer_instance (
  transfer INTEGER NOT NULL REFERENCES transfer,
  position INTEGER NOT NULL,
  sop_instance_uid TEXT NOT NULL,
  study_uid TEXT NOT NULL,
  series_uid TEXT NOT NULL,
  file_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  state TEXT NOT NULL,
  remark TEXT NOT NULL,
  PRIMARY KEY (transfer, position)
) STRICT, WITHOUT ROWID;

-- Full text of the log: three letters and more anywhere, one or two at the start of a word.
CREATE VIRTUAL TABLE transfer_trigram USING fts5 (text, tokenize = 'trigram');
CREATE VIRTUAL TABLE transfer_prefix USING fts5 (text, tokenize = 'unicode61', prefix = '1 2');

CREATE TABLE expectation (
  id INTEGER PRIMARY KEY,
  transfer INTEGER REFERENCES transfer,
  study_uid TEXT NOT NULL,
  source TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  basis TEXT NOT NULL,
  remark TEXT NOT NULL
) STRICT;

CREATE INDEX expectation_by_study ON expectation (study_uid, source, id);
CREATE INDEX expectation_by_transfer ON expectation (transfer);

CREATE TABLE expected_series (
  id INTEGER PRIMARY KEY,
  expectation INTEGER NOT NULL REFERENCES expectation ON DELETE CASCADE,
  series_uid TEXT NOT NULL,
  modality TEXT NOT NULL,
  number TEXT NOT NULL,
  description TEXT NOT NULL,
  n INTEGER NOT NULL
) STRICT;

CREATE INDEX expected_series_by_expectation ON expected_series (expectation);

CREATE TABLE expected_instance (
  series INTEGER NOT NULL REFERENCES expected_series ON DELETE CASCADE,
  sop_instance_uid TEXT NOT NULL,
  PRIMARY KEY (series, sop_instance_uid)
) STRICT, WITHOUT ROWID;

-- The log that cannot be changed unnoticed. personal names the fields and their salted digests; the
-- values are in personal_field, and may go.

CREATE TABLE audit_event (
  n INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  operator TEXT NOT NULL,
  action TEXT NOT NULL,
  request INTEGER NOT NULL,
  transfer INTEGER NOT NULL,
  details TEXT NOT NULL,
  personal TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE INDEX audit_event_by_transfer ON audit_event (transfer) WHERE transfer > 0;
CREATE INDEX audit_event_by_request ON audit_event (request) WHERE request > 0;

CREATE TABLE personal_field (
  event INTEGER NOT NULL REFERENCES audit_event,
  name TEXT NOT NULL,
  salt TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (event, name)
) STRICT, WITHOUT ROWID;

CREATE VIEW request_event AS
  SELECT n, time, operator, action, request, transfer, details FROM audit_event WHERE request > 0;

CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END;

CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END;

-- REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_event_in_order BEFORE INSERT ON audit_event
WHEN NEW.n IS NOT (SELECT coalesce (max (n), 0) + 1 FROM audit_event)
BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END;

CREATE TRIGGER personal_field_no_update BEFORE UPDATE ON personal_field
BEGIN
  SELECT RAISE (ABORT, 'personal fields are erased, never changed');
END;
