-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sending to nodes: what they were asked to keep, and how many associations they take.

ALTER TABLE node ADD COLUMN max_associations INTEGER NOT NULL DEFAULT 0;

-- One N-ACTION each. The report may come hours later, so that a row is pending until then; one that
-- was asked anew is replaced, and its report still counts.
CREATE TABLE commitment (
  id INTEGER PRIMARY KEY,
  transaction_uid TEXT NOT NULL UNIQUE,
  transfer INTEGER NOT NULL REFERENCES transfer,
  node TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  answered_at INTEGER NOT NULL
) STRICT;

CREATE INDEX commitment_by_transfer ON commitment (transfer);
CREATE INDEX commitment_by_state ON commitment (state, id);

-- reason: -1 not answered, 0 kept, else the failure reason (0008,1197).
CREATE TABLE commitment_instance (
  commitment INTEGER NOT NULL REFERENCES commitment ON DELETE CASCADE,
  sop_instance_uid TEXT NOT NULL,
  sop_class_uid TEXT NOT NULL,
  reason INTEGER NOT NULL,
  PRIMARY KEY (commitment, sop_instance_uid)
) STRICT, WITHOUT ROWID;
