-- What is kept of vendors and cards, and the names of the vendors that are known.
-- KEYS: the hash of known vendors, how much of the past is known, then hashes, field -> lines
-- ARGV: "names" where those of the known vendors are asked for, then for each field the number of its hash,
-- from 1, and its name
-- Answers {names of known vendors, lines of each field in order, how much of the past is known as {payments,
-- first day, last day, whether nobody can tell}}; a field without lines is empty.
local answer = {
  ARGV[1] == 'names' and redis.call('HVALS', KEYS[1]) or {},
  {},
  redis.call('HMGET', KEYS[2], 'payments', 'first', 'last', 'untold'),
}
for at = 2, #ARGV, 2 do
  table.insert(answer[2], redis.call('HGET', KEYS[2 + tonumber(ARGV[at])], ARGV[at + 1]) or '')
end
return answer
