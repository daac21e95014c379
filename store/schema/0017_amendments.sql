-- What a campaign that runs is to say from its next run on, while people are asked: a revision.

ALTER TABLE campaign ADD COLUMN amendment INTEGER;
