-- SPDX-License-Identifier: GPL-3.0-or-later
-- How the images of a node are brought here.

ALTER TABLE node ADD COLUMN retrieve TEXT NOT NULL DEFAULT 'get'
  CHECK (retrieve IN ('get', 'move'));
