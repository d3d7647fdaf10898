-- Counts one submission of a person, unless that would pass a bound of the minute.
-- KEYS: the person's submissions by time (epoch seconds), each named "SIZE REQUEST"
-- ARGV: request, size in bytes, now, the minute, most submissions in it, most bytes in it, memory (seconds each)
-- Answers {"admitted"}, also where this request was admitted before; else {"batches" or "bytes", when there is room
-- again (epoch seconds)}, and nothing is counted.
local key, name = KEYS[1], ARGV[2] .. ' ' .. ARGV[1]
local size, now, minute = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local batches, bytes, memory = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
if redis.call('ZSCORE', key, name) then return {'admitted'} end

local within = redis.call('ZRANGEBYSCORE', key, string.format('(%.3f', now - minute), '+inf', 'WITHSCORES')
local count, sum = #within / 2, 0
for at = 1, #within, 2 do sum = sum + tonumber(string.match(within[at], '^%d+')) end
local why
for at = 1, #within + 1, 2 do
  local over = (count >= batches and 'batches') or (size > 0 and sum > 0 and sum + size > bytes and 'bytes')
  if not over then
    if why then return {why, string.format('%.3f', tonumber(within[at - 1]) + minute)} end
    break
  end
  why = why or over
  count = count - 1
  sum = sum - tonumber(string.match(within[at], '^%d+'))
end

redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.3f', now - memory))
redis.call('ZADD', key, string.format('%.3f', now), name)
redis.call('EXPIRE', key, memory)
return {'admitted'}
