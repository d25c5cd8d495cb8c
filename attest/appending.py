"""The one script that writes the log: a leaf with all that hangs on it, and marks elsewhere, or nothing at all."""

from __future__ import annotations

# KEYS: 1 records, 2 heads, 3 details, 4 callers' keys, 5 state, 6 checkpoint, 7 the marks' hash, 8... nodes
# ARGV: 1 size, 2 leaf, 3 head, 4 detail, 5 caller's key, 6 state, 7 checkpoint, 8 entry whose facts go, 9 the key as
#       it was named before 0.2, 10 how many marks, then each mark's field and value, then node hashes
APPEND = """
local last = 10 + 2 * tonumber(ARGV[10])
for i = 11, last, 2 do
  local mark = redis.call('HGET', KEYS[7], ARGV[i])
  if mark and mark ~= ARGV[i + 1] then return {'marked', mark, ARGV[i]} end
end
local seen = redis.call('HGET', KEYS[4], ARGV[5]) or redis.call('HGET', KEYS[4], ARGV[9])
if not seen then
  if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return {'taken', ARGV[1], ''} end
  redis.call('RPUSH', KEYS[1], ARGV[2])
  redis.call('RPUSH', KEYS[2], ARGV[3])
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
  redis.call('HSET', KEYS[4], ARGV[5], ARGV[1])
  redis.call('SET', KEYS[5], ARGV[6])
  redis.call('SET', KEYS[6], ARGV[7])
  for i = last + 1, #ARGV do redis.call('APPEND', KEYS[7 + i - last], ARGV[i]) end
end
if ARGV[8] ~= '' then redis.call('HDEL', KEYS[3], ARGV[8]) end
for i = 11, last, 2 do redis.call('HSET', KEYS[7], ARGV[i], ARGV[i + 1]) end
if seen then return {'seen', seen, ''} end
return {'added', ARGV[1], ''}
"""
