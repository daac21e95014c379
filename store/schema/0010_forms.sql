-- Forms that people have begun in Slack and not submitted: what they entered so far.

CREATE TABLE unfinished_form (
    person      TEXT NOT NULL,                 -- as Slack knows who fills it in
    form        TEXT NOT NULL,                 -- which of the person's: a new campaign, or an edit of one
    body        TEXT NOT NULL,                 -- as JSON; the form alone knows what it means
    kept_ms     INTEGER NOT NULL,
    PRIMARY KEY (person, form)
) STRICT, WITHOUT ROWID;
