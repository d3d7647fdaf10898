-- Forget what Slack said of a person or a place, also what it is just answering.
-- KEYS: how often it has changed, what is kept of it as a person, and as a place. ARGV: seconds to count for.
redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2], KEYS[3])
