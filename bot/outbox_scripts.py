"""The outbox's rules as Lua scripts: each is one step that happens whole or not at all. Nothing here is Python's.

All keys of a script belong to one institution. Instants are milliseconds, handed in: no script asks the server's clock.
"""

from __future__ import annotations

# KEYS: 1 row, 2 the chat's queue, 3 ready chats, 4 the story's chats, 5 who is away, 6 finished rows, 7 chats in a
# hurry, 8 the chat's index, 9 what the away missed.
# ARGV: 1 row id, 2 chat ref, 3 due (ms), 4 body, 5 the story, 6 its step, 7 kind
# Where the chat already has the story, the row becomes an edit of that first message. Whoever is away misses it: the
# row is remembered as told, without its words. 1 when written, 0 when it was there or is missed.
PUT = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local first = redis.call('HGET', KEYS[4], ARGV[2])
if redis.call('HEXISTS', KEYS[5], ARGV[2]) == 1 then
  redis.call('HSET', KEYS[1], 'state', 'missed', 'due', ARGV[3], 'chat', ARGV[2], 'story', ARGV[5])
  redis.call('ZADD', KEYS[6], ARGV[3], ARGV[1])
  redis.call('ZADD', KEYS[8], 'NX', ARGV[3], ARGV[1])
  if not first then
    redis.call('HSET', KEYS[4], ARGV[2], ARGV[1])
    if ARGV[7] ~= 'reply' then redis.call('HINCRBY', KEYS[9], ARGV[2], 1) end
  end
  return 0
end
redis.call('HSET', KEYS[1], 'body', ARGV[4], 'state', 'pending', 'tries', 0, 'due', ARGV[3],
           'chat', ARGV[2], 'story', ARGV[5], 'step', ARGV[6], 'kind', ARGV[7])
if first then redis.call('HSET', KEYS[1], 'edits', first) else redis.call('HSET', KEYS[4], ARGV[2], ARGV[1]) end
if redis.call('RPUSH', KEYS[2], ARGV[1]) == 1 then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2]) end
if ARGV[7] == 'reply' then redis.call('ZADD', KEYS[7], ARGV[3], ARGV[2]) end
redis.call('ZADD', KEYS[8], 'NX', ARGV[3], ARGV[1])
return 1
"""

# KEYS: 1 ready chats, 2 chats in a hurry. ARGV: 1 the time (ms), 2 how many at most
# → when the next chat is due that is not due yet ('' for none), how many of the following are in a hurry, chat refs.
PEEK = """
local refs, seen = {}, {}
for _, ref in ipairs(redis.call('ZRANGE', KEYS[2], 0, 255)) do
  local score = redis.call('ZSCORE', KEYS[1], ref)
  if score and tonumber(score) <= tonumber(ARGV[1]) then refs[#refs + 1] = ref seen[ref] = true end
end
local hurry = #refs
for _, ref in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])) do
  if not seen[ref] then refs[#refs + 1] = ref end
end
local later = redis.call('ZRANGE', KEYS[1], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
return {later[2] or '', hurry, refs}
"""

# KEYS: 1 ready chats, 2 leases
# ARGV: 1 the time (ms), 2 lease end (ms), 3 owner, 4 queue prefix, 5 row prefix, 6 story prefix, then chat refs
# → of each chat that is due the head row's id and fields, with the native id of the message it edits; a chat that
# another worker was faster to take is left out. An edit of a message that never left (late, missed, gone) is the
# story's first message itself, or edits the one that is.
LEASE = """
local function unsaid(id)
  local state = redis.call('HGET', ARGV[5] .. id, 'state')
  return state == 'late' or state == 'missed' or state == 'gone'
end
local found = {}
for i = 7, #ARGV do
  local ref = ARGV[i]
  local score = redis.call('ZSCORE', KEYS[1], ref)
  local id = false
  if score and tonumber(score) <= tonumber(ARGV[1]) then
    id = redis.call('LINDEX', ARGV[4] .. ref, 0)
    if not id then redis.call('ZREM', KEYS[1], ref) end
  end
  if id then
    local row = ARGV[5] .. id
    local was = redis.call('HMGET', row, 'state', 'body', 'edits', 'floods', 'story', 'step', 'at', 'main', 'due')
    if not was[2] then
      redis.call('LPOP', ARGV[4] .. ref)
    else
      redis.call('HSET', row, 'state', 'leased', 'owner', ARGV[3], 'at', ARGV[1])
      local tries = redis.call('HINCRBY', row, 'tries', 1)
      redis.call('ZADD', KEYS[1], ARGV[2], ref)
      redis.call('HSET', KEYS[2], ref, ARGV[3])
      local edits = was[3]
      if edits and unsaid(edits) then
        local story = ARGV[6] .. was[5]
        local first = redis.call('HGET', story, ref)
        if first and first ~= id and not unsaid(first) then
          edits = first
          redis.call('HSET', row, 'edits', edits)
        else
          edits = false
          redis.call('HDEL', row, 'edits')
          redis.call('HSET', story, ref, id)
        end
      end
      local native = edits and redis.call('HGET', ARGV[5] .. edits, 'native') or ''
      found[#found + 1] = {ref, id, was[1], was[2], edits or '', native or '', tostring(tries), was[4] or '0',
                           was[5] or '', was[6] or '1', was[7] or '', was[8] or '', was[9] or '0'}
    end
  end
end
return found
"""

# KEYS: 1 ready chats, 2 leases. ARGV: 1 chat ref, 2 the dead owner
# 0 when another worker freed it before: the chat may be in its hands by now.
FREE = """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[1], 'XX', 0, ARGV[1])
return 1
"""

# Whoever is away gets nothing: the rest of the chat's queue is missed, its words destroyed.
# needs: ref, now, row prefix, and the keys queue, ready, hurry, finished, away, missed
_AWAY = """
local function leave(ref, now, row, queue, ready, hurry, finished, away, missed)
  redis.call('HSETNX', away, ref, now)
  for _, id in ipairs(redis.call('LRANGE', queue, 0, -1)) do
    local was = redis.call('HMGET', row .. id, 'kind', 'main')
    redis.call('HSET', row .. id, 'state', 'missed')
    redis.call('HDEL', row .. id, 'body', 'owner')
    redis.call('ZADD', finished, now, id)
    if was[1] ~= 'reply' and (not was[2] or was[2] == id) then
      redis.call('HINCRBY', missed, ref, 1)
    end
  end
  redis.call('DEL', queue)
  redis.call('ZREM', ready, ref)
  redis.call('ZREM', hurry, ref)
end
"""

# KEYS: 1 row, 2 the chat's queue, 3 ready chats, 4 leases, 5 finished rows, 6 dead rows, 7 chats in a hurry, 8 who is
# away, 9 what they missed
# ARGV: 1 row id, 2 chat ref, 3 owner, 4 new state, 5 native id, 6 retry at (ms), 7 the time (ms), 8 row prefix,
# 9 when the chat may be spoken to next (ms), 10 why, as a code, 11 what a retry costs: 'try', 'flood' or 'none',
# 12 'anew': it is no edit any more
# A late worker, whose lease another took over, changes nothing: 0.
FINISH = (
    _AWAY
    + """
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[3] or redis.call('HGET', KEYS[1], 'state') ~= 'leased' then return 0 end
redis.call('HDEL', KEYS[4], ARGV[2])
redis.call('HSET', KEYS[1], 'state', ARGV[4], 'native', ARGV[5])
if ARGV[10] ~= '' then redis.call('HSET', KEYS[1], 'why', ARGV[10]) end
if ARGV[12] == 'anew' then redis.call('HDEL', KEYS[1], 'edits') end
if ARGV[4] == 'retry' then
  if ARGV[11] == 'flood' then redis.call('HINCRBY', KEYS[1], 'floods', 1) end
  if ARGV[11] ~= 'try' then redis.call('HINCRBY', KEYS[1], 'tries', -1) end
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[2])
  return 1
end
redis.call('LREM', KEYS[2], 1, ARGV[1])
redis.call('ZADD', KEYS[5], ARGV[7], ARGV[1])
-- what was said is kept no longer than it takes to say, nor what is no longer true
if ARGV[4] == 'sent' or ARGV[4] == 'late' then redis.call('HDEL', KEYS[1], 'body') end
if ARGV[4] ~= 'sent' then redis.call('ZADD', KEYS[6], ARGV[7], ARGV[1]) end
local kind = redis.call('HGET', KEYS[1], 'kind')
if ARGV[4] == 'gone' then
  if kind ~= 'reply' then redis.call('HINCRBY', KEYS[9], ARGV[2], 1) end
  leave(ARGV[2], ARGV[7], ARGV[8], KEYS[2], KEYS[3], KEYS[7], KEYS[5], KEYS[8], KEYS[9])
  return 1
end
local next = redis.call('LINDEX', KEYS[2], 0)
if next then
  local due = tonumber(redis.call('HGET', ARGV[8] .. next, 'due') or '0')
  redis.call('ZADD', KEYS[3], string.format('%.0f', math.max(due, tonumber(ARGV[9]))), ARGV[2])
else redis.call('ZREM', KEYS[3], ARGV[2]) end
if kind == 'reply' then
  for _, id in ipairs(redis.call('LRANGE', KEYS[2], 0, 19)) do
    if redis.call('HGET', ARGV[8] .. id, 'kind') == 'reply' then return 1 end
  end
  redis.call('ZREM', KEYS[7], ARGV[2])
end
return 1
"""
)

# KEYS: 1 the chat's queue, 2 ready chats, 3 chats in a hurry, 4 finished rows, 5 who is away, 6 what they missed
# ARGV: 1 chat ref, 2 the time (ms), 3 row prefix
LEAVE = (
    _AWAY
    + """
leave(ARGV[1], ARGV[2], ARGV[3], KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
return 1
"""
)

# KEYS: 1 row, 2 the chat's queue, 3 ready chats, 4 leases, 5 the chat's index
# ARGV: 1 row id, 2 chat ref, 3 owner, 4 the time (ms), 5 row prefix, 6 the row's own body, 7 how many parts go before,
# then id and body of each other part in the order of reading
# The parts stand around the row in the queue, and all wait again. 0: the lease was another's, nothing was changed.
SPLIT = """
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[3] or redis.call('HGET', KEYS[1], 'state') ~= 'leased' then return 0 end
redis.call('HDEL', KEYS[4], ARGV[2])
redis.call('HINCRBY', KEYS[1], 'tries', -1)
local was = redis.call('HMGET', KEYS[1], 'due', 'story', 'kind', 'step')
local names, before = {}, tonumber(ARGV[7])
local function add(i)
  local id = ARGV[i]
  redis.call('HSET', ARGV[5] .. id, 'body', ARGV[i + 1], 'state', 'pending', 'tries', 0, 'due', was[1],
             'chat', ARGV[2], 'story', was[2], 'step', was[4] or '1', 'kind', was[3] or 'reply', 'main', ARGV[1])
  redis.call('ZADD', KEYS[5], 'NX', was[1], id)
  return id
end
local last = 7 + 2 * before
for i = 8, last, 2 do
  redis.call('LINSERT', KEYS[2], 'BEFORE', ARGV[1], add(i))
  names[#names + 1] = ARGV[i]
end
local pivot = ARGV[1]
for i = last + 1, #ARGV, 2 do
  redis.call('LINSERT', KEYS[2], 'AFTER', pivot, add(i))
  pivot = ARGV[i]
  names[#names + 1] = ARGV[i]
end
redis.call('HSET', KEYS[1], 'state', 'pending', 'body', ARGV[6], 'parts', table.concat(names, ' '), 'main', ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
return 1
"""

# KEYS: 1 the story's chats, 2 finished rows, 3 dead rows. ARGV: 1 row prefix, 2 queue prefix, 3 index prefix
# Whoever has one of the rows in hand finds it gone when it ends; its chat is freed with its lease.
DROP = """
local rows = redis.call('HGETALL', KEYS[1])
local function destroy(ref, id)
  redis.call('DEL', ARGV[1] .. id)
  redis.call('LREM', ARGV[2] .. ref, 0, id)
  redis.call('ZREM', ARGV[3] .. ref, id)
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZREM', KEYS[3], id)
end
for i = 1, #rows, 2 do
  local parts = redis.call('HGET', ARGV[1] .. rows[i + 1], 'parts')
  for id in string.gmatch(parts or '', '%S+') do destroy(rows[i], id) end
  destroy(rows[i], rows[i + 1])
end
redis.call('DEL', KEYS[1])
return #rows / 2
"""

# KEYS: 1 row, 2 the chat's queue, 3 ready chats, 4 dead rows, 5 finished rows, 6 chats in a hurry
# ARGV: 1 row id, 2 chat ref. A row that ended unsent waits again, behind what waits there. 0: it is no such row.
AGAIN = """
local was = redis.call('HMGET', KEYS[1], 'state', 'body', 'due', 'kind')
if not was[2] or (was[1] ~= 'dead' and was[1] ~= 'gone' and was[1] ~= 'ambiguous') then return 0 end
redis.call('HSET', KEYS[1], 'state', 'pending', 'tries', 0, 'floods', 0)
redis.call('HDEL', KEYS[1], 'owner', 'why')
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[5], ARGV[1])
if redis.call('RPUSH', KEYS[2], ARGV[1]) == 1 then redis.call('ZADD', KEYS[3], was[3], ARGV[2]) end
if was[4] == 'reply' then redis.call('ZADD', KEYS[6], was[3], ARGV[2]) end
return 1
"""

# KEYS: 1 row, 2 dead rows. ARGV: 1 row id. Its words go; that it was told stays, so that nobody tells it again.
DISCARD = """
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'dead' and state ~= 'gone' and state ~= 'ambiguous' then return 0 end
redis.call('HDEL', KEYS[1], 'body')
return redis.call('ZREM', KEYS[2], ARGV[1])
"""
