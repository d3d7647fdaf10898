-- For scripts that read payments: those named, with where their findings, decisions and remarks stand in the
-- trail, and the lines of the trail that it takes, each once. Places count from 0, those of remarks are one text
-- (`12,15`); false stands for none.
local function entries(audit, judgements, decisions, remarks, rows, refs)
  local findings, decided, remarked, lines, read = {}, {}, {}, {}, {}
  local has_remarks = redis.call('EXISTS', remarks) == 1
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
    local places = has_remarks and redis.call('HGET', remarks, ref)
    for place in string.gmatch(places or '', '%d+') do with_line(place) end
    table.insert(remarked, places)
  end
  return findings, decided, remarked, lines
end
