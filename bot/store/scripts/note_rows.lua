-- Notes of rows in which batch they were first submitted; whatever is noted of a row already stands, unless it
-- ends with why that payment says so no more.
-- KEYS: hashes, row -> batch and reference. ARGV: their life in seconds, how many rows each holds at the most,
-- then for each row the number of its key, its name and what is noted of it.
-- Returns how many rows there was no room for.
local function is_gone(told)
  return told and (string.match(told, ' withdrawn$') or string.match(told, ' corrected$'))
end

local life, most, missed = ARGV[1], tonumber(ARGV[2]), 0
for at = 3, #ARGV, 3 do
  local key, row = KEYS[tonumber(ARGV[at])], ARGV[at + 1]
  if is_gone(redis.call('HGET', key, row)) then
    redis.call('HSET', key, row, ARGV[at + 2])
  elseif redis.call('HLEN', key) < most then
    redis.call('HSETNX', key, row, ARGV[at + 2])
  elseif redis.call('HEXISTS', key, row) == 0 then
    missed = missed + 1
  end
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, life) end
return missed
