-- Mark what is noted of a row, as long as that is what is meant.
-- KEYS: hash, row -> batch and reference. ARGV: the row, what is noted of it, what is to be noted instead.
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
