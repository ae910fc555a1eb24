-- Posts the lines of a file, one after the other and round again; prints what was measured as one line of JSON.
-- Taken from the environment: BODIES (the file), CREDENTIAL (an Authorization header, may be empty), EXPECTED.

local bodies, next_one = {}, 0

function init()
    for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    local credential = os.getenv("CREDENTIAL") or ""
    if credential ~= "" then wrk.headers["Authorization"] = credential end
end

function request()
    next_one = next_one % #bodies + 1
    return wrk.format(nil, nil, nil, bodies[next_one])
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "microseconds": %d, "p50": %.0f, "p99": %.0f, "refused": %d, "broken": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
