-- Sends the calls of a file in turn, beginning anywhere, each write over REST with a key of its own; ends with a line
-- of JSON.
-- A line of the file: method, path, token and body, apart by tabs. Arguments: the file, and what keys begin with.
local ready, count, at, sent = {}, 0, 0, 0
local salt = ""
local MARK = "KEY-STANDS-HERE"

function init(args)
  local host = wrk.host .. ":" .. wrk.port
  salt = args[2]
  for line in io.lines(args[1]) do
    local method, path, token, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = { ["Authorization"] = "Bearer " .. token, ["Host"] = host }
    if body ~= "" then
      headers["Content-Type"] = "application/json"
      if path ~= "/graphql" then
        headers["Idempotency-Key"] = MARK
      end
    else
      body = nil
    end
    local whole = wrk.format(method, path, headers, body)
    local from, to = whole:find(MARK, 1, true)
    count = count + 1
    if from then
      ready[count] = { whole:sub(1, from - 1), whole:sub(to + 1) }
    else
      ready[count] = whole
    end
  end
  at = tonumber(salt:sub(1, 6), 16) % count
end

function request()
  at = at % count + 1
  local call = ready[at]
  if type(call) == "string" then
    return call
  end
  sent = sent + 1
  return call[1] .. salt .. sent .. call[2]
end

function done(summary, latency, requests)
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"errors":%d,"refused":%d,"p50_ms":%.3f,"p99_ms":%.3f,"bytes":%d}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.errors.status, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.bytes))
end
