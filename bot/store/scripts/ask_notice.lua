-- Have a person told at a time, for a cause that counts once; who is to be told already, is told once for both.
-- KEYS: people due, causes of the person
-- ARGV: name of the person ("team user"), when in epoch seconds, the cause, life of the causes in seconds
-- Answers 1 where the cause is new.
local new = redis.call('SADD', KEYS[2], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[4])
if new == 1 then redis.call('ZADD', KEYS[1], 'LT', ARGV[2], ARGV[1]) end
return new
