-- Put a policy into force after the one that was seen, unless another came into force meanwhile.
-- KEYS: the history of policies. ARGV: how many entries were seen, the version of the last ('' for none), the
-- new entry. Answers 1, or 0 where nothing was done.
local last = redis.call('LINDEX', KEYS[1], -1)
local version = last and cjson.decode(last).version or ''
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) or version ~= ARGV[2] then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[3])
return 1
