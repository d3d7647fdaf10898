-- Store facts of one hash as long as others still stand; a field that is not stored counts as empty.
-- KEYS: the hash
-- ARGV: life in seconds, how many facts must stand, these with their values, then what is to be stored
-- Answers 1 where it was stored.
local must = tonumber(ARGV[2])
for at = 3, 1 + 2 * must, 2 do
  if (redis.call('HGET', KEYS[1], ARGV[at]) or '') ~= ARGV[at + 1] then return 0 end
end
redis.call('HSET', KEYS[1], unpack(ARGV, 3 + 2 * must))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
