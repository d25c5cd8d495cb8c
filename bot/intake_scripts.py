"""The rules of `bot.intake`, as they run inside the database. They say what happens; who asks stands in `bot.intake`.

Every instant that decides anything is the database's own (TIME): the machines that take part may differ by hours. A
lane that may be taken has the number of its first update as its score, far below any instant, and who waits longest
comes first; one in somebody's hands has the end of the lease, one that rests after a fault the end of its rest.

An edit whose message never came is the message itself (kind `first`): what was first written may come later, or never.
Among the known ids stand the messages too, as `text` or `first` and their digest.

The weights hold the bytes that wait, of all under '' and of each sender under their digest; how many of a sender's were
dropped under 'd' and the digest, how many came when the institution had no room under 'r' and the digest; how many
updates wait, and how many ever came, under '#' and '+'. A lease names its owner, the row and the try.
"""

from __future__ import annotations

from typing import Final

_NOW: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local text = function(number) return string.format('%.0f', number) end
"""

# KEYS: 1 row, 2 lane, 3 ready lanes, 4 known ids, 5 pending messages, 6 weights, 7 where something waits, 8 when each
# messenger was heard, 9 leases
# ARGV: 1 row id, 2 lane id, 3 when it came (ms, told to operators alone), 4 body, 5 message id or '', 6 kind (text |
#       edit | point | refused), 7 sender, 8 room of a sender (bytes), 9 room of all, 10 how long an id is known (ms),
#       11 most ids, 12 row prefix, 13 told at (ms, the platform's clock), 14 institution, 15 adapter,
#       16 who takes it at once where nobody waits before it, or '', 17 a lease (ms)
PUT: Final = (
    _NOW
    + """
redis.call('HSET', KEYS[8], ARGV[15], ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('ZSCORE', KEYS[4], ARGV[1]) then return 'again' end
local size = string.len(ARGV[4])
local known = function(kind)
  redis.call('ZADD', KEYS[4], text(now), ARGV[1])
  if ARGV[5] ~= '' and (kind == 'text' or kind == 'first') then
    redis.call('ZADD', KEYS[4], text(now), kind .. ' ' .. ARGV[5])
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', text(now - tonumber(ARGV[10])))
  redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -1 - tonumber(ARGV[11]))
end
local weigh = function(more)
  redis.call('HINCRBY', KEYS[6], '', more)
  redis.call('HINCRBY', KEYS[6], ARGV[7], more)
end
local pending = ARGV[5] ~= '' and redis.call('HGET', KEYS[5], ARGV[5])
if pending then
  local row = ARGV[12] .. pending
  local was = redis.call('HMGET', row, 'owner', 'kind', 'told', 'body', 'edit', 'size')
  if was[1] == '' and not (was[2] == 'text' and ARGV[6] == 'text') then
    local late = was[3] and tonumber(was[3]) > tonumber(ARGV[13])
    local body, edit, kind = was[4], was[5] or '', was[2]
    if ARGV[6] == 'text' then body, edit, kind = ARGV[4], was[4], 'text'
    elseif not late and kind == 'text' then edit = ARGV[4]
    elseif not late then body = ARGV[4] end
    local heavy = string.len(body) + string.len(edit)
    redis.call('HSET', row, 'body', body, 'edit', edit, 'kind', kind, 'size', heavy)
    if not late and ARGV[6] ~= 'text' then redis.call('HSET', row, 'told', ARGV[13]) end
    weigh(heavy - tonumber(was[6]))
    known(ARGV[6])
    return 'replaced'
  end
end
local came = function(kind) return redis.call('ZSCORE', KEYS[4], kind .. ' ' .. ARGV[5]) end
local kind = ARGV[6]
if ARGV[5] ~= '' and kind == 'text' and came('first') then known('') return 'again' end
if ARGV[5] ~= '' and kind == 'edit' and not came('text') and not came('first') then kind = 'first' end
if kind == 'refused' then
  if redis.call('HINCRBY', KEYS[6], 'r' .. ARGV[7], 1) > 1 then known('') return 'refused' end
elseif tonumber(redis.call('HGET', KEYS[6], ARGV[7]) or 0) + size > tonumber(ARGV[8]) then
  redis.call('HINCRBY', KEYS[6], 'd' .. ARGV[7], 1)
  known('')
  return 'dropped'
elseif tonumber(redis.call('HGET', KEYS[6], '') or 0) + size > tonumber(ARGV[9]) then
  return 'full'
end
local number = redis.call('HINCRBY', KEYS[6], '+', 1)
redis.call('HINCRBY', KEYS[6], '#', 1)
weigh(size)
known(kind)
local alone = redis.call('RPUSH', KEYS[2], ARGV[1]) == 1
local mine = alone and ARGV[16] ~= '' and #redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', text(now), 'LIMIT', 0, 1) == 0
redis.call('HSET', KEYS[1], 'body', ARGV[4], 'owner', mine and ARGV[16] or '', 'tries', mine and 1 or 0,
           'kind', kind, 'size', size, 'sender', ARGV[7], 'message', ARGV[5], 'number', number)
if kind ~= 'text' then redis.call('HSET', KEYS[1], 'told', ARGV[13]) end
redis.call('SADD', KEYS[7], ARGV[14])
if mine then
  redis.call('ZADD', KEYS[3], text(now + ARGV[17]), ARGV[2])
  redis.call('HSET', KEYS[9], ARGV[2], ARGV[16] .. ' ' .. ARGV[1] .. ' 1')
  return kind == 'first' and 'first' or 'taken'
end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[5], ARGV[5], ARGV[1]) end
if alone then
  redis.call('ZADD', KEYS[3], number, ARGV[2])
  redis.call('PUBLISH', 'dobi:wake', 'intake')
end
return kind == 'refused' and 'refused' or 'new'
"""
)

# KEYS: 1 ready lanes, 2 leases, 3 pending messages
# ARGV: 1 the most lanes, 2 a lease (ms), 3 owner, 4 lane prefix, 5 row prefix
# → in how many ms the next lane may be taken, '' where none is left; and of each taken: lane, its first row's id, body,
#   edit, tries, kind
LEASE: Final = (
    _NOW
    + """
local taken = {}
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now), 'LIMIT', 0, ARGV[1])) do
  local id = redis.call('LINDEX', ARGV[4] .. lane, 0)
  if id then
    local row = ARGV[5] .. id
    redis.call('HSET', row, 'owner', ARGV[3])
    local tries = redis.call('HINCRBY', row, 'tries', 1)
    redis.call('ZADD', KEYS[1], text(now + ARGV[2]), lane)
    redis.call('HSET', KEYS[2], lane, ARGV[3] .. ' ' .. id .. ' ' .. tries)
    local found = redis.call('HMGET', row, 'message', 'body', 'edit', 'kind')
    if found[1] ~= '' and redis.call('HGET', KEYS[3], found[1]) == id then redis.call('HDEL', KEYS[3], found[1]) end
    table.insert(taken, {lane, id, found[2], found[3] or '', tries, found[4]})
  else
    redis.call('ZREM', KEYS[1], lane)
  end
end
local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {next[2] and text(math.max(0, next[2] - now)) or '', taken}
"""
)

# KEYS: 1 ready lanes, 2 leases. ARGV: 1 lane id, 2 the lease, 3 how long nobody takes it (ms), 4 lane prefix,
# 5 row prefix. Ends a lease without its row being handled: of a dead owner, or to try again later. 0 when the lane was
# not held by that very lease any more.
FREE: Final = (
    _NOW
    + """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
local id = redis.call('LINDEX', ARGV[4] .. ARGV[1], 0)
if not id then redis.call('ZREM', KEYS[1], ARGV[1]) return 1 end
local row, rest = ARGV[5] .. id, tonumber(ARGV[3])
redis.call('HSET', row, 'owner', '')
redis.call('ZADD', KEYS[1], rest > 0 and text(now + rest) or redis.call('HGET', row, 'number'), ARGV[1])
return 1
"""
)

# KEYS: 1 ready lanes, 2 leases. ARGV: 1 lane id, 2 the lease, 3 a lease (ms). 0 when it is another's by now.
EXTEND: Final = (
    _NOW
    + """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZADD', KEYS[1], 'XX', text(now + ARGV[3]), ARGV[1])
return 1
"""
)

# KEYS: 1 row, 2 lane, 3 ready lanes, 4 leases, 5 weights. ARGV: 1 row id, 2 lane id, 3 owner, 4 row prefix
# A late worker, whose lease another took over, changes nothing: {-1, 0}. Else how many of the sender's were dropped,
# once nothing of theirs waits any more, and whether the lane has more.
DONE: Final = """
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[3] then return {-1, 0} end
local found = redis.call('HMGET', KEYS[1], 'size', 'sender', 'kind')
redis.call('HDEL', KEYS[4], ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('LREM', KEYS[2], 1, ARGV[1])
redis.call('HINCRBY', KEYS[5], '#', -1)
redis.call('HINCRBY', KEYS[5], '', -tonumber(found[1]))
local next = redis.call('LINDEX', KEYS[2], 0)
if next then redis.call('ZADD', KEYS[3], redis.call('HGET', ARGV[4] .. next, 'number'), ARGV[2])
else redis.call('ZREM', KEYS[3], ARGV[2]) end
local more = next and 1 or 0
if found[3] == 'refused' then redis.call('HDEL', KEYS[5], 'r' .. found[2]) end
if redis.call('HINCRBY', KEYS[5], found[2], -tonumber(found[1])) > 0 then return {0, more} end
local flood = redis.call('HGET', KEYS[5], 'd' .. found[2]) or 0
redis.call('HDEL', KEYS[5], found[2], 'd' .. found[2])
return {tonumber(flood), more}
"""
