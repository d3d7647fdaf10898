-- Notes of terms in which payments of which reviews they stand; told again, nothing changes.
-- KEYS: hashes, term -> a line for each review: its id, a space, references with commas between them.
-- ARGV: their life in seconds, how many terms each holds at the most, how many reviews and references of each
-- review a term keeps, then for each term the number of its key, its name, the review, and its references.
-- The reviews that were noted last are kept. Returns how many terms there was no room for.
local life, most = ARGV[1], tonumber(ARGV[2])
local reviews, references, missed = tonumber(ARGV[3]), tonumber(ARGV[4]), 0

-- The references of both lists, each once, in the order in which they come.
local function joined(stands, told)
  local seen, all = {}, {}
  for ref in string.gmatch(stands .. ',' .. told, '%d+') do
    if not seen[ref] and #all < references then
      seen[ref] = true
      table.insert(all, ref)
    end
  end
  return table.concat(all, ',')
end

for at = 5, #ARGV, 4 do
  local key, term, review, told = KEYS[tonumber(ARGV[at])], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local stored = redis.call('HGET', key, term)
  if not stored and redis.call('HLEN', key) >= most then
    missed = missed + 1
  else
    local lines, stands = {}, ''
    for line in string.gmatch(stored or '', '[^\n]+') do
      local of, refs = string.match(line, '^(%S+) (%S*)$')
      if of == review then stands = refs else table.insert(lines, line) end
    end
    table.insert(lines, review .. ' ' .. joined(stands, told))
    if #lines > reviews then table.remove(lines, 1) end
    redis.call('HSET', key, term, table.concat(lines, '\n'))
  end
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, life) end
return missed
