"""The outbox's rules as Lua scripts: each is one step that happens whole or not at all. Nothing here is Python's.

All keys of a script belong to one institution. Instants are milliseconds, handed in: no script asks the server's clock.
"""

from __future__ import annotations

# KEYS: 1 the head of the institution's keys
# ARGV, of each row: row id, chat ref, due (ms), body, the story, its step, kind, doubt (ms: since when it may have
# arrived; '' where it was never tried)
# Where the chat already has the story, the row becomes an edit of that first message. Whoever is away misses it: the
# row is remembered as told, without its words. → of each 1 when written, 0 when it was there or is missed.
PUT = """
local head, out = KEYS[1], {}
local function put(id, ref, due, body, story, step, kind, doubt)
  local row, chats = head .. 'row:' .. id, head .. 'story:' .. story
  if redis.call('EXISTS', row) == 1 then return 0 end
  local adapter = string.match(ref, '^[^:]*')
  local first = redis.call('HGET', chats, ref)
  redis.call('ZADD', head .. 'of:' .. ref, 'NX', due, id)
  if redis.call('HEXISTS', head .. 'away', ref) == 1 then
    redis.call('HSET', row, 'state', 'missed', 'due', due, 'chat', ref, 'story', story)
    redis.call('ZADD', head .. 'finished', due, id)
    if not first then
      redis.call('HSET', chats, ref, id)
      if kind ~= 'reply' then redis.call('HINCRBY', head .. 'missed', ref, 1) end
    end
    return 0
  end
  redis.call('HSET', row, 'body', body, 'state', 'pending', 'tries', 0, 'due', due,
             'chat', ref, 'story', story, 'step', step, 'kind', kind)
  if doubt ~= '' then redis.call('HSET', row, 'doubt', doubt) end
  if first then redis.call('HSET', row, 'edits', first) else redis.call('HSET', chats, ref, id) end
  if redis.call('RPUSH', head .. 'chat:' .. ref, id) == 1 then
    redis.call('ZADD', head .. 'ready:' .. adapter, due, ref)
  end
  if kind == 'reply' then redis.call('ZADD', head .. 'hurry:' .. adapter, due, ref) end
  return 1
end
for i = 1, #ARGV, 8 do
  out[#out + 1] = put(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6],
                      ARGV[i + 7])
end
return out
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

# Takes a chat's head row where it is due and nobody has it: → its fields, with the native id of the message that it
# edits, and how many rows stand behind it; nothing where another worker was faster. An edit of a message that never
# left (late, missed, gone) is the story's first message itself, or edits the one that is.
# `held`: it waits in its worker's hands for its turn, and is tried only from BEGIN on: who dies before has not sent it.
_TAKE = """
local function unsaid(head, id)
  local state = redis.call('HGET', head .. 'row:' .. id, 'state')
  return state == 'late' or state == 'missed' or state == 'gone'
end
local function take(head, ref, now, ends, owner, held)
  local adapter = string.match(ref, '^[^:]*')
  local ready, queue = head .. 'ready:' .. adapter, head .. 'chat:' .. ref
  local score = redis.call('ZSCORE', ready, ref)
  if not score or tonumber(score) > tonumber(now) then return nil end
  local id = redis.call('LINDEX', queue, 0)
  if not id then redis.call('ZREM', ready, ref) return nil end
  local row = head .. 'row:' .. id
  local was = redis.call('HMGET', row, 'state', 'body', 'edits', 'floods', 'story', 'step', 'at', 'main', 'due',
                         'doubt', 'held', 'tries')
  if not was[2] then redis.call('LPOP', queue) return nil end
  local before, tries = was[1], tonumber(was[12] or '0') + 1
  if before == 'leased' and was[11] then before = 'held' end
  if before == 'leased' then redis.call('HSETNX', row, 'doubt', was[7]) end  -- whoever dies next must not hide it
  if held then
    redis.call('HSET', row, 'state', 'leased', 'owner', owner, 'held', 1)
  else
    redis.call('HSET', row, 'state', 'leased', 'owner', owner, 'at', now, 'tries', tries)
    redis.call('HDEL', row, 'held')
  end
  redis.call('ZADD', ready, ends, ref)
  redis.call('HSET', head .. 'leases:' .. adapter, ref, owner)
  local edits = was[3]
  if edits and unsaid(head, edits) then
    local story = head .. 'story:' .. was[5]
    local first = redis.call('HGET', story, ref)
    if first and first ~= id and not unsaid(head, first) then
      edits = first
      redis.call('HSET', row, 'edits', edits)
    else
      edits = false
      redis.call('HDEL', row, 'edits')
      redis.call('HSET', story, ref, id)
    end
  end
  local native = edits and redis.call('HGET', head .. 'row:' .. edits, 'native') or ''
  return {ref, id, before, was[2], edits or '', native or '', tostring(tries), was[4] or '0',
          was[5] or '', was[6] or '1', was[10] or was[7] or '', was[8] or '', was[9] or '0',
          was[10] and '1' or '', tostring(redis.call('LLEN', queue) - 1), held and '1' or ''}
end
"""

# KEYS: 1 the head of the institution's keys. ARGV: 1 the time (ms), 2 lease end (ms), 3 owner, then of each: chat ref,
# '1' where it is held for its turn
LEASE = (
    _TAKE
    + """
local found = {}
for i = 4, #ARGV, 2 do
  local taken = take(KEYS[1], ARGV[i], ARGV[1], ARGV[2], ARGV[3], ARGV[i + 1] == '1')
  if taken then found[#found + 1] = taken end
end
return found
"""
)

# KEYS: 1 the head of the institution's keys. ARGV, of each: row id, owner, the time (ms)
# What was held is tried from now on. → of each 1, or 0 where it is another worker's by now.
BEGIN = """
local out = {}
for i = 1, #ARGV, 3 do
  local row = KEYS[1] .. 'row:' .. ARGV[i]
  local was = redis.call('HMGET', row, 'owner', 'state', 'held')
  local mine = was[1] == ARGV[i + 1] and was[2] == 'leased'
  if mine and was[3] then
    redis.call('HDEL', row, 'held')
    redis.call('HSET', row, 'at', ARGV[i + 2])
    redis.call('HINCRBY', row, 'tries', 1)
  end
  out[#out + 1] = mine and 1 or 0
end
return out
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
_AWAY = """
local function leave(head, ref, now)
  local adapter = string.match(ref, '^[^:]*')
  redis.call('HSETNX', head .. 'away', ref, now)
  for _, id in ipairs(redis.call('LRANGE', head .. 'chat:' .. ref, 0, -1)) do
    local row = head .. 'row:' .. id
    local was = redis.call('HMGET', row, 'kind', 'main')
    redis.call('HSET', row, 'state', 'missed')
    redis.call('HDEL', row, 'body', 'owner')
    redis.call('ZADD', head .. 'finished', now, id)
    if was[1] ~= 'reply' and (not was[2] or was[2] == id) then redis.call('HINCRBY', head .. 'missed', ref, 1) end
  end
  redis.call('DEL', head .. 'chat:' .. ref)
  redis.call('ZREM', head .. 'ready:' .. adapter, ref)
  redis.call('ZREM', head .. 'hurry:' .. adapter, ref)
end
"""

# KEYS: 1 the head of the institution's keys
# ARGV, of each row: row id, chat ref, owner, new state, native id, the time (ms), retry at (ms), and the rarer words,
# each behind its name and a colon, one blank between: why (a code), cost of a retry (flood, none), anew (it is no edit
# any more), doubt (since when nobody knows whether it arrived, ms), next (the chat's next row is wanted, with a lease
# until then, ms).
# → of each 1, or the next row's fields as a lease gives them; 0 where a late worker, whose lease another took over,
# changed nothing.
FINISH = (
    _AWAY
    + _TAKE
    + """
local head, out = KEYS[1], {}
local function finish(id, ref, owner, state, native, now, at, rare)
  local row, queue = head .. 'row:' .. id, head .. 'chat:' .. ref
  local was = redis.call('HMGET', row, 'owner', 'state', 'kind')
  if was[1] ~= owner or was[2] ~= 'leased' then return 0 end
  local adapter = string.match(ref, '^[^:]*')
  local ready, hurry = head .. 'ready:' .. adapter, head .. 'hurry:' .. adapter
  local more = {}
  for name, word in string.gmatch(rare, '(%a+):(%S+)') do more[name] = word end
  redis.call('HDEL', head .. 'leases:' .. adapter, ref)
  redis.call('HSET', row, 'state', state, 'native', native)
  if more.why then redis.call('HSET', row, 'why', more.why) end
  if more.anew then redis.call('HDEL', row, 'edits') end
  if state == 'retry' then
    if more.doubt then redis.call('HSETNX', row, 'doubt', more.doubt) end
    if more.cost == 'flood' then redis.call('HINCRBY', row, 'floods', 1) end
    if more.cost then redis.call('HINCRBY', row, 'tries', -1) end
    redis.call('ZADD', ready, at, ref)
    return 1
  end
  redis.call('LREM', queue, 1, id)
  redis.call('ZADD', head .. 'finished', now, id)
  -- what was said is kept no longer than it takes to say, nor what is no longer true
  if state == 'sent' or state == 'late' then redis.call('HDEL', row, 'body') end
  if state ~= 'sent' then redis.call('ZADD', head .. 'dead', now, id) end
  if state == 'gone' then
    if was[3] ~= 'reply' then redis.call('HINCRBY', head .. 'missed', ref, 1) end
    leave(head, ref, now)
    return 1
  end
  local next = redis.call('LINDEX', queue, 0)
  if next then redis.call('ZADD', ready, redis.call('HGET', head .. 'row:' .. next, 'due') or 0, ref)
  else redis.call('ZREM', ready, ref) end
  if was[3] == 'reply' then
    local waits = false
    for _, other in ipairs(redis.call('LRANGE', queue, 0, 19)) do
      waits = waits or redis.call('HGET', head .. 'row:' .. other, 'kind') == 'reply'
    end
    if not waits then redis.call('ZREM', hurry, ref) end
  end
  return more.next and take(head, ref, now, more.next, owner, true) or 1
end
for i = 1, #ARGV, 8 do
  out[#out + 1] = finish(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6],
                         ARGV[i + 7])
end
return out
"""
)

# KEYS: 1 the head of the institution's keys. ARGV: 1 chat ref, 2 the time (ms)
LEAVE = (
    _AWAY
    + """
leave(KEYS[1], ARGV[1], ARGV[2])
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
redis.call('HDEL', KEYS[1], 'owner', 'why', 'doubt')
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
