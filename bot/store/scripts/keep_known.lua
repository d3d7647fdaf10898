-- Keep what Slack said of a person or a place, unless that has changed since Slack was asked.
-- KEYS: how often it has changed, what is kept. ARGV: how often it had changed when Slack was asked, the text,
-- seconds to keep it. Answers 1, or 0 where it was not kept.
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
return 1
