-- A person was told, or is not to be: note it, and take away what was due by then. What came to be due since stays.
-- KEYS: people due, notice of the person
-- ARGV: name of the person ("team user"), until when in epoch seconds, new value of "sent" ("" leaves it), life
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due and tonumber(due) <= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
redis.call('HDEL', KEYS[2], 'intent')
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[2], 'sent', ARGV[3])
  redis.call('EXPIRE', KEYS[2], ARGV[4])
end
return 1
