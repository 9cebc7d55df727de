#include "classify/detect_run.h"

static void
no_services(struct detect_config *config)
{
    config->beacon.services_not = (struct service_set){ { 0 } };
}

static const struct detect_case cases[] = {
    { "once a minute",
      { { .letters = "sakdDfF", .n = 24, .gap_ms = 60000, DETECT_OUT(443) } },
      "beacon: 24 contacts with tcp/443, one every 60s, jitter 0%\n" },
    { "one too few",
      { { .letters = "sakdDfF", .n = 23, .gap_ms = 60000, DETECT_OUT(443) } },
      "" },
    { "with jitter",
      { { .letters = "sakdDfF",
          .n = 24,
          .gap_ms = 60000,
          .vary_ms = 9000,
          DETECT_OUT(8080) } },
      "beacon: 24 contacts with tcp/8080, one every 59s, jitter 7%\n" },
    { "nobody answers any more",
      { { .letters = "s", .n = 24, .gap_ms = 60000, DETECT_OUT(443) } },
      "beacon: 24 contacts with tcp/443, one every 60s, jitter 0%\n" },
    { "two connections each time",
      { { .letters = "sakdDfF", .n = 24, .gap_ms = 60000, DETECT_OUT(443) },
        { .letters = "sakdDfF",
          .n = 24,
          .gap_ms = 60000,
          .start_ms = 700,
          .source = DETECT_ASSET,
          .target = DETECT_OUTSIDE,
          .source_port = 50000,
          .target_port = 443 } },
      "beacon: 24 contacts with tcp/443, one every 60s, jitter 0%\n" },
    { "it goes on",
      { { .letters = "sakdDfF", .n = 500, .gap_ms = 30000, DETECT_OUT(443) } },
      "beacon: 24 contacts with tcp/443, one every 30s, jitter 0%\n"
      "beacon: 192 contacts with tcp/443, one every 30s, jitter 0%\n" },
    { "people",
      { { .letters = "sakdDfF",
          .n = 500,
          .gap_ms = 60000,
          .vary_ms = 60000,
          DETECT_OUT(443) } },
      "" },
    { "a crawl through one site",
      { { .letters = "sakdDfF", .n = 2000, .gap_ms = 3000, DETECT_OUT(443) } },
      "" },
    { "clocks", { { .letters = "qQ", .n = 100, .gap_ms = 64000, DETECT_OUT(123) } }, "" },
    { "a sensor of another asset",
      { { .letters = "sakdDfF", .n = 100, .gap_ms = 60000, DETECT_AMONG(502) } },
      "" },
    { "a server in the same network that is no asset",
      { { .letters = "sakdDfF",
          .n = 100,
          .gap_ms = 60000,
          .source = DETECT_ASSET,
          .target = 0x0a000001,
          .source_port = 40000,
          .target_port = 443 } },
      "" },
    { "many peers, each seldom",
      { { .letters = "sakdDfF",
          .n = 100,
          .gap_ms = 60000,
          .n_targets = 20,
          DETECT_OUT(443) } },
      "" },
    { "a visitor of the asset",
      { { .letters = "sakdDfF", .n = 100, .gap_ms = 60000, DETECT_IN(443) } },
      "" },
};

static const struct detect_configured_case configured[] = {
    { "clocks, where no service is left out",
      no_services,
      { { .letters = "qQ", .n = 24, .gap_ms = 64000, DETECT_OUT(123) } },
      "beacon: 24 contacts with udp/123, one every 64s, jitter 0%\n" },
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
