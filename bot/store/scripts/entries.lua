-- For scripts that read payments: those named, with where their findings and decisions stand in the trail, and
-- the lines of the trail that it takes, each once. Places count from 0; false stands for none.
local function entries(audit, judgements, decisions, rows, refs)
  local findings, decided, lines, read = {}, {}, {}, {}
  local function with_line(place)
    if place and not read[place] then
      read[place] = true
      table.insert(lines, place)
      table.insert(lines, redis.call('LINDEX', audit, place))
    end
    return place
  end
  for _, ref in ipairs(refs) do
    -- The first entry of a trail says who submitted; the payments follow, so many to an entry.
    if tonumber(ref) > 0 then with_line(tostring(1 + math.floor((tonumber(ref) - 1) / rows))) end
    table.insert(findings, with_line(redis.call('HGET', judgements, ref)))
    table.insert(decided, with_line(redis.call('HGET', decisions, ref)))
  end
  return findings, decided, lines
end
