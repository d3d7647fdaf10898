-- The generic cell rate algorithm: one number, the time at which everything given out is paid for.
-- KEYS: the number (milliseconds). ARGV: milliseconds a turn, burst, longest wait, and for a pause its length.
-- Answers the wait in milliseconds; negative where it is too long and nothing was taken.
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local each, burst, patience = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = 0
if ARGV[4] then
  paid = math.max(paid, now + tonumber(ARGV[4]) + each * (burst - 1))
else
  wait = math.max(0, paid - each * (burst - 1) - now)
  if wait > patience then return -wait end
  paid = paid + each
end
redis.call('SET', KEYS[1], string.format('%d', paid), 'PX', paid - now + 1000)
return wait
