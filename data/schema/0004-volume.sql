-- SPDX-License-Identifier: GPL-3.0-or-later
-- Transfers that take several media: which of them holds an instance, from 1; 0 where there is one.

ALTER TABLE transfer_instance ADD COLUMN volume INTEGER NOT NULL DEFAULT 0;
