-- What each test of variants found, as it was told: also where its campaign ended before the test did.

ALTER TABLE variant_test ADD COLUMN finding BLOB;                      -- JSON: the result and its figures; names no user
ALTER TABLE variant_test ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;    -- its campaign ended before it had all its users
CREATE INDEX variant_test_open ON variant_test (decide_ms) WHERE decided_ms IS NULL;
