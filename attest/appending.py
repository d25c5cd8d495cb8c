"""The one script that writes the log: a leaf with all that hangs on it, and a mark elsewhere, or nothing at all."""

from __future__ import annotations

# KEYS: 1 records, 2 heads, 3 details, 4 callers' keys, 5 state, 6 checkpoint, 7 the mark's hash, 8... nodes
# ARGV: 1 size, 2 leaf, 3 head, 4 detail, 5 caller's key, 6 state, 7 checkpoint, 8 entry whose facts go, 9 the key as
#       it was named before 0.2, 10 and 11 the mark's field and value, 12... node hashes
APPEND = """
if ARGV[10] ~= '' then
  local mark = redis.call('HGET', KEYS[7], ARGV[10])
  if mark and mark ~= ARGV[11] then return {'marked', mark} end
end
local seen = redis.call('HGET', KEYS[4], ARGV[5]) or redis.call('HGET', KEYS[4], ARGV[9])
if not seen then
  if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return {'taken', ARGV[1]} end
  redis.call('RPUSH', KEYS[1], ARGV[2])
  redis.call('RPUSH', KEYS[2], ARGV[3])
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
  redis.call('HSET', KEYS[4], ARGV[5], ARGV[1])
  redis.call('SET', KEYS[5], ARGV[6])
  redis.call('SET', KEYS[6], ARGV[7])
  for i = 12, #ARGV do redis.call('APPEND', KEYS[i - 4], ARGV[i]) end
end
if ARGV[8] ~= '' then redis.call('HDEL', KEYS[3], ARGV[8]) end
if ARGV[10] ~= '' then redis.call('HSET', KEYS[7], ARGV[10], ARGV[11]) end
if seen then return {'seen', seen} end
return {'added', ARGV[1]}
"""
