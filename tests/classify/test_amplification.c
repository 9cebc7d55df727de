#include "classify/detect_run.h"

#define RESOLVERS(n)                                                                      \
    .source = DETECT_ASSET, .target = 0x0b000000, .n_targets = (n), .source_port = 40000, \
    .target_port = 53

static void
quic_only(struct detect_config *config)
{
    config->amplification.services = (struct service_set){ { 0 } };
    detect_add_services(&config->amplification.services, "quic");
}

static const struct detect_case cases[] = {
    { "answers of many name servers that nobody asked",
      { DETECT_VISITS,
        { .letters = "U",
          .n = 2000,
          .gap_ms = 2,
          .start_ms = 95000,
          .answer_size = 1400,
          RESOLVERS(50) } },
      "amplification: 1025 kB of dns that nobody asked for in 10s, from about 44 "
      "sources\n" },
    { "of one only",
      { DETECT_VISITS,
        { .letters = "U",
          .n = 2000,
          .gap_ms = 2,
          .start_ms = 95000,
          .answer_size = 1400,
          RESOLVERS(2) } },
      "" },
    { "clocks, each in a flow that goes on",
      { DETECT_VISITS,
        { .letters = "UUUUUUUUUU",
          .n = 4000,
          .gap_ms = 2,
          .start_ms = 95000,
          .answer_size = 468,
          .source = DETECT_ASSET,
          .target = 0x0b000000,
          .n_targets = 10,
          .one_port = true,
          .source_port = 80,
          .target_port = 123 } },
      "amplification: 3654 kB of ntp that nobody asked for in 10s, from about 8 "
      "sources\n" },
    { "a resolver of which only the answers are seen",
      { { .letters = "U", .n = 100000, .gap_ms = 2, .answer_size = 300, RESOLVERS(50) } },
      "" },
    { "a resolver that asks",
      { DETECT_VISITS,
        { .letters = "qQ",
          .n = 5000,
          .gap_ms = 1,
          .start_ms = 95000,
          .answer_size = 1400,
          RESOLVERS(50) } },
      "" },
    { "an asset that is made to answer large",
      { DETECT_VISITS,
        { .letters = "qQ",
          .n = 2000,
          .gap_ms = 2,
          .start_ms = 95000,
          .size = 60,
          .answer_size = 1400,
          DETECT_IN(53) } },
      "amplification: 1025 kB of large dns answers sent in 10s\n" },
    { "a name server at work",
      { DETECT_VISITS,
        { .letters = "qQ",
          .n = 20000,
          .gap_ms = 1,
          .start_ms = 95000,
          .size = 60,
          .answer_size = 250,
          .n_sources = 100,
          DETECT_IN(53) } },
      "" },
    { "large answers of another service",
      { DETECT_VISITS,
        { .letters = "qQ",
          .n = 2000,
          .gap_ms = 2,
          .start_ms = 95000,
          .size = 60,
          .answer_size = 1400,
          DETECT_IN(443) } },
      "" },
    { "quotes of the day that nobody asked for",
      { DETECT_VISITS,
        { .letters = "U",
          .n = 2000,
          .gap_ms = 2,
          .start_ms = 95000,
          .answer_size = 1400,
          .source = DETECT_ASSET,
          .target = 0x0b000000,
          .n_targets = 50,
          .source_port = 40000,
          .target_port = 17 } },
      "amplification: 1025 kB of qotd that nobody asked for in 10s, from about 44 "
      "sources\n" },
};

static const struct detect_configured_case configured[] = {
    { "of another service that is configured",
      quic_only,
      { DETECT_VISITS,
        { .letters = "qQ",
          .n = 2000,
          .gap_ms = 2,
          .start_ms = 95000,
          .size = 60,
          .answer_size = 1400,
          DETECT_IN(443) } },
      "amplification: 1025 kB of large quic answers sent in 10s\n" },
    { "large answers of a service that is not configured",
      quic_only,
      { DETECT_VISITS,
        { .letters = "qQ",
          .n = 2000,
          .gap_ms = 2,
          .start_ms = 95000,
          .size = 60,
          .answer_size = 1400,
          DETECT_IN(53) } },
      "" },
};

static void
test_case(void **state)
{
    detect_run_case(*state);
}

static void
test_configured_case(void **state)
{
    detect_run_configured_case(*state);
}

int
main(void)
{
    return RUN_CASES(cases, test_case) + RUN_CASES(configured, test_configured_case);
}
