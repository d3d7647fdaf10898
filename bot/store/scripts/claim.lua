-- Replace fields of one hash as long as they are still what their writer read; an absent field counts as empty,
-- and an empty value deletes its field. Values are opaque text made by the caller.
-- KEYS: the hash, state of the review
-- ARGV: life of the hash in seconds, then name, value that was read and new value of each field
-- Answers the version of the review, or -1 where nothing was replaced.
local hash = KEYS[1]
for at = 2, #ARGV, 3 do
  if (redis.call('HGET', hash, ARGV[at]) or '') ~= ARGV[at + 1] then return -1 end
end
for at = 2, #ARGV, 3 do
  local name, value = ARGV[at], ARGV[at + 2]
  if value == '' then redis.call('HDEL', hash, name) else redis.call('HSET', hash, name, value) end
end
redis.call('EXPIRE', hash, ARGV[1])
return tonumber(redis.call('HGET', KEYS[2], 'version') or 0)
