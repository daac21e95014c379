-- Letters: e-mails to marketers, written in the transaction of what they tell, and sent later.

CREATE TABLE letter (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    who         TEXT NOT NULL,                 -- a person's id; the address is looked up when it goes
    campaign    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,                 -- no user's value: only names and counts
    state       TEXT NOT NULL DEFAULT 'waiting',  -- waiting | sent | given_up
    reason      TEXT NOT NULL DEFAULT '',      -- why the last try failed
    tries       INTEGER NOT NULL DEFAULT 0,
    created_ms  INTEGER NOT NULL,
    due_ms      INTEGER NOT NULL,              -- the next try, not before
    done_ms     INTEGER
) STRICT;
CREATE INDEX letter_due ON letter (due_ms) WHERE state = 'waiting';
