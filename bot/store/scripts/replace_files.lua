-- Replace what is kept of a submission, as long as it is still the version that its writer read.
-- KEYS: the submission. ARGV: the version that was read, the submission anew as JSON, life in seconds
-- Answers 1, or 0 where it was changed or went meanwhile.
local stored = redis.call('GET', KEYS[1])
if not stored or (cjson.decode(stored).version or 0) ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
