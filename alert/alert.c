#include "alert/alert.h"

#include <inttypes.h>
#include <stdio.h>

#include "alert/community_id.h"
#include "base/digest.h"

static void make_id(const struct incident *incident, char id[static ALERT_ID_SIZE]);

void
alert_make(struct alert *alert, const struct incident *incident,
           const struct sensor *sensor, uint64_t sequence, uint64_t emit_ns,
           double loss_percent)
{
    *alert = (struct alert){
        .sequence = sequence,
        .emit_ns = emit_ns,
        .loss_percent = loss_percent,
        .sensor = sensor,
        .incident = *incident,
    };
    make_id(incident, alert->id);
    community_id(&incident->verdict.flow, sensor->community_id_seed, alert->community_id);
}

const struct flow_end *
alert_asset(const struct alert *alert)
{
    const struct verdict *verdict = &alert->incident.verdict;

    return &verdict->flow.ends[verdict->asset_end];
}

const struct flow_end *
alert_peer(const struct alert *alert)
{
    const struct verdict *verdict = &alert->incident.verdict;

    return &verdict->flow.ends[!verdict->asset_end];
}

const struct range_claim *
alert_claim(const struct alert *alert)
{
    const struct verdict *verdict = &alert->incident.verdict;

    return &verdict->ranges[verdict->asset_end]->claims[0];
}

/* The same input under the same rules gives the same ids, so that an alert of a second read
 * is known as one of the first; anything that the alert says about the incident and that
 * can change changes the id.  Two sensors give ids of their own even for the same traffic:
 * their times and counts differ. */
static void
make_id(const struct incident *incident, char id[static ALERT_ID_SIZE])
{
    const struct rule *rule = incident->verdict.rule;
    uint8_t digest[DIGEST_SHA256_SIZE];
    char text[256];
    const int n =
        snprintf(text, sizeof text, "%s %d %" PRIu32 " %" PRIu64 " %" PRIu64 " %u %.80s",
                 incident->id, (int) incident->state, incident->n_alerts,
                 incident->n_verdicts, incident->last_ns, rule->rev, rule->id);

    digest_sha256(text, (size_t) n, digest);
    digest_hex(digest, (ALERT_ID_SIZE - 1) / 2, id);
}
