-- SPDX-License-Identifier: GPL-3.0-or-later
-- Any words in the log at once, among all transfers or those of one state or time.
--
-- The text of a transfer carries how its words begin, as word_beginnings() writes it, so that one
-- index answers for long words and for one or two letters together. A rare state is read row by
-- row, which is soon done, instead of intersecting it with words that most transfers have. Below
-- which row nothing was begun on or after a day is known by day, instead of by looking at all of
-- them; after a clock was put back it may be lower than need be, never higher.
--
-- A new index, written in large pieces, takes a third of the time that changing the old one does.

CREATE VIRTUAL TABLE transfer_text USING fts5 (text, tokenize = 'trigram');
INSERT INTO transfer_text (transfer_text, rank) VALUES ('hashsize', 67108864);
INSERT INTO transfer_text (rowid, text)
  SELECT rowid, text || char (10) || word_beginnings (text) FROM transfer_trigram
  WHERE report_progress (rowid, (SELECT max (id) FROM transfer));
INSERT INTO transfer_text (transfer_text, rank) VALUES ('hashsize', 1048576);
DROP TABLE transfer_trigram;
DROP TABLE transfer_prefix;
ALTER TABLE transfer_text RENAME TO transfer_trigram;

CREATE INDEX transfer_by_state ON transfer (state);

CREATE TABLE transfer_day (
  day INTEGER PRIMARY KEY,
  first_transfer INTEGER NOT NULL
) STRICT;

INSERT INTO transfer_day SELECT started_at / 86400, min (id) FROM transfer GROUP BY 1;

CREATE TRIGGER transfer_begins AFTER INSERT ON transfer BEGIN
  INSERT INTO transfer_day VALUES (NEW.started_at / 86400, NEW.id)
  ON CONFLICT (day) DO UPDATE SET first_transfer = min (first_transfer, excluded.first_transfer);
END;
