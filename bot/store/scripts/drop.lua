-- Drop a dead letter that somebody wants tried again; one that was written anew meanwhile stays.
-- KEYS: hash of the dead letters. ARGV: the letter's key. Answers how many were dropped.
local letter = redis.call('HGET', KEYS[1], ARGV[1])
if not letter or not cjson.decode(letter).again then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
