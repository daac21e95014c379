-- What is in review is rehearsed: one rehearsal of a campaign, of the revision that was submitted.

CREATE TABLE rehearsal (
    campaign    TEXT PRIMARY KEY,
    revision    INTEGER NOT NULL,
    asked_ms    INTEGER NOT NULL,
    done_ms     INTEGER,                       -- NULL: it waits, or is under way
    answer      BLOB                           -- JSON: what would have happened, or why nobody knows; names no user
) STRICT, WITHOUT ROWID;
CREATE INDEX rehearsal_open ON rehearsal (asked_ms) WHERE done_ms IS NULL;
