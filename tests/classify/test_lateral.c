#include "classify/detect_run.h"

static void
http_only(struct detect_config *config)
{
    config->lateral.services = (struct service_set){ { 0 } };
    detect_add_services(&config->lateral.services, "http");
}

static const struct detect_case cases[] = {
    { "file sharing with many assets",
      { { .letters = "sakdD",
          .n = 10,
          .gap_ms = 1000,
          .n_targets = 10,
          DETECT_AMONG(445) } },
      "lateral: 10 hosts by administration in 9s\n" },
    { "one too few",
      { { .letters = "sakdD",
          .n = 100,
          .gap_ms = 1000,
          .n_targets = 9,
          DETECT_AMONG(445) } },
      "" },
    { "one by desktop and the others by shell",
      { { .letters = "sakdD", .n = 5, .gap_ms = 1000, .n_targets = 5, DETECT_AMONG(3389) },
        { .letters = "sakdD",
          .n = 5,
          .gap_ms = 1000,
          .n_targets = 5,
          .start_ms = 10000,
          .source = DETECT_ASSET,
          .target = DETECT_ASSET + 6,
          .source_port = 50000,
          .target_port = 22 } },
      "lateral: 10 hosts by administration in 14s\n" },
    { "nobody answers: a sweep",
      { { .letters = "s", .n = 15, .gap_ms = 1000, .n_targets = 15, DETECT_AMONG(445) } },
      "sweep: 15 hosts on tcp/445 in 14s\n" },
    { "web servers",
      { { .letters = "sakdD",
          .n = 50,
          .gap_ms = 1000,
          .n_targets = 50,
          DETECT_AMONG(443) } },
      "" },
    { "a server of many",
      { { .letters = "sakdD",
          .n = 50,
          .gap_ms = 1000,
          .n_sources = 50,
          .source = DETECT_ASSET + 1,
          .target = DETECT_ASSET,
          .source_port = 40000,
          .target_port = 445 } },
      "" },
    { "hosts outside",
      { { .letters = "sakdD", .n = 50, .gap_ms = 1000, .n_targets = 50, DETECT_OUT(445) } },
      "" },
    { "one after the other, for hours",
      { { .letters = "sakdD",
          .n = 50,
          .gap_ms = 120000,
          .n_targets = 50,
          DETECT_AMONG(445) } },
      "" },
};

static const struct detect_configured_case configured[] = {
    { "web servers, where they are configured",
      http_only,
      { { .letters = "sakdD",
          .n = 10,
          .gap_ms = 1000,
          .n_targets = 10,
          DETECT_AMONG(80) } },
      "lateral: 10 hosts by administration in 9s\n" },
    { "file sharing, where it is not configured",
      http_only,
      { { .letters = "sakdD",
          .n = 10,
          .gap_ms = 1000,
          .n_targets = 10,
          DETECT_AMONG(445) } },
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
