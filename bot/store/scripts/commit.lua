-- One step of one review: check what must still be so, then move state, decisions, turns, audit trail
-- and outbox together. Values are opaque text made by the caller; this script only compares and moves.
-- KEYS: head, judgements, decisions, turns, audit, outbox, open, request, messages
-- ARGV: step as JSON, name of the review ("team review"), life of a review and of a request in seconds
-- Answers {"ok", version, undecided, outbox entry of each job...}, {"exists" | "missing" | "repeated" |
-- "conflict", what}, or {"link", length, last link} where the audit trail has another end than the step
-- was chained to.
local head, judgements, decisions, turns, audit = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local outbox, open, request, messages = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local step = cjson.decode(ARGV[1])

local exists = redis.call('EXISTS', head) == 1
-- A trail outlives its review, and its name with it.
if step.create and (exists or redis.call('EXISTS', audit) == 1) then
  return {'exists', redis.call('HGET', head, 'request') or ''}
end
if not step.create and not exists then return {'missing', ''} end
if step.once and redis.call('EXISTS', request) == 1 then return {'repeated', redis.call('GET', request)} end
for field, value in pairs(step.expect) do
  if (redis.call('HGET', head, field) or step.unset[field]) ~= value then return {'conflict', field} end
end
for _, ref in ipairs(step.undecided) do
  if redis.call('HEXISTS', decisions, ref) == 1 then return {'conflict', 'decision ' .. ref} end
end
-- Where in the trail the decisions stand that this step corrects.
for ref, place in pairs(step.replaced) do
  if redis.call('HGET', decisions, ref) ~= place then return {'conflict', 'decision ' .. ref} end
end
if #step.audit > 0 then
  local length, link = redis.call('HGET', head, 'audited') or '0', redis.call('HGET', head, 'link') or ''
  if length ~= step.after or link ~= step.link then return {'link', length, link} end
end

for field, value in pairs(step.set) do
  if value == step.unset[field] then redis.call('HDEL', head, field) else redis.call('HSET', head, field, value) end
end
for field, by in pairs(step.add) do redis.call('HINCRBY', head, field, by) end
-- Findings and decisions stand in the trail alone; here is where.
for ref, place in pairs(step.judgements) do redis.call('HSET', judgements, ref, step.after + place) end
for ref, place in pairs(step.decisions) do redis.call('HSET', decisions, ref, step.after + place) end
for _, ref in ipairs(step.undone) do redis.call('HDEL', decisions, ref) end
for _, text in ipairs(step.turns) do redis.call('RPUSH', turns, text) end
redis.call('HINCRBY', head, 'turns', #step.turns)
for _, line in ipairs(step.audit) do redis.call('RPUSH', audit, line) end
if #step.audit > 0 then
  redis.call('HSET', head, 'audited', step.after + #step.audit, 'link', string.sub(step.audit[#step.audit], 1, 64))
end
local version = redis.call('HINCRBY', head, 'version', 1)
local answer = {'ok', version, tonumber(redis.call('HGET', head, 'undecided') or 0)}
for _, job in ipairs(step.jobs) do
  if job == 'publish' then redis.call('HSET', head, 'due', version) end
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
for _, key in ipairs({head, judgements, decisions, turns, messages}) do
  redis.call('EXPIRE', key, ARGV[3])
end
return answer
