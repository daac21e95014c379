-- Variants: which content each message has, how they stand, and tests that choose one of them.

ALTER TABLE outbox ADD COLUMN variant TEXT NOT NULL DEFAULT '';  -- '': one content, or a test is not over

CREATE TABLE variant_books (                   -- the books of messages by variant; triggers keep them
    campaign    TEXT NOT NULL,
    run         TEXT NOT NULL,
    variant     TEXT NOT NULL,
    bucket      TEXT NOT NULL,                 -- sent | skipped | pending
    n           INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (campaign, run, variant, bucket)
) STRICT, WITHOUT ROWID;
-- Whatever changes a message counts it, so no path through the program can forget to. What is
-- `drawn` is not decided yet.
CREATE TRIGGER variant_is_counted AFTER UPDATE OF state, variant ON outbox
    WHEN NEW.variant <> '' AND NEW.state <> 'drawn' AND (
        OLD.variant <> NEW.variant OR OLD.state = 'drawn' OR
        iif(OLD.state IN ('pending', 'in_flight'), 'pending', iif(OLD.state = 'accepted', 'sent', 'skipped'))
        <> iif(NEW.state IN ('pending', 'in_flight'), 'pending', iif(NEW.state = 'accepted', 'sent', 'skipped')))
    BEGIN
        UPDATE variant_books SET n = n - 1 WHERE campaign = OLD.campaign AND run = OLD.run
            AND variant = OLD.variant AND OLD.state <> 'drawn' AND bucket =
            iif(OLD.state IN ('pending', 'in_flight'), 'pending', iif(OLD.state = 'accepted', 'sent', 'skipped'));
        INSERT INTO variant_books (campaign, run, variant, bucket, n) VALUES (NEW.campaign, NEW.run, NEW.variant,
            iif(NEW.state IN ('pending', 'in_flight'), 'pending', iif(NEW.state = 'accepted', 'sent', 'skipped')), 1)
            ON CONFLICT (campaign, run, variant, bucket) DO UPDATE SET n = n + 1;
    END;

CREATE TABLE variant_test (                    -- tests of variants: when each is over, and who won
    campaign    TEXT NOT NULL,
    run         TEXT NOT NULL,
    decide_ms   INTEGER NOT NULL,
    winner      TEXT NOT NULL DEFAULT '',
    decided_ms  INTEGER,
    PRIMARY KEY (campaign, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE blank (                           -- values that were not there and rendered empty, in what was sent
    campaign    TEXT NOT NULL,
    name        TEXT NOT NULL,                 -- as the template writes it: Profile.first_name
    n           INTEGER NOT NULL,              -- messages
    PRIMARY KEY (campaign, name)
) STRICT, WITHOUT ROWID;
