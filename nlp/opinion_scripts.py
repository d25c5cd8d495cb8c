"""The rules of `nlp.opinions` as Lua scripts: each is one step that happens whole or not at all."""

from __future__ import annotations

from typing import Final

# KEYS sent, order; ARGV story record at most
SEND: Final = """
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if over > 0 then
  local old = redis.call('ZPOPMIN', KEYS[2], over)
  for i = 1, #old, 2 do redis.call('HDEL', KEYS[1], old[i]) end
end
return 1
"""

# KEYS taps order changed sequence backs under; ARGV field record rank at signal reason chat most signed
# 0 where nothing changes: the same again, an opening after an opinion, or an older opinion that comes late, perhaps
# when it was taken back already. A record whose first line ends in ` s` is a sign that somebody sees on the message
# until it is taken off: another opinion lies over it, and it stands again when that goes.
TAP: Final = """
if tonumber(redis.call('HGET', KEYS[5], ARGV[1] .. ' ' .. ARGV[5]) or '-1') >= tonumber(ARGV[4]) then return 0 end
local function signed(record) return (string.gsub(record, '\\n', ' s\\n', 1)) end
local known, record = redis.call('HGET', KEYS[1], ARGV[1]), ARGV[2]
if ARGV[9] == '1' then record = signed(record) end
if known then
  local rank, at, signal, reason = string.match(known, '^(%d) (%d+) (%a+) (%a*)')
  local sign = string.match(known, '^[^\\n]* s\\n')
  if tonumber(rank) > tonumber(ARGV[3]) then return 0 end
  if rank == ARGV[3] and tonumber(at) > tonumber(ARGV[4]) then
    if ARGV[9] == '1' and signal ~= ARGV[5] then redis.call('HSET', KEYS[6], ARGV[1], record) end
    return 0
  end
  if signal == ARGV[5] and (reason == ARGV[6] or ARGV[6] == '') then
    if ARGV[9] == '1' and not sign then redis.call('HSET', KEYS[1], ARGV[1], signed(known)) end
    return 0
  end
  if signal == ARGV[5] and sign and ARGV[9] ~= '1' then record = signed(record) end
  if signal ~= ARGV[5] then
    local under = redis.call('HGET', KEYS[6], ARGV[1])
    if under and string.match(under, '^%d %d+ (%a+)') == ARGV[5] then
      if ARGV[9] ~= '1' then record = signed(record) end
      redis.call('HDEL', KEYS[6], ARGV[1])
    end
    if sign then redis.call('HSET', KEYS[6], ARGV[1], known) end
  end
end
redis.call('HSET', KEYS[1], ARGV[1], record)
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[8])
if over > 0 then
  local old = redis.call('ZPOPMIN', KEYS[2], over)
  for i = 1, #old, 2 do
    redis.call('HDEL', KEYS[1], old[i])
    redis.call('HDEL', KEYS[6], old[i])
  end
end
redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[4]), ARGV[7])
return 1
"""

# KEYS taps order changed sequence backs heads under; ARGV field signal at chat seconds
# 1 where the opinion stood; what lay under it stands again.
BACK: Final = """
local name = ARGV[1] .. ' ' .. ARGV[2]
if tonumber(redis.call('HGET', KEYS[5], name) or '-1') < tonumber(ARGV[3]) then
  redis.call('HSET', KEYS[5], name, ARGV[3])
  redis.call('EXPIRE', KEYS[5], ARGV[5])
end
local function about(record) return string.match(record or '', '^%d (%d+) (%a+)') end
local under = redis.call('HGET', KEYS[7], ARGV[1])
local at, signal = about(under)
if under and signal == ARGV[2] and tonumber(at) <= tonumber(ARGV[3]) then
  redis.call('HDEL', KEYS[7], ARGV[1])
  under = false
end
local since = at
at, signal = about(redis.call('HGET', KEYS[1], ARGV[1]))
if signal ~= ARGV[2] or tonumber(at) > tonumber(ARGV[3]) then return 0 end
if under then
  redis.call('HDEL', KEYS[7], ARGV[1])
  redis.call('HSET', KEYS[1], ARGV[1], under)
  redis.call('ZADD', KEYS[2], since, ARGV[1])
else
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
end
redis.call('HDEL', KEYS[6], ARGV[4])
redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[4]), ARGV[4])
return 1
"""

# KEYS taps changed sequence; ARGV chat, then by threes field, record as read, record to stand
RENEW: Final = """
local done = 0
for i = 2, #ARGV, 3 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
    done = done + 1
  end
end
if done > 0 then redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[3]), ARGV[1]) end
return done
"""

# KEYS taps order changed sequence heads under; ARGV chat, how the fields end that go ("" is all)
RESET: Final = """
local count = 0
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, -string.len(ARGV[2])) == ARGV[2] or ARGV[2] == '' then
    redis.call('HDEL', KEYS[1], field)
    redis.call('ZREM', KEYS[2], field)
    redis.call('HDEL', KEYS[6], field)
    count = count + 1
  end
end
if count == 0 then return 0 end
redis.call('HDEL', KEYS[5], ARGV[1])
redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[4]), ARGV[1])
return count
"""
