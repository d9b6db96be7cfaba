/** Lua that runs inside Redis, whole or not at all: a job's state, log and counts never disagree. */

/** Ends a job: state, log, counts, time to live. */
const finish = `
local function finish(job, events, active, activeOf, wake, id, status, result, err, now, keep)
  redis.call('HSET', job, 'status', status, 'finishedAt', now, 'expiresAt', now + keep)
  if result ~= '' then redis.call('HSET', job, 'result', result) end
  if err ~= '' then redis.call('HSET', job, 'error', err) end
  redis.call('XADD', events, '*', 'e', '{"type":"done"}')
  redis.call('SREM', active, id)
  redis.call('SREM', activeOf, id)
  redis.call('PEXPIRE', job, keep)
  redis.call('PEXPIRE', events, keep)
  redis.call('PUBLISH', wake, 'done')
end
local function ended(status)
  return status == 'succeeded' or status == 'failed' or status == 'canceled'
end
local function tell(events, wake, status, attempt)
  redis.call('XADD', events, '*', 'e', cjson.encode({type = 'status', status = status, attempt = tonumber(attempt), queue_position = cjson.null}))
  redis.call('PUBLISH', wake, 'status')
end
`

export const scripts = {
  /**
   * KEYS key active activeOf job events all allOf rateOf — ARGV id digest bound concurrent data now keyTime jobTime jobPrefix
   * perMinute. The minute is measured by Redis's own clock: those of several servers may differ. A command that is sent
   * again after a lost answer finds its own job.
   */
  submit: `
if redis.call('EXISTS', KEYS[4]) == 1 then return {'created', ARGV[1]} end
if ARGV[2] ~= '' then
  local known = redis.call('GET', KEYS[1])
  if known then
    local id, digest = string.match(known, '^(%S+) (%S+)$')
    if redis.call('EXISTS', ARGV[9] .. id) == 1 then
      if digest ~= ARGV[2] then return {'reuse'} end
      return {'known', id}
    end
  end
end
if redis.call('SCARD', KEYS[2]) >= tonumber(ARGV[3]) then return {'full'} end
local concurrent, perMinute = tonumber(ARGV[4]), tonumber(ARGV[10])
if concurrent >= 0 and redis.call('SCARD', KEYS[3]) >= concurrent then
  for _, id in ipairs(redis.call('SMEMBERS', KEYS[3])) do
    if redis.call('EXISTS', ARGV[9] .. id) == 0 then redis.call('SREM', KEYS[3], id) end
  end
  if redis.call('SCARD', KEYS[3]) >= concurrent then return {'many'} end
end
if perMinute >= 0 then
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[8], '-inf', at - 60000)
  if redis.call('ZCARD', KEYS[8]) >= perMinute then
    local oldest = redis.call('ZRANGE', KEYS[8], -perMinute, -perMinute, 'WITHSCORES')
    return {'fast', tostring(oldest[2] + 60000 - at)}
  end
  redis.call('ZADD', KEYS[8], at, ARGV[1])
  redis.call('PEXPIRE', KEYS[8], 60000)
end
redis.call('HSET', KEYS[4], 'data', ARGV[5], 'status', 'queued', 'attempt', '0', 'lost', '0', 'createdAt', ARGV[6])
redis.call('PEXPIRE', KEYS[4], ARGV[8])
redis.call('XADD', KEYS[5], '*', 'e', '{"type":"status","status":"queued","attempt":0,"queue_position":null}')
redis.call('PEXPIRE', KEYS[5], ARGV[8])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[6], ARGV[6], ARGV[1])
redis.call('ZADD', KEYS[7], ARGV[6], ARGV[1])
if ARGV[2] ~= '' then redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[7]) end
return {'created', ARGV[1]}`,

  /**
   * A worker takes a job. KEYS job events active activeOf — ARGV id now wake keep mostLost lostError canceledError
   */
  begin: `${finish}
local status = redis.call('HGET', KEYS[1], 'status')
if not status then return {'gone'} end
if ended(status) then return {'ended'} end
local function stop(last, err)
  finish(KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[3], ARGV[1], last, '', err, tonumber(ARGV[2]), tonumber(ARGV[4]))
  return {'ended'}
end
if status == 'canceling' then return stop('canceled', ARGV[7]) end
if status == 'running' and redis.call('HINCRBY', KEYS[1], 'lost', 1) > tonumber(ARGV[5]) then return stop('failed', ARGV[6]) end
local attempt = redis.call('HINCRBY', KEYS[1], 'attempt', 1)
redis.call('HSET', KEYS[1], 'status', 'running', 'startedAt', ARGV[2])
redis.call('HDEL', KEYS[1], 'progress', 'told')
tell(KEYS[2], ARGV[3], 'running', attempt)
return {'run', attempt, redis.call('HGET', KEYS[1], 'data')}`,

  /**
   * Numbered, so that a command that is sent again after a lost answer tells nothing twice.
   * KEYS job events — ARGV attempt event progress wake number
   */
  emit: `${finish}
local status, attempt = unpack(redis.call('HMGET', KEYS[1], 'status', 'attempt'))
if not status or ended(status) or attempt ~= ARGV[1] then return 'lost' end
if tonumber(redis.call('HGET', KEYS[1], 'told') or '0') >= tonumber(ARGV[5]) then return status end
redis.call('HSET', KEYS[1], 'told', ARGV[5])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', '20000', '*', 'e', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'progress', ARGV[3]) end
redis.call('PUBLISH', ARGV[4], 'event')
return status`,

  /** KEYS job events active activeOf — ARGV id attempt status result error now keep wake canceledError */
  finish: `${finish}
local status, attempt = unpack(redis.call('HMGET', KEYS[1], 'status', 'attempt'))
if not status or ended(status) or (ARGV[2] ~= '' and attempt ~= ARGV[2]) then return 'lost' end
local last, result, err = ARGV[3], ARGV[4], ARGV[5]
if status == 'canceling' then last, result, err = 'canceled', '', ARGV[9] end
finish(KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[8], ARGV[1], last, result, err, tonumber(ARGV[6]), tonumber(ARGV[7]))
return last`,

  /** A worker gives a job back. KEYS job events — ARGV attempt wake */
  requeue: `${finish}
local status, attempt = unpack(redis.call('HMGET', KEYS[1], 'status', 'attempt'))
if status ~= 'running' or attempt ~= ARGV[1] then return 'lost' end
redis.call('HSET', KEYS[1], 'status', 'queued')
redis.call('HDEL', KEYS[1], 'startedAt', 'progress')
tell(KEYS[2], ARGV[2], 'queued', attempt)
return 'queued'`,

  /** KEYS job events active activeOf — ARGV id now keep wake cancelChannel canceledError */
  cancel: `${finish}
local status, attempt = unpack(redis.call('HMGET', KEYS[1], 'status', 'attempt'))
if not status then return 'gone' end
if status == 'queued' then
  finish(KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[4], ARGV[1], 'canceled', '', ARGV[6], tonumber(ARGV[2]), tonumber(ARGV[3]))
  return 'canceled'
end
if status == 'running' then
  redis.call('HSET', KEYS[1], 'status', 'canceling')
  tell(KEYS[2], ARGV[4], 'canceling', attempt)
  redis.call('PUBLISH', ARGV[5], ARGV[1])
  return 'canceling'
end
return status`,
} as const
