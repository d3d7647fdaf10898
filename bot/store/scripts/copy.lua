-- Copies of keys of one slot as they stand at one moment; with a review's name also what the indices and the
-- outbox of its shard hold about it.
-- KEYS: the keys to copy, then, with a name, outbox, open, timers
-- ARGV: how many keys are copied, the most elements of a key (0: any number), the review's name ("team review",
-- or empty), the entry of the outbox behind which to begin
-- Answers {{place of the key, type, when it ends in epoch ms (-1: never), elements, or nil where these are more}...},
-- {fields of a job...}, score in open, score in timers.
local most = tonumber(ARGV[2])
local sizes = {hash = 'HLEN', list = 'LLEN', set = 'SCARD', zset = 'ZCARD'}
local copies, jobs = {}, {}

local function elements(kind, key)
  if kind == 'string' then return {redis.call('GET', key)} end
  if most > 0 and sizes[kind] and redis.call(sizes[kind], key) > most then return false end
  if kind == 'hash' then return redis.call('HGETALL', key) end
  if kind == 'list' then return redis.call('LRANGE', key, 0, -1) end
  if kind == 'set' then return redis.call('SMEMBERS', key) end
  if kind == 'zset' then return redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end
  return redis.error_reply('ERR a key of an unknown type: ' .. key)
end

for at = 1, tonumber(ARGV[1]) do
  local kind = redis.call('TYPE', KEYS[at]).ok
  if kind ~= 'none' then
    local found = elements(kind, KEYS[at])
    if type(found) == 'table' and found.err then return found end
    table.insert(copies, {at, kind, redis.call('PEXPIRETIME', KEYS[at]), found})
  end
end
if ARGV[3] == '' then return {copies, jobs, false, false} end

local outbox, open, timers = KEYS[#KEYS - 2], KEYS[#KEYS - 1], KEYS[#KEYS]
for _, entry in ipairs(redis.call('XRANGE', outbox, '(' .. ARGV[4], '+')) do
  local fields = entry[2]
  for at = 1, #fields, 2 do
    if fields[at] == 'review' and fields[at + 1] == ARGV[3] then table.insert(jobs, fields) end
  end
end
return {copies, jobs, redis.call('ZSCORE', open, ARGV[3]), redis.call('ZSCORE', timers, ARGV[3])}
