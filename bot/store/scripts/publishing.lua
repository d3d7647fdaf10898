-- What Slack should show of a review, and what stands there, at one moment. Follows entries.lua.
-- KEYS: state, audit, judgements, decisions, turns, messages, ranking, remarks, holds, withdrawn
-- ARGV: how many payments an entry of the trail holds, how many payments the card shows
-- Answers {fields and values of the state, references of what the card shows, places of their findings, of
-- their decisions, of their remarks, places and lines of the trail, fields and values of the messages, turns
-- that are not known to be posted, ranks of what the card shows}; nil where there is no review, or Slack shows
-- its newest version. Places count from 0.
local state, audit, judgements, decisions = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local turns, messages, ranking, remarks, holds, withdrawn = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local rows, size = tonumber(ARGV[1]), tonumber(ARGV[2])

local version = redis.call('HGET', state, 'version')
if not version or redis.call('HGET', messages, 'version') == version then return nil end

-- Up to so many payments that nobody has decided about, the riskiest first; where there are more, none. Then
-- those on hold, as far as there is room. Each with the payment that it repeats, whatever became of that one.
local undecided = tonumber(redis.call('HGET', state, 'undecided') or '0')
local waiting = redis.call('HGET', state, 'status') == 'waiting'
local left, held = undecided, redis.call('SCARD', holds)
local ranks, on_hold, refs, pairs_of, shown = {}, {}, {}, {}, {}
local function show(rank)
  local fields = {}
  for field in string.gmatch(rank, '%S+') do table.insert(fields, field) end
  table.insert(refs, fields[1])
  if #fields > 1 then table.insert(ranks, rank) end
  shown[fields[1]] = true
  if fields[7] and fields[7] ~= '0' then table.insert(pairs_of, fields[7]) end
end
local is_ranked = redis.call('EXISTS', ranking) == 1
local by_reference = {}
if waiting and undecided <= size and not is_ranked then  -- a review from before there was an order
  by_reference = redis.call('HKEYS', judgements)
  table.sort(by_reference, function(one, other) return tonumber(one) < tonumber(other) end)
end
local flagged = is_ranked and redis.call('LLEN', ranking) or #by_reference
for first = 0, waiting and undecided <= size and flagged - 1 or -1, 500 do
  if left <= 0 and held <= 0 then break end
  local lines, named = {}, {}
  if is_ranked then lines = redis.call('LRANGE', ranking, first, first + 499)
  else lines = {unpack(by_reference, first + 1, math.min(first + 500, flagged))} end
  for at, line in ipairs(lines) do named[at] = string.match(line, '%d+') end
  local places = redis.call('HMGET', decisions, unpack(named))
  for at, line in ipairs(lines) do
    if not places[at] and redis.call('SISMEMBER', withdrawn, named[at]) == 0 then
      left = left - 1
      show(line)
    elseif redis.call('SISMEMBER', holds, named[at]) == 1 then
      held = held - 1
      table.insert(on_hold, line)
    end
  end
end
for _, line in ipairs(on_hold) do
  if #refs < size then show(line) end
end
for _, ref in ipairs(pairs_of) do
  if not shown[ref] then
    shown[ref] = true
    table.insert(refs, ref)
  end
end

-- The thread is noted as a list that begins with the last turn that is posted.
local thread = cjson.decode(redis.call('HGET', messages, 'thread') or '[0]')
local unposted = redis.call('LRANGE', turns, thread[1], -1)

local findings, decided, remarked, lines = entries(audit, judgements, decisions, remarks, rows, refs)
return {redis.call('HGETALL', state), refs, findings, decided, remarked, lines, redis.call('HGETALL', messages),
  unposted, ranks}
