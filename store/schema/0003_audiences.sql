-- Custom lists: files of users, in versions. A run keeps the version that it began with.

CREATE TABLE list (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL UNIQUE,
    folded  TEXT NOT NULL UNIQUE,              -- the name as people would not tell it apart
    version INTEGER NOT NULL DEFAULT 0         -- the one that counts; 0: none has been published
) STRICT;

CREATE TABLE list_version (
    list         INTEGER NOT NULL REFERENCES list (id),
    version      INTEGER NOT NULL,             -- 1, 2, 3 ...
    state        TEXT NOT NULL,                -- open | published | given_up | removed
    source       TEXT NOT NULL DEFAULT '',     -- what tells the file apart from another
    rows         INTEGER NOT NULL DEFAULT 0,   -- taken so far; an upload that broke off goes on here
    matched      INTEGER NOT NULL DEFAULT 0,
    unknown      INTEGER NOT NULL DEFAULT 0,
    duplicates   INTEGER NOT NULL DEFAULT 0,
    made_by      TEXT NOT NULL,
    begun_ms     INTEGER NOT NULL,
    published_ms INTEGER,
    PRIMARY KEY (list, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_version_old ON list_version (list, version) WHERE state IN ('published', 'given_up');

CREATE TABLE list_member (
    list    INTEGER NOT NULL,
    version INTEGER NOT NULL,
    user    TEXT NOT NULL,
    PRIMARY KEY (list, version, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_member_of ON list_member (user);

CREATE TABLE run_list (                        -- the versions that a run began with, and keeps
    campaign TEXT NOT NULL,
    run      TEXT NOT NULL,
    list     INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    PRIMARY KEY (campaign, run, list)
) STRICT, WITHOUT ROWID;

-- Saved audiences: trees with a name, in versions that never change.

CREATE TABLE saved_audience (
    name    TEXT PRIMARY KEY,
    folded  TEXT NOT NULL UNIQUE,              -- the name as people would not tell it apart
    version INTEGER NOT NULL                   -- the latest
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_audience_version (
    name        TEXT NOT NULL REFERENCES saved_audience (name),
    version     INTEGER NOT NULL,              -- 1, 2, 3 ...
    who         BLOB NOT NULL,                 -- the tree, as canonical JSON
    made_by     TEXT NOT NULL,
    made_ms     INTEGER NOT NULL,
    PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER saved_audience_version_is_immutable BEFORE UPDATE ON saved_audience_version
    BEGIN SELECT RAISE(ABORT, 'a version of an audience never changes'); END;
CREATE TRIGGER saved_audience_version_is_kept BEFORE DELETE ON saved_audience_version
    BEGIN SELECT RAISE(ABORT, 'a version of an audience is never deleted'); END;

-- What the saved audiences that a revision names were when it was written: its hash covers them.
ALTER TABLE revision ADD COLUMN saved BLOB NOT NULL DEFAULT x'7b7d';

CREATE TABLE import_file (                     -- files of profiles and events, and how far each came
    what       TEXT NOT NULL,                  -- profiles | events
    source     TEXT NOT NULL,                  -- the file's digest; :2, :3 ... when imported again
    rows       INTEGER NOT NULL DEFAULT 0,     -- taken so far; who begins it again goes on here
    matched    INTEGER NOT NULL DEFAULT 0,
    unknown    INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    erased     INTEGER NOT NULL DEFAULT 0,
    made_by    TEXT NOT NULL,
    begun_ms   INTEGER NOT NULL,
    done_ms    INTEGER,
    PRIMARY KEY (what, source)
) STRICT, WITHOUT ROWID;
