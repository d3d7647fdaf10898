-- The named entries of one review, and its state, as they stand at one moment.
-- KEYS: head, audit, judgements, decisions
-- ARGV: how many lines of the audit trail, their places, then references
-- Answers {fields and values of the head, lines, findings, lines of the decisions}; nil where nothing is.
local head, audit, judgements, decisions = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local answer = {redis.call('HGETALL', head), {}, {}, {}}
local count = tonumber(ARGV[1])
for at = 1, count do answer[2][at] = redis.call('LINDEX', audit, ARGV[1 + at]) end
for at = 1, #ARGV - 1 - count do
  local ref = ARGV[1 + count + at]
  local place = redis.call('HGET', decisions, ref)
  answer[3][at] = redis.call('HGET', judgements, ref)
  answer[4][at] = place and redis.call('LINDEX', audit, place)
end
return answer
