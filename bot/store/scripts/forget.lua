-- Take words out of a review where it stands, with the line of its trail that says so, unless it changed since
-- it was read, or is open.
-- KEYS: state, turns, audit, refused, refusals, outbox
-- ARGV: a JSON object: version and stamp of the state (empty where there is none), length and last link of the
-- trail, lines and turns as pairs of a place from 0 and a text, set (fields of the state), unset, person, line (the
-- new one), job (fields of the entry of the outbox)
-- Answers 1, or 0 where nothing was done.
local state, turns, audit, refused, refusals, outbox = unpack(KEYS)
local step = cjson.decode(ARGV[1])
local stands = redis.call('HMGET', state, 'version', 'stamp', 'status')
if (stands[1] or '') ~= step.version or (stands[2] or '') ~= step.stamp then return 0 end
if stands[1] and stands[3] ~= 'closed' then return 0 end
if redis.call('LLEN', audit) ~= step.length then return 0 end
if string.sub(redis.call('LINDEX', audit, -1), 1, 64) ~= step.link then return 0 end

for at = 1, #step.lines, 2 do redis.call('LSET', audit, step.lines[at], step.lines[at + 1]) end
redis.call('RPUSH', audit, step.line)
if not stands[1] then return 1 end
for at = 1, #step.turns, 2 do redis.call('LSET', turns, step.turns[at], step.turns[at + 1]) end
redis.call('HSET', state, unpack(step.set))
if #step.unset > 0 then redis.call('HDEL', state, unpack(step.unset)) end
if step.person ~= '' then
  redis.call('HDEL', refused, step.person)
  for _, name in ipairs(redis.call('HKEYS', refusals)) do
    if string.sub(name, 1, #step.person + 1) == step.person .. ' ' then redis.call('HDEL', refusals, name) end
  end
end
redis.call('XADD', outbox, '*', unpack(step.job))
return 1
