-- The timers that have ended, the oldest first: they are removed once nothing can need them.

CREATE INDEX timer_ended ON timer (ended_ms) WHERE state <> 'armed';
