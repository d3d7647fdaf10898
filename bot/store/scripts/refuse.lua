-- One refused attempt: counted where the trail has told of this person within the hour, else due for an entry.
-- KEYS: when the trail has last told, by person; counts by "person outcome"; request
-- ARGV: person, outcome, now and length of the hour (seconds), lives of the counts and of a request (seconds),
-- and "1" where the request has a name
-- Answers {"counted"}, also where this request was counted before, or {"due", when told last or "", outcome,
-- count, ...} with what no entry tells yet.
local refused, refusals, request = KEYS[1], KEYS[2], KEYS[3]
local person, outcome, named = ARGV[1], ARGV[2], ARGV[7] == '1'
if named and redis.call('EXISTS', request) == 1 then return {'counted'} end

local told = redis.call('HGET', refused, person)
if told and tonumber(ARGV[3]) - tonumber(told) < tonumber(ARGV[4]) then
  redis.call('HINCRBY', refusals, person .. ' ' .. outcome, 1)
  redis.call('EXPIRE', refused, ARGV[5])
  redis.call('EXPIRE', refusals, ARGV[5])
  if named then redis.call('SET', request, '1', 'EX', ARGV[6]) end
  return {'counted'}
end

local answer = {'due', told or ''}
local counts = redis.call('HGETALL', refusals)
for at = 1, #counts, 2 do
  local of, what = string.match(counts[at], '^(%S+) (%S+)$')
  if of == person then
    table.insert(answer, what)
    table.insert(answer, counts[at + 1])
  end
end
return answer
