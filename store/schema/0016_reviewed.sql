-- Which revisions people were asked to review: what changes later is told as a change of these.

CREATE TABLE reviewed (
    campaign    TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    PRIMARY KEY (campaign, revision),
    FOREIGN KEY (campaign, revision) REFERENCES revision (campaign, number)
) STRICT, WITHOUT ROWID;
