-- One step of one review: check what must still be so, then move state, decisions, turns, audit trail
-- and outbox together. Values are opaque text made by the caller; this script only compares and moves.
-- KEYS: head, transactions, judgements, decisions, turns, audit, outbox, open, request, messages
-- ARGV: step as JSON, name of the review ("team review"), life of a review and of a request in seconds
-- Answers {"ok", version, undecided, outbox entry of each job...} or {"exists" | "missing" | "repeated" | "conflict", what}.
local head, transactions, judgements, decisions = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local turns, audit, outbox, open, request, messages = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local step = cjson.decode(ARGV[1])

local exists = redis.call('EXISTS', head) == 1
if step.create and exists then return {'exists', redis.call('HGET', head, 'request')} end
if not step.create and not exists then return {'missing', ''} end
if step.once and redis.call('EXISTS', request) == 1 then return {'repeated', redis.call('GET', request)} end
for field, value in pairs(step.expect) do
  if redis.call('HGET', head, field) ~= value then return {'conflict', field} end
end
for _, ref in ipairs(step.undecided) do
  if redis.call('HEXISTS', decisions, ref) == 1 then return {'conflict', 'decision ' .. ref} end
end

for field, value in pairs(step.set) do redis.call('HSET', head, field, value) end
for field, by in pairs(step.add) do redis.call('HINCRBY', head, field, by) end
for ref, text in pairs(step.transactions) do redis.call('HSET', transactions, ref, text) end
for ref, text in pairs(step.judgements) do redis.call('HSET', judgements, ref, text) end
for ref, text in pairs(step.decisions) do redis.call('HSET', decisions, ref, text) end
for _, text in ipairs(step.turns) do
  redis.call('XADD', turns, redis.call('HINCRBY', head, 'turns', 1) .. '-0', 'turn', text)
end
for _, text in ipairs(step.audit) do
  redis.call('XADD', audit, (redis.call('XLEN', audit) + 1) .. '-0', 'entry', text)
end
local version = redis.call('HINCRBY', head, 'version', 1)
local answer = {'ok', version, tonumber(redis.call('HGET', head, 'undecided'))}
for _, job in ipairs(step.jobs) do
  local fields = {'job', job, 'review', ARGV[2], 'version', version}
  if step.request ~= '' then
    table.insert(fields, 'request')
    table.insert(fields, step.request)
  end
  table.insert(answer, redis.call('XADD', outbox, '*', unpack(fields)))
end
if step.open then redis.call('ZADD', open, step.open, ARGV[2]) end
if redis.call('HGET', head, 'status') == 'closed' then redis.call('ZREM', open, ARGV[2]) end
if step.once then redis.call('SET', request, version, 'EX', ARGV[4]) end
for _, key in ipairs({head, transactions, judgements, decisions, turns, messages}) do
  redis.call('EXPIRE', key, ARGV[3])
end
return answer
