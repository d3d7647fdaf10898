-- Put past payments under their vendors and cards, each once however often it is told.
-- KEYS: how much of the past is known, the hash of known vendors, then hashes, field -> lines. ARGV: their life in seconds, how many settled lines a field keeps, how many at
-- the very most, the day from which on lines are kept before others, then for each field the number of its
-- key, its name, how many lines follow, and for each line the beginning that names the payment, and the line,
-- which ends with its version: a higher one is not replaced, and of the same version nothing settled becomes
-- waiting again.
-- Returns how many lines there was no room for, and of them how many that were to be kept before others.
local life, keep, most, lately, at = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], 5

local function waits(line)
  return string.find(line, '^%["[^"]*", "waiting"') ~= nil
end

local function replaces(line, stands)
  local told, known = tonumber(string.match(line, '(%d+)%]$')), tonumber(string.match(stands, '(%d+)%]$'))
  return told > known or (told == known and (waits(stands) or not waits(line)))
end

-- What waits has room of its own, so that no batch pushes out what it is to be compared with; who comes too
-- late finds none. Of what is settled the oldest go, last of all those of late and those that alone tell of
-- an account, or of an amount of an invoice.
local function trimmed(lines)
  local settled, waiting, gone, missed = {}, 0, {}, 0
  for place, line in ipairs(lines) do
    if waits(line) then
      waiting = waiting + 1
      gone[place] = waiting > most
      missed = missed + (gone[place] and 1 or 0)
    else
      local date = string.match(line, '^%["[^"]*", "%a+", "([%d-]+)"') or ''
      table.insert(settled, { place = place, date = date })
    end
  end
  if #settled > keep then
    table.sort(settled, function(one, other)
      if one.date ~= other.date then
        return one.date > other.date
      end
      return one.place > other.place
    end)
  end
  local accounts, invoices, noted = { [''] = true }, { [''] = true }, 0
  -- What one line tells that none before it does, of all lines up to this one; decoding them is dear.
  local function tells_alone(at)
    local alone = false
    for before = noted + 1, at do
      local one = cjson.decode(lines[settled[before].place])
      for part = 3, 9 do
        one[part] = type(one[part]) == 'string' and one[part] or ''
      end
      local invoice = one[7] ~= '' and table.concat({ one[7], one[4], one[5] }, '\n') or ''
      alone = not (accounts[one[9]] and invoices[invoice])
      accounts[one[9]], invoices[invoice] = true, true
    end
    noted = at
    return alone
  end
  local kept = 0
  for at, one in ipairs(settled) do
    if kept < keep then
      kept = kept + 1
    else
      local matters = one.date >= lately or tells_alone(at)
      if matters and kept < most then
        kept = kept + 1
      else
        gone[one.place] = true
        missed = missed + (matters and 1 or 0)
      end
    end
  end
  local left = {}
  for place, line in ipairs(lines) do
    if not gone[place] then
      table.insert(left, line)
    end
  end
  return left, missed
end

-- How many payments are approved, and the days of the first and last of them: each payment is counted once, at
-- its vendor. A past that was begun before it was counted cannot be told.
local extent, known_vendors = KEYS[1], KEYS[2]
if redis.call('EXISTS', extent) == 0 and redis.call('EXISTS', known_vendors) == 1 then
  redis.call('HSET', extent, 'untold', '1')
end

local function count_approved(before, line)
  local was = before and string.find(before, '^%["[^"]*", "approved"')
  local is = string.find(line, '^%["[^"]*", "approved"')
  if is and not was then
    redis.call('HINCRBY', extent, 'payments', 1)
  elseif was and not is then
    redis.call('HINCRBY', extent, 'payments', -1)
  end
  local day = is and string.match(line, '^%["[^"]*", "approved", "([%d-]+)"')
  if day then
    local stored = redis.call('HMGET', extent, 'first', 'last')
    if not stored[1] or day < stored[1] then redis.call('HSET', extent, 'first', day) end
    if not stored[2] or day > stored[2] then redis.call('HSET', extent, 'last', day) end
  end
end

local dropped, missed = 0, 0
while at <= #ARGV do
  local key, field, count = KEYS[2 + tonumber(ARGV[at])], ARGV[at + 1], tonumber(ARGV[at + 2])
  at = at + 3
  local lines, place = {}, {}
  local stored = redis.call('HGET', key, field)
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
    if string.sub(field, 1, 2) == 'n ' and (not stands or replaces(line, lines[stands])) then
      count_approved(stands and lines[stands], line)
    end
    if not stands then
      table.insert(lines, line)
      place[beginning] = #lines
    elseif replaces(line, lines[stands]) then
      lines[stands] = line
    end
  end
  if #lines > keep then
    local left, without = trimmed(lines)
    dropped, missed = dropped + #lines - #left, missed + without
    lines = left
  end
  redis.call('HSET', key, field, table.concat(lines, '\n'))
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, life) end
return { dropped, missed }
