-- Makes a key older than it is: it goes that much sooner, at once where its life is over by then.
-- KEYS: the key. ARGV: milliseconds
local left = redis.call('PTTL', KEYS[1])
if left > 0 then redis.call('PEXPIRE', KEYS[1], left - ARGV[1]) end
