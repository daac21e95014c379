-- How many users a live test of variants has taken, by variant: whoever comes ten times is one.

CREATE TABLE variant_taken (
    campaign    TEXT NOT NULL,
    variant     TEXT NOT NULL,
    users       INTEGER NOT NULL,
    PRIMARY KEY (campaign, variant)
) STRICT, WITHOUT ROWID;
