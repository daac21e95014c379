-- What the runs of a campaign are named and counted by, for as long as it is published.

ALTER TABLE campaign ADD COLUMN zone TEXT NOT NULL DEFAULT '';  -- the account's when it was published
-- Why everyone who qualified got nothing of a run that was closed while it was held: nobody was drawn.
ALTER TABLE run ADD COLUMN undrawn TEXT NOT NULL DEFAULT '';
