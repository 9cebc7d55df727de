# Compares what was observed with what captures or scenes are known to show: 'what' is "behaviour"
# or "protocol".
# Files, in this order: the known, lines "capture, names"; the observed, lines "capture, name".
# A capture that is not among the known, or with "-", shows nothing.  A behaviour that is not known
# is a failure; a protocol is not, since scenes may come to speak more.
BEGIN { FS = "\t" }

FNR == 1 { file++ }
/^#/ { next }

# What is not a behaviour, but what single flows carry.
$2 ~ /^(flow-start|flow-end|service|contradiction|control-command|name|fingerprint)$/ { next }

file == 1 {
    n = $2 == "-" ? 0 : split($2, names, " ")
    for (i = 1; i <= n; i++) {
        known[$1, names[i]]
        n_known[names[i]]++
    }
    next
}

{
    if (($1, $2) in known) {
        observed[$1, $2]
        n_seen[$2]++
    } else {
        n_known[$2] += 0
        n_unknown[$2]++
        if (what == "behaviour") {
            complaints[++n_complaints] = "false " $2 ": " $1
        }
    }
}

END {
    print "| " what " | shown in | seen | missed | " (what == "behaviour" ? "false" : "not named") " |"
    print "|---|---|---|---|---|"
    fflush()
    for (name in n_known) {
        printf "| %s | %d | %d | %d | %d |\n", name, n_known[name], n_seen[name],
               n_known[name] - n_seen[name], n_unknown[name] | "sort"
    }
    close("sort")
    for (pair in known) {
        if (!(pair in observed)) {
            split(pair, parts, SUBSEP)
            complaints[++n_complaints] = "missed " parts[2] ": " parts[1]
        }
    }
    for (i = 1; i <= n_complaints; i++) {
        print complaints[i] >"/dev/stderr"
    }
    exit n_complaints > 0
}
