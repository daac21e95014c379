-- Dates without an offset are read where the user is: anew when the user's time zone becomes known or another one.

ALTER TABLE timer ADD COLUMN local INTEGER NOT NULL DEFAULT 0;  -- its date is a wall time
ALTER TABLE timer ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;  -- the user's zone is another since
CREATE INDEX timer_moved ON timer (campaign) WHERE moved = 1;
CREATE TRIGGER zone_moves_dates AFTER UPDATE OF zone ON user WHEN NEW.zone IS NOT OLD.zone
    BEGIN UPDATE timer SET moved = 1 WHERE user = NEW.user AND local = 1 AND state = 'armed'; END;
