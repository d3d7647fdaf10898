-- What Slack should show of a review, and what stands there, at one moment. Follows entries.lua.
-- KEYS: state, audit, judgements, decisions, turns, messages, ranking, remarks
-- ARGV: how many payments an entry of the trail holds, how many flagged payments the card shows
-- Answers {fields and values of the state, references of what the card shows, places of their findings, of
-- their decisions, of their remarks, places and lines of the trail, fields and values of the messages, turns that are not known
-- to be posted, ranks of what the card shows}; nil where there is no review, or Slack shows its newest version. Places count from 0.
local state, audit, judgements, decisions = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local turns, messages, ranking, remarks = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local rows, size = tonumber(ARGV[1]), tonumber(ARGV[2])

local version = redis.call('HGET', state, 'version')
if not version or redis.call('HGET', messages, 'version') == version then return nil end

-- The riskiest, in the order in which they were ranked when all were judged. Until then the lowest references,
-- without sorting all of them: there may be tens of thousands.
local ranks, lowest, refs = redis.call('LRANGE', ranking, 0, size - 1), {}, {}
for at, rank in ipairs(ranks) do refs[at] = string.match(rank, '%d+') end
for _, ref in ipairs(#ranks == 0 and redis.call('HKEYS', judgements) or {}) do
  local number, at = tonumber(ref), #lowest + 1
  while at > 1 and lowest[at - 1] > number do at = at - 1 end
  if at <= size then
    table.insert(lowest, at, number)
    lowest[size + 1] = nil
  end
end
for at, number in ipairs(lowest) do refs[at] = string.format('%d', number) end

-- The thread is noted as a list that begins with the last turn that is posted.
local thread = cjson.decode(redis.call('HGET', messages, 'thread') or '[0]')
local unposted = redis.call('LRANGE', turns, thread[1], -1)

local findings, decided, remarked, lines = entries(audit, judgements, decisions, remarks, rows, refs)
return {redis.call('HGETALL', state), refs, findings, decided, remarked, lines, redis.call('HGETALL', messages),
  unposted, ranks}
