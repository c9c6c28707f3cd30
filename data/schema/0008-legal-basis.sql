-- SPDX-License-Identifier: GPL-3.0-or-later
-- On what lawful ground images went out, in the operator's words; '' where nobody said.

ALTER TABLE transfer ADD COLUMN legal_basis TEXT NOT NULL DEFAULT '';
