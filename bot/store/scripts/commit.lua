-- One step of one review: where the version that it was made of still stands, move state, decisions, turns,
-- audit trail and outbox together. Values are opaque text made by the caller; this script only compares and
-- moves.
-- KEYS: state, judgements, decisions, turns, audit, outbox, open, request, messages, refused, refusals, staged
-- lines, ranking, remarks, holds, withdrawn, timers
-- ARGV: step as JSON, name of the review ("team review"), life of a review and of a request in seconds
-- Answers {"ok", whether refused attempts are counted that no entry tells, outbox entry of each job...}, or {"exists", request that made it}, {"missing"},
-- {"repeated", what that request did},
-- {"conflict"}.
local state, judgements, decisions, turns, audit = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local outbox, open, request, messages = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local refused, refusals, staged, ranking, remarks = KEYS[10], KEYS[11], KEYS[12], KEYS[13], KEYS[14]
local holds, withdrawn, timers = KEYS[15], KEYS[16], KEYS[17]
local step = cjson.decode(ARGV[1])

local stands = redis.call('HMGET', state, 'version', 'stamp')
if step.create then
  -- A trail outlives its review, and its name with it.
  if stands[1] or redis.call('EXISTS', audit) == 1 then
    redis.call('UNLINK', staged)
    return {'exists', redis.call('HGET', state, 'request') or ''}
  end
else
  if not stands[1] then return {'missing'} end
  if step.once and redis.call('EXISTS', request) == 1 then return {'repeated', redis.call('GET', request)} end
  -- A version that is counted anew, after a restore or a failover that lost a step, has another stamp.
  if stands[1] ~= step.version or stands[2] ~= step.stamp then return {'conflict'} end
end

-- One command for many arguments, in slices of an even number, since Lua's stack holds no more than 8,000.
local function with_all(command, key, arguments)
  for first = 1, #arguments, 4000 do
    redis.call(command, key, unpack(arguments, first, math.min(first + 3999, #arguments)))
  end
end

-- The whole of a long trail was put down before, and becomes the review's here.
if step.staged then
  if redis.call('LLEN', staged) ~= step.staged then
    return redis.error_reply('ERR the lines of a new trail are not those that were put down')
  end
  redis.call('RENAME', staged, audit)
  redis.call('PERSIST', audit)
end

with_all('HSET', state, step.set)
with_all('HDEL', state, step.unset)
-- Findings and decisions stand in the trail alone; here is where, counted from 0.
with_all('HSET', judgements, step.judgements)
-- The order is brought once; of two that bring it to an older review, the first one stands.
if redis.call('EXISTS', ranking) == 0 then with_all('RPUSH', ranking, step.ranking) end
with_all('HSET', decisions, step.decisions)
with_all('HDEL', decisions, step.undone)
with_all('SREM', holds, step.unheld)
with_all('SADD', holds, step.held)
with_all('SADD', withdrawn, step.withdrawn)
-- A payment that was corrected has another place in the card's order.
if step.moved and redis.call('LREM', ranking, 1, step.moved.was) == 1 then
  local before = step.moved.before
  if not before or redis.call('LINSERT', ranking, 'BEFORE', before, step.moved.rank) < 1 then
    redis.call('RPUSH', ranking, step.moved.rank)
  end
end
-- Remarks on a payment are few, and stand in one field, by their places; 0 is the review as a whole, of which
-- some may be placed at payments.
for at = 1, #step.remarks, 2 do
  local known = redis.call('HGET', remarks, step.remarks[at])
  local place = step.remarks[at + 1]
  redis.call('HSET', remarks, step.remarks[at], known and (known .. ',' .. place) or place)
end
for _, place in ipairs(step.placed) do
  local known = ',' .. (redis.call('HGET', remarks, '0') or '') .. ','
  local left = string.sub(string.gsub(known, ',' .. place .. ',', ',', 1), 2, -2)
  if left == '' then redis.call('HDEL', remarks, '0') else redis.call('HSET', remarks, '0', left) end
end
with_all('RPUSH', turns, step.turns)
with_all('RPUSH', audit, step.audit)
-- What an entry tells of is taken off its count, and not the count set to nothing: more may have come since.
with_all('HSET', refused, step.refused)
for at = 1, #step.told, 2 do
  local left = redis.call('HINCRBY', refusals, step.told[at], '-' .. step.told[at + 1])
  if left <= 0 then redis.call('HDEL', refusals, step.told[at]) end
end
local answer = {'ok', redis.call('EXISTS', refusals)}
for _, fields in ipairs(step.jobs) do
  table.insert(answer, redis.call('XADD', outbox, '*', unpack(fields)))
end
if step.opened then redis.call('ZADD', open, step.opened, ARGV[2]) end
if step.reopened then redis.call('ZADD', open, step.reopened, ARGV[2]) end
if step.closed then redis.call('ZREM', open, ARGV[2]) end
-- What happens next where nobody acts; an empty text is nothing.
if step.timer == '' then redis.call('ZREM', timers, ARGV[2])
elseif step.timer then redis.call('ZADD', timers, step.timer, ARGV[2]) end
if step.once then redis.call('SET', request, step.work, 'EX', ARGV[4]) end
for _, key in ipairs({state, judgements, ranking, decisions, holds, withdrawn, remarks, turns, messages,
    refused, refusals}) do
  redis.call('EXPIRE', key, ARGV[3])
end
return answer
