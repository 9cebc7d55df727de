# Compares what the sensor took flows for with what others say that they carry.
# Files, in this order: truth.tsv, exceptions.tsv, floors.tsv; then the sensor's flows: capture,
# transport, source address, port, destination address, port, service, evidence.
BEGIN { FS = "\t" }

FNR == 1 { file++ }
/^#/ { next }

function flow_key(capture, transport, one, other) {
    return capture FS transport FS (one < other ? one FS other : other FS one)
}

function end(address, port) {
    return (address ~ /:/ ? "[" address "]" : address) ":" port
}

function add_name(list, name) {
    return list == "" ? name : list "," name
}

function has_name(list, name) {
    return index("," list ",", "," name ",") > 0
}

# Whether a flow with that truth may be claimed as 'service': it is what one says, or a special
# case of it that others do not tell apart.
function agrees(truth, service) {
    return has_name(truth, service) ||
           (service == "fhir" || service == "ocpp") && has_name(truth, "http") ||
           service == "ais" && has_name(truth, "nmea")
}

function complain(text) {
    complaints[++n_complaints] = text
}

file == 1 {
    key = flow_key($1, $2, $3, $4)
    truth[key] = $5
    said_by[key] = $6
    next
}

file == 2 {
    excepted[$1, $2] = $3
    next
}

file == 3 {
    floor_verified[$1] = $2
    floor_seen[$1] = $3
    floor_recall[$1] = $4
    next
}

{
    key = flow_key($1, $2, end($3, $4), end($5, $6))
    said = key in truth ? truth[key] : ""
    if ($8 == "port-consistent") {
        fits[key] = add_name(fits[key], $7)
        if (said != "" && !agrees(said, $7)) {
            n_unfit[$7]++
        }
    } else {
        proven[key] = add_name(proven[key], $7)
        if (agrees(said, $7)) {
            next
        }
        if (($1, $7) in excepted) {
            is_used[$1, $7] = 1
            n_alone[$7]++
        } else {
            n_false[$7]++
            complain("false " $7 ": " key " is " (said == "" ? "nothing" : said) " by others")
        }
    }
}

# How the sensor took the flow for 'service': "verified", "consistent" or "missed".
function outcome(key, service, n, i, names) {
    n = split(proven[key], names, ",")
    for (i = 1; i <= n; i++) {
        if (agrees(service, names[i])) {
            return "verified"
        }
    }
    n = split(fits[key], names, ",")
    for (i = 1; i <= n; i++) {
        if (agrees(service, names[i])) {
            return "consistent"
        }
    }
    return "missed"
}

function count_flow(key, service, capture, how) {
    capture = substr(key, 1, index(key, FS) - 1)
    how = outcome(key, service)
    if (how == "missed" && (capture, service) in excepted) {
        is_used[capture, service] = 1
        n_excepted[service]++
        return
    }
    n_flows[service]++
    if (!((capture, service) in captures)) {
        captures[capture, service]
        n_captures[service]++
    }
    if (how == "missed") {
        n_missed[service]++
        missed[++n_all_missed] = service ": " key " (" said_by[key] ")"
    } else {
        n_seen[service]++
        n_verified[service] += how == "verified"
    }
}

function write_row(service, recall) {
    recall = n_flows[service] == 0 ? 100 : 100 * n_seen[service] / n_flows[service]
    printf "| %s | %d | %d | %d | %d | %d | %d | %s | %d | %d | %d |\n", service,
           n_captures[service], n_flows[service], n_verified[service],
           n_seen[service] - n_verified[service], n_missed[service], n_excepted[service],
           n_flows[service] == 0 ? "–" : sprintf("%.1f %%", recall), n_false[service],
           n_alone[service], n_unfit[service]
    if (n_verified[service] + 0 < floor_verified[service] + 0) {
        complain(service ": " n_verified[service] + 0 " flows verified, floor " \
                 floor_verified[service])
    }
    if (n_seen[service] + 0 < floor_seen[service] + 0 || recall < floor_recall[service] + 0) {
        complain(sprintf("%s: %d flows seen (%.1f %%), floor %d (%d %%)", service,
                         n_seen[service], recall, floor_seen[service], floor_recall[service]))
    }
}

function write_missed(i) {
    print "\nMissed:"
    fflush()
    for (i = 1; i <= n_all_missed; i++) {
        gsub(FS, " ", missed[i])
        print "* " missed[i] | "sort"
    }
    close("sort")
}

function write_exceptions(pair, parts) {
    print "\nExceptions:"
    fflush()
    for (pair in excepted) {
        split(pair, parts, SUBSEP)
        if (pair in is_used) {
            print "* " parts[2] " of " parts[1] ": " excepted[pair] | "sort"
        } else {
            complain("exception without need: " parts[2] " of " parts[1])
        }
    }
    close("sort")
}

END {
    print "| protocol | captures | flows | verified | consistent | missed | excepted | recall |" \
          " false | ours alone | port misleads |"
    print "|---|---|---|---|---|---|---|---|---|---|---|"
    for (key in truth) {
        split(truth[key], names, ",")
        if (names[1] in floor_seen) {
            count_flow(key, names[1])
        }
    }
    for (service in floor_seen) {
        rows[++n_rows] = service
    }
    for (i = 2; i <= n_rows; i++) { # Insertion sort: awk has none.
        for (j = i; j > 1 && rows[j] < rows[j - 1]; j--) {
            service = rows[j]
            rows[j] = rows[j - 1]
            rows[j - 1] = service
        }
    }
    for (i = 1; i <= n_rows; i++) {
        write_row(rows[i])
    }
    write_missed()
    write_exceptions()
    for (i = 1; i <= n_complaints; i++) {
        gsub(FS, " ", complaints[i])
        print complaints[i] >"/dev/stderr"
    }
    exit n_complaints > 0
}
