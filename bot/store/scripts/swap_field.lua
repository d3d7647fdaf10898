-- Replace a field of a hash where it still is as it was read. KEYS: the hash. ARGV: the field, what was read of
-- it, what it becomes ('' to take it away). Answers 1, or 0 where it was changed meanwhile.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
