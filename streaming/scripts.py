"""The Lua that must happen in one piece inside Valkey. Each script touches the keys of one shard only."""

from hashlib import sha1


def sha(source: str) -> str:
    """The name by which EVALSHA knows a script."""
    return sha1(source.encode(), usedforsecurity=False).hexdigest()


_APPEND = """
-- KEYS: samples, durable, holes, epochs.
-- ARGV: recording, epoch, start, end, '1' if what is jumped over is kept, payload; and so on, oldest first.
-- Answers the high-water mark after each chunk, '-1' where a newer connection has the recording.
-- A repeat writes its mark too: WAITAOF needs something to wait for.
local function fill(name, first, last, payload)
  local held, rest = redis.call('HGET', KEYS[3], name), {}
  if not held then return end
  for from, to in string.gmatch(held, '(%d+)-(%d+)') do
    local a, b = tonumber(from), tonumber(to)
    local x, y = math.max(a, first), math.min(b, last)
    if x < y then
      redis.call('XADD', KEYS[1], '*', 'c', payload, 'k', string.format('%d', x - first),
        'n', string.format('%d', y - x), 'late', '1')
      a = y
    end
    if a < b then rest[#rest + 1] = string.format('%d-%d', a, b) end
  end
  if #rest > 0 then redis.call('HSET', KEYS[3], name, table.concat(rest, ','))
  else redis.call('HDEL', KEYS[3], name) end
end
local function open(name, first, last)
  local held = redis.call('HGET', KEYS[3], name)
  redis.call('HSET', KEYS[3], name, (held and held .. ',' or '') .. string.format('%d-%d', first, last))
end
local marks = {}
for i = 1, #ARGV, 6 do
  local name, payload = ARGV[i], ARGV[i + 5]
  local newest = ARGV[i + 1] ~= '0' and redis.call('HGET', KEYS[4], name)
  local mark = redis.call('HGET', KEYS[2], name) or '0'
  local first, last, from = tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3]), tonumber(mark)
  if newest and newest ~= ARGV[i + 1] then
    mark = '-1'
  else
    if first < from then fill(name, first, math.min(last, from), payload) end
    if first >= from then
      if first > from and ARGV[i + 4] == '1' then open(name, from, first) end
      redis.call('XADD', KEYS[1], '*', 'c', payload)
    elseif from < last then
      redis.call('XADD', KEYS[1], '*', 'c', payload, 'k', string.format('%d', from - first))
    end
    if from < last then mark = ARGV[i + 3] end
    redis.call('HSET', KEYS[2], name, mark)
  end
  marks[#marks + 1] = mark
end
return marks
"""

_PUBLISH = """
-- KEYS: lease, events, live.  ARGV: token, events payload or '', live payload or '', length of live.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then redis.call('XADD', KEYS[2], '*', 'e', ARGV[2]) end
if ARGV[3] ~= '' then redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[4], '*', 'l', ARGV[3]) end
return 1
"""

_SAVE = """
-- KEYS: lease, snapshot, snapshotted, position.
-- ARGV: token, position, oldest time to keep, number of recordings to drop, those recordings;
--       then recording, time it was worked on, state; and so on.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local drops = tonumber(ARGV[4])
for i = 5, 4 + drops do
  redis.call('HDEL', KEYS[2], ARGV[i])
  redis.call('ZREM', KEYS[3], ARGV[i])
end
for i = 5 + drops, #ARGV, 3 do
  redis.call('ZADD', KEYS[3], ARGV[i + 1], ARGV[i])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
end
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[3], 'LIMIT', 0, 100)) do
  redis.call('HDEL', KEYS[2], old)
  redis.call('ZREM', KEYS[3], old)
end
redis.call('SET', KEYS[4], ARGV[2])
return 1
"""

_RENEW = """
-- KEYS: lease.  ARGV: token, milliseconds.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

_RELEASE = """
-- KEYS: lease.  ARGV: token.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""

_RECLAIM = """
-- KEYS: lease.  ARGV: token, milliseconds.  Renews the lease, or takes it when nobody has it.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

_BEAT = """
-- KEYS: workers.  ARGV: name, milliseconds after which a silent worker counts as gone.  Answers how many are there.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
return redis.call('ZCARD', KEYS[1])
"""

_TRIAL = """
-- KEYS: lease, trial.  ARGV: token, trial or '' for none.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], ARGV[2]) end
return 1
"""

SOURCES = (_APPEND, _PUBLISH, _SAVE, _RENEW, _RELEASE, _RECLAIM, _BEAT, _TRIAL)
APPEND, PUBLISH, SAVE, RENEW, RELEASE, RECLAIM, BEAT, TRIAL = map(sha, SOURCES)
