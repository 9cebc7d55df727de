#include "classify/detect_run.h"

#define EVERYWHERE(port)                                               \
    .source = 0x0b000000, .n_sources = 100000, .target = DETECT_ASSET, \
    .source_port = 1024, .target_port = (port)

static void
learning_soon(struct detect_config *config)
{
    config->flood.learning = 1;
}

static void
half_answered(struct detect_config *config)
{
    config->flood.one_sided = 1;
}

static void
last_interval_only(struct detect_config *config)
{
    config->flood.smoothing = 1;
}

static const struct detect_case cases[] = {
    { "connection requests from everywhere",
      { DETECT_VISITS,
        { .letters = "s", .n = 3500, .gap_ms = 10, .start_ms = 90000, EVERYWHERE(443) } },
      "flood: 1000 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n"
      "flood: 1000 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n"
      "flood: 1000 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n"
      "flood: 1000 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n" },
    { "answered, but never completed",
      { DETECT_VISITS,
        { .letters = "sa", .n = 1200, .gap_ms = 5, .start_ms = 90000, EVERYWHERE(443) } },
      "flood: 1000 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n" },
    { "refused",
      { DETECT_VISITS,
        { .letters = "sr", .n = 1200, .gap_ms = 5, .start_ms = 90000, EVERYWHERE(443) } },
      "flood: 1000 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n" },
    { "slower than the floor",
      { DETECT_VISITS,
        { .letters = "s", .n = 3000, .gap_ms = 11, .start_ms = 90000, EVERYWHERE(443) } },
      "" },
    { "before anybody knows what is usual",
      { { .letters = "s", .n = 3000, .gap_ms = 5, EVERYWHERE(443) } },
      "" },
    { "a crowd that is served",
      { DETECT_VISITS,
        { .letters = "sakdD",
          .n = 20000,
          .gap_ms = 1,
          .start_ms = 90000,
          EVERYWHERE(443) } },
      "" },
    { "a busy server breaks down",
      { { .letters = "sakdD",
          .n = 13500,
          .gap_ms = 8,
          .n_sources = 5000,
          .source = 0x0c000000,
          .target = DETECT_ASSET,
          .source_port = 40000,
          .target_port = 443 },
        { .letters = "s", .n = 6000, .gap_ms = 8, .start_ms = 108000, EVERYWHERE(443) } },
      "" },
    { "UDP from one source, in one flow",
      { DETECT_VISITS,
        { .letters = "q",
          .n = 60000,
          .gap_ms = 0,
          .start_ms = 95000,
          .one_port = true,
          DETECT_IN(9999) } },
      "flood: 20480 packets by udp in 10s, usually 0, from one source\n" },
    { "UDP from everywhere",
      { DETECT_VISITS,
        { .letters = "qqqqqqqq",
          .n = 3000,
          .gap_ms = 1,
          .start_ms = 95000,
          EVERYWHERE(9999) } },
      "flood: 20000 packets by udp in 10s, usually 0, from more than 44 sources\n" },
    { "a call: UDP both ways",
      { DETECT_VISITS,
        { .letters = "qQ",
          .n = 60000,
          .gap_ms = 0,
          .start_ms = 95000,
          .one_port = true,
          DETECT_IN(9999) } },
      "" },
    { "echo requests, answered",
      { DETECT_VISITS,
        { .letters = "eE",
          .n = 60000,
          .gap_ms = 0,
          .start_ms = 95000,
          .one_port = true,
          DETECT_IN(0) } },
      "flood: 20481 packets by icmp in 10s, usually 0, from one source\n" },
    { "a scan",
      { DETECT_VISITS,
        { .letters = "s", .n = 14, .gap_ms = 1, .start_ms = 95000, DETECT_IN(1) } },
      "" },
};

static const struct detect_configured_case configured[] = {
    { "after one interval, where that is enough to know",
      learning_soon,
      { DETECT_VISITS,
        { .letters = "s", .n = 1200, .gap_ms = 5, .start_ms = 15000, EVERYWHERE(443) } },
      "flood: 1000 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n"
      "flood: 1001 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n" },
    { "a call, where both ways are one-sided",
      half_answered,
      { DETECT_VISITS,
        { .letters = "qQ",
          .n = 60000,
          .gap_ms = 0,
          .start_ms = 95000,
          .one_port = true,
          DETECT_IN(9999) } },
      "flood: 20480 packets by udp in 10s, usually 0, from one source\n" },
    { "only what came last is usual",
      last_interval_only,
      { { .letters = "sakdD",
          .n = 8000,
          .gap_ms = 10,
          .n_sources = 5000,
          .source = 0x0c000000,
          .target = DETECT_ASSET,
          .source_port = 40000,
          .target_port = 443 },
        { .letters = "sakdD",
          .n = 20,
          .start_ms = 80000,
          .gap_ms = 1000,
          .source = DETECT_OUTSIDE,
          .target = DETECT_ASSET,
          .source_port = 40000,
          .target_port = 443 },
        { .letters = "s", .n = 1200, .gap_ms = 5, .start_ms = 100000, EVERYWHERE(443) } },
      "flood: 1000 requests to tcp/443 in 10s, usually 10, from more than 44 sources\n" },
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
