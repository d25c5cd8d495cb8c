"""What is written of documents in one piece or not at all: Lua, run by `memory.py`. Refuses a lease that was lost.

Answers 0 (in counts of tries -1) where another worker holds the source by now.
"""

from __future__ import annotations

# Forgets one document of a source. KEYS as in _MARK, 2 to 9; `source` with its slash.
_FORGET = """
local function forget(source, id)
  local record = redis.call('HGET', KEYS[2], id)
  if record then
    record = cjson.decode(record)
    for name in string.gmatch(record.names or '', '%S+') do
      local left = {}
      for other in string.gmatch(redis.call('HGET', KEYS[3], name) or '', '[^\\n]+') do
        if other ~= id then left[#left + 1] = other end
      end
      if #left > 0 then redis.call('HSET', KEYS[3], name, table.concat(left, '\\n'))
      else redis.call('HDEL', KEYS[3], name) end
    end
    for whole in string.gmatch(record.whole or '', '%S+') do
      if redis.call('HGET', KEYS[4], whole) == source .. id then redis.call('HDEL', KEYS[4], whole) end
    end
  end
  redis.call('HDEL', KEYS[2], id)
  redis.call('HDEL', KEYS[5], id)
  redis.call('SREM', KEYS[6], id)
  redis.call('ZREM', KEYS[7], id)
end
"""
# KEYS lease, seen, names, texts, tries, baseline, listed, stream, near of this fortnight, near of the others; ARGV
# token, plan, article or "", sketch or "", its short name, bands. Answers -1 where what was believed is out of date.
_MARK = (
    _FORGET
    + """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
local plan = cjson.decode(ARGV[2])
if plan.whole ~= '' then
  local first = redis.call('HGET', KEYS[4], plan.whole)
  if first and first ~= plan.key and first ~= plan.first then return -1 end
end
if plan.near ~= '' then
  local told = {}
  for k = 9, #KEYS do
    for _, refs in ipairs(redis.call('HMGET', KEYS[k], unpack(ARGV, 6))) do told[#told + 1] = refs or '' end
  end
  if redis.sha1hex(table.concat(told, ';')) ~= plan.near then return -1 end
end
for _, one in ipairs(plan.records) do redis.call('HSET', KEYS[2], one[1], one[2]) end
for _, name in ipairs(plan.names) do
  local held = redis.call('HGET', KEYS[3], name) or ''
  if not string.find('\\n' .. held .. '\\n', '\\n' .. plan.id .. '\\n', 1, true) then
    held = held == '' and plan.id or held .. '\\n' .. plan.id
    local _, others = string.gsub(held, '\\n', '')
    if others >= 16 then held = string.gsub(held, '^[^\\n]*\\n', '', 1) end
    redis.call('HSET', KEYS[3], name, held)
  end
end
for _, id in ipairs(plan.drop) do forget(plan.source, id) end
if plan.whole ~= '' then redis.call('HSETNX', KEYS[4], plan.whole, plan.key) end
redis.call('HDEL', KEYS[5], plan.id)
redis.call('SREM', KEYS[6], plan.id, unpack(plan.names))
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[9], 's' .. ARGV[5], ARGV[4])
  for b = 6, #ARGV do
    local refs, known = redis.call('HGET', KEYS[9], ARGV[b]) or '', false
    for at = 1, #refs, 6 do known = known or string.sub(refs, at, at + 5) == ARGV[5] end
    if not known then redis.call('HSET', KEYS[9], ARGV[b], string.sub(refs .. ARGV[5], -192)) end
  end
  redis.call('EXPIRE', KEYS[9], plan.near_s)
end
if ARGV[3] ~= '' then
  redis.call('XADD', KEYS[8], '*', 'article', ARGV[3])
  redis.call('PUBLISH', 'dobi:wake', 'brief')
end
return 1
"""
)
# KEYS as in _MARK, 1 to 7; ARGV token, source with its slash, now, before when a document is forgotten, how many are
# kept, tried documents that wait, documents that these are rows of, ids.
_SETTLE = (
    _FORGET
    + """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
for i = 8, #ARGV do redis.call('ZADD', KEYS[7], ARGV[3], ARGV[i]) end
for _, id in ipairs(cjson.decode(ARGV[7])) do redis.call('ZADD', KEYS[7], ARGV[3] - 1, id) end
local waiting = {}
for _, id in ipairs(cjson.decode(ARGV[6])) do waiting[id] = true end
for _, id in ipairs(redis.call('HKEYS', KEYS[5])) do
  if not waiting[id] then redis.call('HDEL', KEYS[5], id) end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', '(' .. ARGV[4], 'LIMIT', 0, 100)) do
  forget(ARGV[2], id)
end
local over = redis.call('ZCARD', KEYS[7]) - tonumber(ARGV[5])
if over > 0 then
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', '(' .. ARGV[3], 'LIMIT', 0, math.min(over, 100))) do
    forget(ARGV[2], id)
  end
end
return 1
"""
)
_TRY = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return -1 end
return redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
"""
# KEYS lease, baseline, source; ARGV token, "1" for a new one in place of an old, now, address, ids and names.
_BASELINE = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if redis.call('HSETNX', KEYS[3], 'baseline', '1') == 1 or ARGV[2] == '1' then
  for i = 5, #ARGV do redis.call('SADD', KEYS[2], ARGV[i]) end
  redis.call('HSET', KEYS[3], 'baseline_at', ARGV[3])
end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[3], 'baseline_url', ARGV[4])
else redis.call('HSETNX', KEYS[3], 'baseline_url', ARGV[4]) end
return 1
"""
SCRIPTS = {"mark": _MARK, "settle": _SETTLE, "try": _TRY, "baseline": _BASELINE}
