-- Whose a push token is: a phone that changes hands takes its token along.

CREATE TABLE push_token (
    token TEXT PRIMARY KEY,
    user  TEXT NOT NULL,
    seen  TEXT NOT NULL                         -- the last day (UTC) on which the user had it
) STRICT, WITHOUT ROWID;
CREATE INDEX push_token_of ON push_token (user);
