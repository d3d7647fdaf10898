-- A review's state and the named entries of it, as they stand at one moment. Follows entries.lua.
-- KEYS: state, audit, judgements, decisions, remarks
-- ARGV: how many payments an entry of the trail holds, then references, each once
-- Answers {fields and values of the state, references, places of their findings, of their decisions, of their
-- remarks, places and lines of the trail, each once}. Places count from 0.
local state, audit, judgements, decisions, remarks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local refs = {unpack(ARGV, 2)}
local rows = tonumber(ARGV[1])
return {redis.call('HGETALL', state), refs, entries(audit, judgements, decisions, remarks, rows, refs)}
