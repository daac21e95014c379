-- How long events are kept, where the operator does not keep them for ever, and how far those that are older have left.

CREATE TABLE retention (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    days       INTEGER NOT NULL,               -- an event stays at least so long; 0: for ever, from now on
    since_ms   INTEGER,                        -- what happened before may have left; NULL: nothing has
    passed_seq INTEGER NOT NULL DEFAULT 0      -- up to here the log was looked through
) STRICT;

CREATE TABLE leaving (                         -- an event that left the log and that the copy for audiences may still have
    seq        INTEGER PRIMARY KEY
) STRICT;

ALTER TABLE import_file ADD COLUMN too_old INTEGER NOT NULL DEFAULT 0;
