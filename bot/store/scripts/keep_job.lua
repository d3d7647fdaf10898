-- Keep a job that no step asked for until it is done; where one of the same key is kept already, that one.
-- KEYS: an outbox. ARGV: the job's key, then the fields of its entry, each name before its value. Answers the
-- entry that stands for it.
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
  for at = 1, #entry[2], 2 do
    if entry[2][at] == 'key' and entry[2][at + 1] == ARGV[1] then return entry[1] end
  end
end
return redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
