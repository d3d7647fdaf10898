-- Put one text in the place of another, or nothing ('') in its place, where that one still stands.
-- KEYS: hash of the installations. ARGV: the field, the text that was seen, the new text.
-- Answers 1, or 0 where nothing was done.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
