-- Timers: what a live campaign waits for, one row each, and what became of it.

CREATE TABLE timer (
    id          INTEGER PRIMARY KEY,
    campaign    TEXT NOT NULL,
    user        TEXT NOT NULL,
    key         TEXT NOT NULL,                 -- of one user: the value of a property, an event, or ''
    state       TEXT NOT NULL,                 -- armed | fired | cancelled | restarted | replaced | set_aside
    event_seq   INTEGER NOT NULL,              -- of the event that it waits for, in the log
    occurrence  TEXT NOT NULL,                 -- that event's source_id
    first_ms    INTEGER NOT NULL,              -- the time of the first event that it absorbed
    since_ms    INTEGER NOT NULL,              -- what clears it counts from here
    until_ms    INTEGER NOT NULL,              -- to here
    due_ms      INTEGER NOT NULL,
    armed_ms    INTEGER NOT NULL,
    ended_ms    INTEGER,
    ended_by    INTEGER                        -- the event that cleared it or took its place
) STRICT;
CREATE INDEX timer_due ON timer (campaign, due_ms) WHERE state = 'armed';
CREATE INDEX timer_of ON timer (user, campaign, key);
