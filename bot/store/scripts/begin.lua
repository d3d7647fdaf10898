-- Count that a job is begun, before it does anything.
-- KEYS: the job's record. ARGV: its life in seconds, until when it counts as worked on (epoch seconds). Answers
-- {how often it was begun, how often it failed}.
local begun = redis.call('HINCRBY', KEYS[1], 'begun', 1)
redis.call('HSET', KEYS[1], 'until', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return {begun, tonumber(redis.call('HGET', KEYS[1], 'failed') or 0)}
