-- What the runs of a campaign are named and counted by, for as long as it is published.

ALTER TABLE campaign ADD COLUMN zone TEXT NOT NULL DEFAULT '';  -- the account's when it was published
-- Why everyone who qualified got nothing of a run that was closed while it was held: nobody was drawn.
ALTER TABLE run ADD COLUMN undrawn TEXT NOT NULL DEFAULT '';
-- A run in waves, one for each of its users' time zones: up to which it was drawn, and how many were.
ALTER TABLE run ADD COLUMN wave_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;
-- Of a run in waves: it is in the books, and stays when the wave that is drawn now is drawn anew.
ALTER TABLE decision ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
