-- Put past payments under their vendors and cards, each once however often it is told.
-- KEYS: a hash, field -> lines. ARGV: its life in seconds, how many lines a field keeps, then for each field
-- its name, how many lines follow, and for each line the beginning that names the payment, and the line,
-- which ends with its version: a higher one is not replaced.
local life, keep, at = ARGV[1], tonumber(ARGV[2]), 3
while at <= #ARGV do
  local field, count = ARGV[at], tonumber(ARGV[at + 1])
  at = at + 2
  local lines, place = {}, {}
  local stored = redis.call('HGET', KEYS[1], field)
  if stored then
    for line in string.gmatch(stored, '[^\n]+') do
      table.insert(lines, line)
      place[string.match(line, '^%["[^"]*"') or ''] = #lines
    end
  end
  for _ = 1, count do
    local beginning, line = ARGV[at], ARGV[at + 1]
    at = at + 2
    local stands = place[beginning]
    if stands then
      local version = '(%d+)%]$'
      if tonumber(string.match(lines[stands], version)) <= tonumber(string.match(line, version)) then
        lines[stands] = line
      end
    else
      table.insert(lines, line)
      place[beginning] = #lines
    end
  end
  redis.call('HSET', KEYS[1], field, table.concat(lines, '\n', math.max(1, #lines - keep + 1)))
end
redis.call('EXPIRE', KEYS[1], life)
return 1
