-- What limits ask of the outbox: when a user was messaged, and until when a message may begin.

ALTER TABLE outbox ADD COLUMN counts INTEGER NOT NULL DEFAULT 1;    -- towards the limits over all campaigns
ALTER TABLE outbox ADD COLUMN cutoff_ms INTEGER;                    -- nothing of its run begins after this
ALTER TABLE outbox ADD COLUMN held_by TEXT NOT NULL DEFAULT '';     -- '' | limits: these moved its due date last
CREATE INDEX outbox_claimed_of_user ON outbox (user, claimed_ms) WHERE claimed_ms IS NOT NULL;
CREATE INDEX outbox_open_of_user ON outbox (user) WHERE state IN ('drawn', 'pending', 'in_flight');

CREATE TABLE surge (                           -- how many qualified for a live campaign, by the second
    campaign    TEXT NOT NULL,
    second      INTEGER NOT NULL,              -- since 1970
    n           INTEGER NOT NULL,
    PRIMARY KEY (campaign, second)
) STRICT, WITHOUT ROWID;
