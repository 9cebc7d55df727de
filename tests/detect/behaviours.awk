# Compares the behaviours that were observed with those that a capture is known to show.
# Files, in this order: the known ones, lines "capture, behaviours"; the observed ones, lines
# "capture, behaviour".  A capture that is not named, or with "-", shows none.
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
        n_false[$2]++
        complaints[++n_complaints] = "false " $2 ": " $1
    }
}

END {
    print "| behaviour | shown in | seen | missed | false |"
    print "|---|---|---|---|---|"
    fflush()
    for (behaviour in n_known) {
        printf "| %s | %d | %d | %d | %d |\n", behaviour, n_known[behaviour], n_seen[behaviour],
               n_known[behaviour] - n_seen[behaviour], n_false[behaviour] | "sort"
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
