-- Counts what is about to be spent, unless that would pass a bound.
-- KEYS: the count. ARGV: how much, the bound (0: none), life in seconds. Answers 1, or 0 where nothing was counted.
local most = tonumber(ARGV[2])
local spent = tonumber(redis.call('GET', KEYS[1]) or '0') + tonumber(ARGV[1])
if most > 0 and spent > most then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f', math.max(spent, 0)), 'EX', ARGV[3])
return 1
