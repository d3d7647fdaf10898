-- Change what one person said of their absences, with its line of the trail, unless it changed meanwhile.
-- KEYS: the absences of a workspace (hash by person), their trail. ARGV: the person, what was seen of theirs
-- ('' for nothing), what it becomes ('' for nothing), until when that is kept (epoch seconds), how many lines of
-- the trail were seen, the new line. Answers 1, or 0 where nothing was done.
local seen = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if seen ~= ARGV[2] or redis.call('LLEN', KEYS[2]) ~= tonumber(ARGV[5]) then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  local time, left = redis.call('TIME'), redis.call('TTL', KEYS[1])
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  -- The key goes when the last of all is over; it must not shorten somebody else's.
  local wanted = tonumber(ARGV[4]) - tonumber(time[1])
  redis.call('EXPIRE', KEYS[1], math.max(left, wanted, 1))
end
redis.call('RPUSH', KEYS[2], ARGV[6])
return 1
