-- The named entries of one review, and its state, as they stand at one moment.
-- KEYS: head, audit, judgements, decisions
-- ARGV: how many lines of the audit trail hold the payments, their places, then references
-- Answers {fields and values of the head, places of the findings, places of the decisions, places and lines
-- of the trail, each once}; nil where nothing is.
local head, audit, judgements, decisions = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local answer, read = {redis.call('HGETALL', head), {}, {}, {}}, {}

local function with_line(place)
  if place and not read[place] then
    read[place] = true
    table.insert(answer[4], place)
    table.insert(answer[4], redis.call('LINDEX', audit, place))
  end
  return place
end

local count = tonumber(ARGV[1])
for at = 2, 1 + count do with_line(ARGV[at]) end
for at = 2 + count, #ARGV do
  table.insert(answer[2], with_line(redis.call('HGET', judgements, ARGV[at])))
  table.insert(answer[3], with_line(redis.call('HGET', decisions, ARGV[at])))
end
return answer
