-- Load for wrk: check-ins whose ids, codes and visitors differ with every request.
-- Environment: KIND (known, pair, first), CODES and TOKENS (files, one a line). Prints one JSON line at the end.
local kind = os.getenv("KIND")
local function lines(path)
  local found = {}
  for line in io.lines(path) do found[#found + 1] = line end
  return found
end
local codes, tokens = lines(os.getenv("CODES")), lines(os.getenv("TOKENS"))
math.randomseed(os.time() + (tonumber(os.getenv("SEED")) or 0))
local random, format = math.random, string.format
local json = { ["Content-Type"] = "application/json" }
local count, code, token = 0, nil, nil

local function uuid7()
  local ms = os.time() * 1000 + random(0, 999)
  local high = math.floor(ms / 65536)
  count = count + 1
  return format("%08x-%04x-7%03x-8%03x-%06x%06x", high, ms % 65536, random(0, 4095), random(0, 4095), random(0, 16777215),
    (count + random(0, 15) * 1048576) % 16777216)
end

function request()
  if kind == "pair" and code then
    local path, cookie = "/p/" .. code, "jejak_visitor=" .. token .. "; jejak_name=Ali%20bin%20Abu"
    code = nil
    return wrk.format("POST", path, { ["Cookie"] = cookie, ["Content-Type"] = "application/x-www-form-urlencoded",
      ["Sec-Fetch-Site"] = "same-origin" }, "id=" .. uuid7() .. "&sig=")
  end
  code, token = codes[random(#codes)], tokens[random(#tokens)]
  if kind == "pair" then
    return wrk.format("GET", "/p/" .. code, { ["Cookie"] = "jejak_visitor=" .. token .. "; jejak_name=Ali%20bin%20Abu" })
  end
  if kind == "first" then
    return wrk.format("POST", "/v1/check-ins", json, format(
      '{"id":"%s","code":"%s","visitor":{"name":"Pelawat %d bin Contoh","phone":"01%d-%07d"}}',
      uuid7(), code, random(1, 99999), random(2, 4), random(0, 9999999)))
  end
  return wrk.format("POST", "/v1/check-ins", json, format('{"id":"%s","code":"%s","visitor":"%s"}', uuid7(), code, token))
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(format('RESULT {"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"errors":%d}\n', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.status + e.connect + e.read + e.write + e.timeout))
end
