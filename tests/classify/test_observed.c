#include <stdio.h>
#include <string.h>

#include "classify/detect_run.h"

/* What detectors see in one observation of a flow: names, and the recognition of miners. */
struct observed_case {
    const char *name;
    enum observation_kind kind;
    const char *subject;
    enum service service;
    enum evidence evidence;
    const char *seen; /* Name and detail of what is seen. */
};

static const struct observed_case cases[] = {
    { "a name of the Tor network", OBSERVATION_NAME, "expyuzz4wqqyqhjn.onion", SERVICE_DNS,
      EVIDENCE_VERIFIED, "onion-query expyuzz4wqqyqhjn.onion\n" },
    { "one in a TLS hello", OBSERVATION_NAME, "www.expyuzz4wqqyqhjn.onion", SERVICE_TLS,
      EVIDENCE_VERIFIED, "onion-query www.expyuzz4wqqyqhjn.onion\n" },
    { "a name that ends alike", OBSERVATION_NAME, "springonion", SERVICE_DNS,
      EVIDENCE_VERIFIED, "" },
    { "a name that has it inside", OBSERVATION_NAME, "a.onion.example", SERVICE_DNS,
      EVIDENCE_VERIFIED, "" },
    { "the end alone", OBSERVATION_NAME, ".onion", SERVICE_DNS, EVIDENCE_VERIFIED, "" },
    { "a miner", OBSERVATION_SERVICE, "", SERVICE_STRATUM, EVIDENCE_VERIFIED,
      "mining on port 443\n" },
    { "a miner on the port of another", OBSERVATION_SERVICE, "", SERVICE_STRATUM,
      EVIDENCE_CONTRADICTED, "mining on port 443\n" },
    { "a port of miners", OBSERVATION_SERVICE, "", SERVICE_STRATUM,
      EVIDENCE_PORT_CONSISTENT, "" },
    { "a Tor program", OBSERVATION_SERVICE, "", SERVICE_TOR, EVIDENCE_VERIFIED,
      "tor on port 443\n" },
    { "a port of Tor's", OBSERVATION_SERVICE, "", SERVICE_TOR, EVIDENCE_PORT_CONSISTENT,
      "" },
    { "a name as Tor makes it up, to nobody that is listed", OBSERVATION_NAME,
      "www.y4ldn2ombxq7.com", SERVICE_TLS, EVIDENCE_VERIFIED, "" },
    { "another service", OBSERVATION_SERVICE, "", SERVICE_TLS, EVIDENCE_VERIFIED, "" },
    { "what else a flow of miners shows", OBSERVATION_FINGERPRINT, "x", SERVICE_STRATUM,
      EVIDENCE_VERIFIED, "" },
};

static void
test_observed(void **state)
{
    const struct observed_case *c = *state;
    const struct detect_config config = {
        .scan = { .ports = 15, .within_ns = 300 * NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 15,
                   .answered = 4,
                   .within_ns = 300 * NS_PER_SECOND,
                   .capacity = 256 },
    };
    struct detectors *detectors = detectors_new(&config, NULL, hash_seed_fixed());
    const struct flow flow = { .service = (uint8_t) c->service,
                               .evidence = (uint8_t) c->evidence,
                               .ends[FLOW_RESPONDER].port = 443 };
    static struct observation_list given, list;
    struct counters counters = { 0 };
    char seen[1024] = "";

    given.n = list.n = 0;
    (void) snprintf(observation_list_add(&given, c->kind, &flow, 1)->subject,
                    OBSERVATION_SUBJECT_SIZE, "%s", c->subject);
    detect_observation(detectors, &given.items[0], &counters, &list);
    for (size_t i = 0; i < list.n; i++) {
        strcat(strcat(seen, observation_name(list.items[i].kind)), " ");
        strcat(strcat(seen, list.items[i].detail), "\n");
    }
    assert_string_equal(seen, c->seen);
    detectors_free(detectors);
}

int
main(void)
{
    return RUN_CASES(cases, test_observed);
}
