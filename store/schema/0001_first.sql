-- The truth: one append-only log, and what the campaigns made of it.

CREATE TABLE log (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,                 -- event | profile | merge (of two ids) | other (kept, not acted upon)
    source_id   TEXT NOT NULL UNIQUE,          -- the sender's messageId: the same one acts once
    user        TEXT NOT NULL,
    name        TEXT NOT NULL DEFAULT '',      -- of an event
    time_ms     INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    body        BLOB NOT NULL                  -- JSON: an event's properties, a profile's traits
) STRICT;
CREATE INDEX log_of_user ON log (user, name, time_ms) WHERE kind = 'event';
CREATE INDEX log_of_name ON log (name, seq) WHERE kind = 'event';

CREATE TABLE user (
    user       TEXT PRIMARY KEY,
    h          INTEGER NOT NULL,               -- 31-bit keyed hash: where every random choice starts
    traits     BLOB NOT NULL,                  -- JSON, merged
    zone       TEXT,                           -- normalised; NULL: none that we know
    seq        INTEGER NOT NULL,               -- of the latest change
    suppressed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE campaign (
    id          TEXT PRIMARY KEY,              -- c_ and 10 letters, made from the install's own counter
    name        TEXT NOT NULL COLLATE NOCASE UNIQUE,
    kind        TEXT NOT NULL,
    author      TEXT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',      -- why it is so: cap_reached, stopped by U..., a comment
    started     INTEGER NOT NULL DEFAULT 0,    -- it has been running before
    revision    INTEGER NOT NULL,              -- the latest
    published   INTEGER,                       -- the revision that runs
    published_ms INTEGER,
    channel     TEXT NOT NULL DEFAULT '',      -- where it was drafted, for notices
    created_ms  INTEGER NOT NULL,
    updated_ms  INTEGER NOT NULL
) STRICT;

CREATE TRIGGER ended_is_final BEFORE UPDATE OF state ON campaign
    WHEN OLD.state IN ('stopped', 'completed') AND NEW.state <> OLD.state
    BEGIN SELECT RAISE(ABORT, 'a campaign that has ended never runs again'); END;

CREATE TABLE revision (
    campaign    TEXT NOT NULL REFERENCES campaign (id),
    number      INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    definition  BLOB NOT NULL,                 -- canonical JSON
    editor      TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    PRIMARY KEY (campaign, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER revision_is_immutable BEFORE UPDATE ON revision
    BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;
CREATE TRIGGER revision_is_kept BEFORE DELETE ON revision
    BEGIN SELECT RAISE(ABORT, 'a revision is never deleted'); END;

CREATE TABLE approval (
    campaign    TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    author      TEXT NOT NULL,
    approver    TEXT NOT NULL CHECK (approver <> author),
    decided_ms  INTEGER NOT NULL,
    PRIMARY KEY (campaign, revision),
    FOREIGN KEY (campaign, revision) REFERENCES revision (campaign, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER approval_by_another BEFORE INSERT ON approval
    WHEN EXISTS (SELECT 1 FROM revision r WHERE r.campaign = NEW.campaign AND r.editor = NEW.approver)
      OR NOT EXISTS (SELECT 1 FROM campaign c WHERE c.id = NEW.campaign AND c.author = NEW.author)
      OR NOT EXISTS (SELECT 1 FROM revision r WHERE r.campaign = NEW.campaign
                     AND r.number = NEW.revision AND r.hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'an approval comes from another person, for exactly this content'); END;
CREATE TRIGGER approval_is_immutable BEFORE UPDATE ON approval
    BEGIN SELECT RAISE(ABORT, 'an approval never changes'); END;

CREATE TABLE cursor (
    campaign    TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    seq         INTEGER NOT NULL,              -- every event up to this one has been considered
    dropped     INTEGER NOT NULL DEFAULT 0,    -- up to here it fell into a pause that drops events
    PRIMARY KEY (campaign, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE cap (
    campaign    TEXT NOT NULL,
    scope       TEXT NOT NULL,                 -- total | day:2026-03-29 | run:SLOT
    lim         INTEGER NOT NULL,
    used        INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND lim),
    PRIMARY KEY (campaign, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    campaign    TEXT NOT NULL,
    run         TEXT NOT NULL,                 -- the local slot: 2026-03-29T09:00[Europe/Kyiv]
    revision    INTEGER NOT NULL,
    state       TEXT NOT NULL,                 -- drawing | blocked | sending | done | missed | skipped | stopped
    due_ms      INTEGER NOT NULL,
    qualified   INTEGER NOT NULL DEFAULT 0,
    safety_limit INTEGER,                      -- as it stood when the run was blocked
    sample      INTEGER,                       -- answered with "send to a random N"
    decided_by  TEXT NOT NULL DEFAULT '',
    updated_ms  INTEGER NOT NULL,
    PRIMARY KEY (campaign, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    message_id  TEXT PRIMARY KEY,
    campaign    TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    run         TEXT NOT NULL,
    user        TEXT NOT NULL,
    occurrence  TEXT NOT NULL,                 -- the triggering event's source_id, or ''
    event_seq   INTEGER,                       -- its place in the log, for the content
    state       TEXT NOT NULL,                 -- drawn | pending | in_flight | accepted | expired | cancelled | dead | unknown
    reason      TEXT NOT NULL DEFAULT '',
    cap_day     TEXT NOT NULL DEFAULT '',      -- the day whose slot it took
    admitted_ms INTEGER NOT NULL,              -- when it was decided, for the 72 h limit
    due_ms      INTEGER NOT NULL,              -- not before; do-not-disturb and retries move it
    fresh       INTEGER NOT NULL,              -- 1: a trigger, goes before backlog
    attempts    INTEGER NOT NULL DEFAULT 0,    -- times that it was in flight
    ambiguous_ms INTEGER,                      -- first time that nobody could tell whether it arrived
    updated_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Only what is open. SQLite uses it for a query that repeats this very condition, whatever else
-- the query asks of `state`.
CREATE INDEX outbox_open ON outbox (campaign, state, fresh, due_ms) WHERE state IN ('drawn', 'pending', 'in_flight');
CREATE INDEX outbox_of_user ON outbox (user, campaign);
CREATE TRIGGER accepted_is_final BEFORE UPDATE ON outbox WHEN OLD.state = 'accepted'
    BEGIN SELECT RAISE(ABORT, 'an accepted message never changes'); END;

CREATE TABLE decision (                        -- who qualified and got nothing, and why
    campaign    TEXT NOT NULL,
    run         TEXT NOT NULL,
    user        TEXT NOT NULL,
    occurrence  TEXT NOT NULL,
    bucket      TEXT NOT NULL,                 -- control | skipped
    reason      TEXT NOT NULL DEFAULT '',
    at_ms       INTEGER NOT NULL,
    PRIMARY KEY (campaign, run, user, occurrence)
) STRICT, WITHOUT ROWID;

CREATE TABLE books (                           -- qualified = control + sent + skipped + pending, always
    campaign    TEXT NOT NULL,
    run         TEXT NOT NULL,
    bucket      TEXT NOT NULL,                 -- qualified | control | sent | skipped | pending
    reason      TEXT NOT NULL DEFAULT '',
    n           INTEGER NOT NULL,
    PRIMARY KEY (campaign, run, bucket, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE announcement (                    -- what Slack must still be told, in order
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,                 -- card | reply | call | alert | notice, and others
    campaign    TEXT NOT NULL,
    subject     TEXT NOT NULL DEFAULT '',      -- alert: the run
    body        TEXT NOT NULL DEFAULT '',
    created_ms  INTEGER NOT NULL,
    done_ms     INTEGER
) STRICT;
CREATE INDEX announcement_open ON announcement (id) WHERE done_ms IS NULL;

CREATE TABLE card (                            -- where in Slack a card stands
    campaign    TEXT NOT NULL,
    kind        TEXT NOT NULL,                 -- card | alert
    subject     TEXT NOT NULL,
    channel     TEXT NOT NULL,
    ts          TEXT NOT NULL,
    PRIMARY KEY (campaign, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (                           -- every act, before its effect, in a keyed hash chain
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms       INTEGER NOT NULL,
    who         TEXT NOT NULL,                 -- a marketer's id, or "clarion"
    action      TEXT NOT NULL,
    campaign    TEXT NOT NULL DEFAULT '',
    detail      TEXT NOT NULL DEFAULT '',
    mac         TEXT NOT NULL                  -- HMAC over the row and the one before
) STRICT;
CREATE TRIGGER audit_is_immutable BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log never changes'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is never cut'); END;
