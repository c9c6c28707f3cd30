-- SPDX-License-Identifier: GPL-3.0-or-later
-- Looking up the log by day, alone and within one state, without reading all of it. The text of a
-- transfer carries its state, so that words and a rare state together are found at once.

CREATE INDEX transfer_by_start ON transfer (started_at, id);
CREATE INDEX transfer_by_state_start ON transfer (state, started_at, id);
DROP INDEX transfer_by_state;

UPDATE transfer_trigram SET text = text || char (10) ||
  (SELECT '=' || state || '=' FROM transfer WHERE id = transfer_trigram.rowid)
  WHERE report_progress (rowid, (SELECT max (id) FROM transfer));
