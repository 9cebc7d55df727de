#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* Directories of Tor in clear HTTP (dir-spec, "Standards compliance", "The URLs"): what
 * relays, and what clients have not learnt to ask for through a relay, fetch from the
 * authorities and their mirrors.
 *
 * Verified is a request for one of their documents; there is no other use for these paths.
 */

static const char begins[] = "GET /tor/";

static const char *const documents[] = {
    "status-vote/current/",
    "status-vote/next/",
    "server/all",
    "server/authority",
    "server/d/",
    "server/fp/",
    "extra/all",
    "extra/authority",
    "extra/d/",
    "extra/fp/",
    "micro/d/",
    "keys/all",
    "keys/authority",
    "keys/fp",
    "keys/sk/",
    "hs/3/",
    "rendezvous2/",
};

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const size_t length = sizeof begins - 1;
    enum opinion opinion = OPINION_NO;

    if (client->n == 0 || !octets_begin(client->bytes, client->n, begins, length)) {
        return OPINION_NO;
    }
    if (client->n <= length) {
        return OPINION_MORE;
    }
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        const size_t size = strlen(documents[i]);

        if (octets_begin(client->bytes + length, client->n - length, documents[i], size)) {
            opinion = client->n - length >= size ? OPINION_VERIFIED : OPINION_MORE;
            if (opinion == OPINION_VERIFIED) {
                return opinion;
            }
        }
    }
    return opinion;
}

const struct recogniser recogniser_tor_directory = {
    .service = SERVICE_TOR,
    .on_tcp = true,
    .refines = SERVICE_HTTP,
    .judge = judge,
};
