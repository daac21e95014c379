-- The zones that users are in, or were: a run in waves looks again and again whether there are new ones.

CREATE TABLE zone (
    name TEXT PRIMARY KEY                      -- normalised, as in `user`
) STRICT, WITHOUT ROWID;
INSERT INTO zone (name) SELECT DISTINCT zone FROM user WHERE zone <> '';
CREATE TRIGGER zone_is_known AFTER UPDATE OF zone ON user WHEN NEW.zone <> '' AND NEW.zone IS NOT OLD.zone
    BEGIN INSERT INTO zone (name) VALUES (NEW.zone) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER zone_is_known_at_once AFTER INSERT ON user WHEN NEW.zone <> ''
    BEGIN INSERT INTO zone (name) VALUES (NEW.zone) ON CONFLICT DO NOTHING; END;
