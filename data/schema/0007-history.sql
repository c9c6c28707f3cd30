-- SPDX-License-Identifier: GPL-3.0-or-later
-- Looking up the log by day, alone and within one state, without reading all of it.

CREATE INDEX transfer_by_start ON transfer (started_at, id);
CREATE INDEX transfer_by_state_start ON transfer (state, started_at, id);
DROP INDEX transfer_by_state;
