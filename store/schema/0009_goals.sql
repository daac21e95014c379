-- Goals: since when each user of a campaign is watched, and which events count for it.

CREATE TABLE goal (                            -- of each campaign that was published with one
    campaign    TEXT PRIMARY KEY,
    event       TEXT NOT NULL,
    goal        BLOB NOT NULL                  -- all of it, as JSON: frozen when the campaign starts
) STRICT, WITHOUT ROWID;
CREATE INDEX goal_of_event ON goal (event);

CREATE TABLE exposure (                        -- a message that was accepted, or that a control user did not get
    user        TEXT NOT NULL,
    campaign    TEXT NOT NULL,
    at_ms       INTEGER NOT NULL,              -- from here on the goal's window runs
    run         TEXT NOT NULL,
    occurrence  TEXT NOT NULL,
    arm         TEXT NOT NULL,                 -- target | control
    variant     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (user, campaign, at_ms, run, occurrence)
) STRICT, WITHOUT ROWID;

CREATE TABLE arm (                             -- how many different users each arm has, by variant and in all ('')
    campaign    TEXT NOT NULL,
    arm         TEXT NOT NULL,
    variant     TEXT NOT NULL,
    users       INTEGER NOT NULL,
    PRIMARY KEY (campaign, arm, variant)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversion (                      -- an event that counts for a campaign, and for which exposure
    campaign    TEXT NOT NULL,
    event_seq   INTEGER NOT NULL,
    user        TEXT NOT NULL,                 -- as the exposure has it
    exposed_ms  INTEGER NOT NULL,
    run         TEXT NOT NULL,
    occurrence  TEXT NOT NULL,
    arm         TEXT NOT NULL,
    variant     TEXT NOT NULL,
    happened_ms INTEGER NOT NULL,
    revenue     INTEGER NOT NULL,              -- in millionths
    PRIMARY KEY (campaign, event_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversion_of_user ON conversion (user);
CREATE INDEX conversion_at ON conversion (campaign, happened_ms);

CREATE TABLE reckoned (                        -- every event up to here was asked whether it is a goal's
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    seq         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE reckon_again (                    -- people whose earlier events got another id's exposures
    user        TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Since when a control user would have had the message; NULL: never, so there is nothing to compare.
ALTER TABLE decision ADD COLUMN compare_ms INTEGER;

CREATE TABLE delivered (                       -- how many messages were accepted in each quarter of an hour
    campaign    TEXT NOT NULL,
    from_ms     INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    last_ms     INTEGER NOT NULL,              -- when the last of them was
    PRIMARY KEY (campaign, from_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE digest (                          -- the latest day whose digest of a campaign was asked for
    campaign    TEXT PRIMARY KEY,
    day         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
