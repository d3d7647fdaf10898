-- A review's state and entries of it, as they stand at one moment. Follows entries.lua.
-- KEYS: state, audit, judgements, decisions
-- ARGV: how many payments an entry of the trail holds, which payments besides those named ("undecided": flagged
-- and without a decision, "flagged", "all", or ""), then references
-- Answers {fields and values of the state, references, places of their findings, places of their decisions,
-- places and lines of the trail, each once}. Places count from 0.
local state, audit, judgements, decisions = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local rows, besides = tonumber(ARGV[1]), ARGV[2]
local refs, known = {}, {}

local function about(ref)
  if not known[ref] then
    known[ref] = true
    table.insert(refs, ref)
  end
end

for at = 3, #ARGV do about(ARGV[at]) end
if besides == 'all' then
  for ref = 1, tonumber(redis.call('HGET', state, 'total') or 0) do about(tostring(ref)) end
elseif besides ~= '' then
  local decided = {}
  if besides == 'undecided' then
    for _, ref in ipairs(redis.call('HKEYS', decisions)) do decided[ref] = true end
  end
  for _, ref in ipairs(redis.call('HKEYS', judgements)) do
    if not decided[ref] then about(ref) end
  end
end

return {redis.call('HGETALL', state), refs, entries(audit, judgements, decisions, rows, refs)}
