-- What delivery must remember to keep its promises, and what is set aside for a person.

-- 0: backlog, 1: trigger; 2 and 3: the same, tried before. Re-sends have a budget of their own.
ALTER TABLE outbox RENAME COLUMN fresh TO lane;
ALTER TABLE outbox ADD COLUMN fell_due_ms INTEGER NOT NULL DEFAULT 0;  -- when it first fell due
ALTER TABLE outbox ADD COLUMN expires_ms INTEGER NOT NULL DEFAULT 0;   -- no request with it starts after this
ALTER TABLE outbox ADD COLUMN claimed_ms INTEGER;                      -- when its latest attempt was claimed
ALTER TABLE outbox ADD COLUMN closed_by TEXT NOT NULL DEFAULT '';      -- who decided about it, once a person had to
UPDATE outbox SET fell_due_ms = admitted_ms, expires_ms = admitted_ms + 259200000
    WHERE state <> 'accepted';
UPDATE outbox SET lane = lane + 2 WHERE attempts > 0 AND state <> 'accepted';

CREATE TABLE attempt (                         -- attempts that did not end in `accepted`, for the trail
    message_id  TEXT NOT NULL,
    n           INTEGER NOT NULL,              -- 1, 2, 3 ...
    claimed_ms  INTEGER NOT NULL,
    ended_ms    INTEGER NOT NULL,
    outcome     TEXT NOT NULL,                 -- not_sent | throttled | ambiguous | rejected | misdirected | crashed | broken
    detail      TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (message_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE poison (                          -- events that a campaign could not consider: set aside
    campaign    TEXT NOT NULL,
    event_seq   INTEGER NOT NULL,
    user        TEXT NOT NULL,
    error       TEXT NOT NULL,                 -- the kind of the error; its words may quote a user's values
    error_id    TEXT NOT NULL,                 -- the log has it too
    at_ms       INTEGER NOT NULL,
    state       TEXT NOT NULL DEFAULT 'open',  -- open | again (a person asked) | retried | dropped
    decided_by  TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (campaign, event_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE suppressed_hash (                 -- who must be suppressed, should they ever be seen: see tombstones
    hash        TEXT PRIMARY KEY,
    erased_ms   INTEGER                        -- since when nothing of them is kept; NULL: only suppressed
) STRICT, WITHOUT ROWID;
CREATE TABLE erasing (                         -- erased here, not yet in the copy for audiences
    user        TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE INDEX poison_of_user ON poison (user);
CREATE INDEX log_of_profile ON log (user) WHERE kind <> 'event';  -- an erasure finds them all
-- An erasure takes the user off a message that was accepted, and nothing else may touch it.
DROP TRIGGER accepted_is_final;
CREATE TRIGGER accepted_is_final BEFORE UPDATE ON outbox WHEN OLD.state = 'accepted'
    AND NOT (NEW.state = 'accepted' AND NEW.message_id = OLD.message_id AND NEW.user GLOB 'erased:*')
    BEGIN SELECT RAISE(ABORT, 'an accepted message never changes'); END;
CREATE INDEX poison_open ON poison (at_ms) WHERE state = 'open';
CREATE INDEX poison_untold ON poison (campaign, at_ms) WHERE state = 'open';
CREATE INDEX poison_again ON poison (campaign, event_seq) WHERE state = 'again';
CREATE INDEX outbox_unsettled ON outbox (updated_ms) WHERE state IN ('dead', 'unknown');

CREATE TABLE verification (                    -- test events that a person looks for in Segment
    code        TEXT PRIMARY KEY,              -- what the event carries and the person reads there
    connection  TEXT NOT NULL,                 -- keyed hash of address and write key, never the key
    asked_by    TEXT NOT NULL,
    asked_ms    INTEGER NOT NULL,
    outcome     TEXT NOT NULL DEFAULT '',      -- what Segment answered: accepted, or why not
    answer      TEXT NOT NULL DEFAULT '',      -- '' | seen | absent
    answered_by TEXT NOT NULL DEFAULT '',
    answered_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX verification_of ON verification (connection, asked_ms);

CREATE TABLE identity (                        -- ids that turned out to be of a person known by another
    old         TEXT PRIMARY KEY,              -- what comes in under it is the person's
    user        TEXT NOT NULL,                 -- never one that is itself in `old`
    seq         INTEGER NOT NULL               -- of the merge in the log
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_of ON identity (user);

-- What a profile gives as its time zone, where that is none that we know.
ALTER TABLE user ADD COLUMN zone_unknown TEXT;
CREATE INDEX user_zone_unknown ON user (zone_unknown) WHERE zone_unknown IS NOT NULL;

CREATE TABLE intake (                          -- what became of what each source sent
    source      TEXT NOT NULL,
    what        TEXT NOT NULL,                 -- accepted | duplicate | rejected | left_out | merged | ...
    n           INTEGER NOT NULL,
    latest_ms   INTEGER NOT NULL,
    PRIMARY KEY (source, what)
) STRICT, WITHOUT ROWID;

-- Whether it is out of the lists: it keeps its name, its books and its place in every report.
ALTER TABLE campaign ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
