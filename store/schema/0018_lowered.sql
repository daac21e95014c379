-- Caps that a person has lowered since the campaign was published; the lowest that was said.

CREATE TABLE lowered (
    campaign    TEXT NOT NULL REFERENCES campaign (id),
    which       TEXT NOT NULL CHECK (which IN ('total', 'day', 'run')),
    lim         INTEGER NOT NULL CHECK (lim > 0),
    PRIMARY KEY (campaign, which)
) STRICT, WITHOUT ROWID;
