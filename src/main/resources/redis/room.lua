-- What a room's owner does to the room's keys: all of it or, to somebody who is no longer the owner, nothing.
--
-- KEYS  1 parley:room:<room>: epoch, writer, sequence; room, internal, state; sid:, info:, state:<identity>
--       and, where keys of several slots may be in one script, LiveKit's:
--       2 rooms  3 room_internal  4 room_participants:<room>  5 room_node_map
-- ARGV  operation, room, epoch, writer (the owner's node), sequence (of this call among the node's), and of
--       delete          the epoch that ours will remember, and for how many seconds
--       write, replace  1 and room, internal, state, or 0; how many have left, identity and sid of each;
--                       how many to store, identity, sid, info and state of each
-- Answers {stale, epoch}, {late} or {done, what the operation tells}.
local operation, room, epoch, writer, sequence = unpack(ARGV, 1, 5)
local ours, rooms, internals, participants, nodes = unpack(KEYS)

local known = redis.call('HMGET', ours, 'epoch', 'writer', 'sequence')
local newest = tonumber(known[1] or '0')
if newest > tonumber(epoch) then
  return {'stale', known[1]}
end
if newest == tonumber(epoch) and known[2] then
  -- Two sides of a split cluster may have come to the same epoch: the first one has it.
  if known[2] ~= writer then
    return {'stale', known[1]}
  end
  -- Sent over a connection that was given up, and carried out only now.
  if tonumber(sequence) <= tonumber(known[3]) then
    return {'late'}
  end
end

if operation == 'delete' then
  redis.call('DEL', ours)
  redis.call('HSET', ours, 'epoch', ARGV[6])
  redis.call('EXPIRE', ours, ARGV[7])
  if rooms then
    redis.call('HDEL', rooms, room)
    redis.call('HDEL', internals, room)
    redis.call('DEL', participants)
    redis.call('HDEL', nodes, room)
  end
  return {'done'}
end

if operation == 'replace' then
  redis.call('DEL', ours)
  if rooms then
    redis.call('DEL', participants)
  end
end
redis.call('HSET', ours, 'epoch', epoch, 'writer', writer, 'sequence', sequence)
if operation ~= 'write' then
  redis.call('PERSIST', ours)
  if rooms then
    redis.call('HSET', nodes, room, writer)
  end
end
if operation == 'open' then
  return {'done', redis.call('HGETALL', ours)}
end

local at = 5
local function take()
  at = at + 1
  return ARGV[at]
end

if take() == '1' then
  local record = take()
  local internal = take()
  redis.call('HSET', ours, 'room', record, 'internal', internal, 'state', take())
  if rooms then
    redis.call('HSET', rooms, room, record)
    redis.call('HSET', internals, room, internal)
  end
end
local left = {}
for _ = 1, tonumber(take()) do
  local identity = take()
  if redis.call('HGET', ours, 'sid:' .. identity) == take() then
    redis.call('HDEL', ours, 'sid:' .. identity, 'info:' .. identity, 'state:' .. identity)
    if rooms then
      redis.call('HDEL', participants, identity)
    end
    left[#left + 1] = identity
  end
end
for _ = 1, tonumber(take()) do
  local identity = take()
  local sid = take()
  local info = take()
  redis.call('HSET', ours, 'sid:' .. identity, sid, 'info:' .. identity, info, 'state:' .. identity, take())
  if rooms then
    redis.call('HSET', participants, identity, info)
  end
end
return {'done', left}
