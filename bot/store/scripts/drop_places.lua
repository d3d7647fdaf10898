-- Take payments of a review out of terms that they are found by; done again, nothing changes.
-- KEYS: hashes as in note_places.lua. ARGV: the review, then for each term the number of its key, its name, and
-- references with commas between them.
local review = ARGV[1]
for at = 2, #ARGV, 3 do
  local key, term, gone = KEYS[tonumber(ARGV[at])], ARGV[at + 1], ',' .. ARGV[at + 2] .. ','
  local lines = {}
  for line in string.gmatch(redis.call('HGET', key, term) or '', '[^\n]+') do
    local of, refs = string.match(line, '^(%S+) (%S*)$')
    if of == review then
      local left = {}
      for ref in string.gmatch(refs, '%d+') do
        if not string.find(gone, ',' .. ref .. ',', 1, true) then table.insert(left, ref) end
      end
      line = #left > 0 and of .. ' ' .. table.concat(left, ',') or nil
    end
    table.insert(lines, line)
  end
  if #lines > 0 then redis.call('HSET', key, term, table.concat(lines, '\n')) else redis.call('HDEL', key, term) end
end
return 1
