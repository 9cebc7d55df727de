#include "classify/detect_run.h"

static void
https_only(struct detect_config *config)
{
    config->exfiltration.services = (struct service_set){ { 0 } };
    detect_add_services(&config->exfiltration.services, "tls");
}

static const struct detect_case cases[] = {
    { "an upload in one connection",
      { { .letters = "sak", .n = 1, .one_port = true, DETECT_OUT(443) },
        { .letters = "dddddddddd",
          .n = 400,
          .start_ms = 10,
          .gap_ms = 10,
          .size = 60000,
          .one_port = true,
          DETECT_OUT(443) } },
      "exfiltration: 117 MB sent and 0 MB received in 2s\n" },
    { "many small ones",
      { { .letters = "sakddddDfF",
          .n = 500,
          .gap_ms = 1000,
          .size = 60000,
          DETECT_OUT(443) } },
      "exfiltration: 100 MB sent and 0 MB received in 440s\n" },
    { "spread over days",
      { { .letters = "sakddddDfF",
          .n = 900,
          .vary_ms = 300000,
          .gap_ms = 300000,
          .size = 60000,
          DETECT_OUT(443) } },
      "" },
    { "a download",
      { { .letters = "sakdDDDDDDDDfF",
          .n = 500,
          .gap_ms = 1000,
          .answer_size = 60000,
          DETECT_OUT(443) } },
      "" },
    { "a call",
      { { .letters = "qQ",
          .n = 400,
          .gap_ms = 20,
          .size = 60000,
          .answer_size = 30000,
          .one_port = true,
          DETECT_OUT(40000) } },
      "" },
    { "a site of the asset is read",
      { { .letters = "sakdDDDDDDDDfF",
          .n = 500,
          .gap_ms = 1000,
          .answer_size = 60000,
          DETECT_IN(443) } },
      "" },
    { "a database of the asset is read",
      { { .letters = "sakdDDDDfF",
          .n = 500,
          .gap_ms = 1000,
          .answer_size = 60000,
          DETECT_IN(1433) } },
      "exfiltration: 100 MB sent and 0 MB received in 440s\n" },
    { "a backup to another asset",
      { { .letters = "sakddddDfF",
          .n = 500,
          .gap_ms = 1000,
          .size = 60000,
          DETECT_AMONG(443) } },
      "" },
    { "more is got from there, before",
      { { .letters = "sakdDDDDfF",
          .n = 60,
          .gap_ms = 1000,
          .answer_size = 60000,
          DETECT_OUT(443) },
        { .letters = "sakddddDfF",
          .n = 500,
          .start_ms = 70000,
          .gap_ms = 1000,
          .size = 60000,
          DETECT_OUT(443) } },
      "" },
    { "more is got from there, meanwhile",
      { { .letters = "sakdDDDDfF",
          .n = 60,
          .start_ms = 500,
          .gap_ms = 5000,
          .answer_size = 60000,
          DETECT_OUT(443) },
        { .letters = "sakddddDfF",
          .n = 500,
          .gap_ms = 1000,
          .size = 60000,
          .source_port = 50000,
          .source = DETECT_ASSET,
          .target = DETECT_OUTSIDE,
          .target_port = 443 } },
      "" },
    { "a little is got from there, before",
      { { .letters = "sakdDDDDfF",
          .n = 20,
          .gap_ms = 1000,
          .answer_size = 60000,
          DETECT_OUT(443) },
        { .letters = "sakddddDfF",
          .n = 500,
          .start_ms = 70000,
          .gap_ms = 1000,
          .size = 60000,
          DETECT_OUT(443) } },
      "exfiltration: 100 MB sent and 4 MB received in 440s\n" },
    { "more was got from there, long ago",
      { { .letters = "sakdDDDDfF",
          .n = 60,
          .gap_ms = 1000,
          .answer_size = 60000,
          DETECT_OUT(443) },
        { .letters = "sakddddDfF",
          .n = 500,
          .start_ms = 3700000,
          .gap_ms = 1000,
          .size = 60000,
          DETECT_OUT(443) } },
      "exfiltration: 100 MB sent and 0 MB received in 440s\n" },
    { "the window begins with what is sent",
      { { .letters = "sakdDfF", .n = 1, .answer_size = 60000, DETECT_OUT(443) },
        { .letters = "sakddddDfF",
          .n = 500,
          .start_ms = 3400000,
          .gap_ms = 1000,
          .size = 60000,
          DETECT_OUT(443) } },
      "exfiltration: 100 MB sent and 0 MB received in 440s\n" },
    { "while much is got from many others",
      { { .letters = "sak"
                     "dddddddddddddddddddddddddddddddddddddddd"
                     "DfF",
          .n = 50,
          .gap_ms = 1000,
          .size = 60000,
          DETECT_OUT(443) },
        { .letters = "sakdDfF",
          .n = 15000,
          .gap_ms = 3,
          .answer_size = 60000,
          .n_targets = 300,
          .source = DETECT_ASSET,
          .target = DETECT_OUTSIDE + 1,
          .source_port = 30000,
          .target_port = 443 } },
      "exfiltration: 100 MB sent and 0 MB received in 43s\n" },
    { "to many hosts, little each",
      { { .letters = "sakddddDfF",
          .n = 2000,
          .gap_ms = 1000,
          .size = 60000,
          .n_targets = 200,
          DETECT_OUT(443) } },
      "" },
};

static void
two_mb(struct detect_config *config)
{
    config->exfiltration.bytes = 2 << 20;
}

static void
two_mb_in_large_flows(struct detect_config *config)
{
    config->exfiltration.bytes = 2 << 20;
    config->exfiltration.flow_bytes = 16384;
}

static const struct detect_configured_case configured[] = {
    { "400 uploads of 12 kB",
      two_mb,
      { { .letters = "sakdDfF",
          .n = 400,
          .gap_ms = 1000,
          .size = 12288,
          DETECT_OUT(443) } },
      "exfiltration: 2 MB sent and 0 MB received in 170s\n"
      "exfiltration: 4 MB sent and 0 MB received in 340s\n" },
    { "the same, where that is too little for one flow",
      two_mb_in_large_flows,
      { { .letters = "sakdDfF",
          .n = 400,
          .gap_ms = 1000,
          .size = 12288,
          DETECT_OUT(443) } },
      "" },
    { "handshakes",
      two_mb,
      { { .letters = "sakdDfF", .n = 4000, .gap_ms = 100, .size = 2048, DETECT_OUT(443) } },
      "" },
    { "a site of the asset is read, of a service that is configured",
      https_only,
      { { .letters = "sakdDDDDfF",
          .n = 500,
          .gap_ms = 1000,
          .answer_size = 60000,
          DETECT_IN(443) } },
      "exfiltration: 100 MB sent and 0 MB received in 440s\n" },
    { "a database, of a service that is not configured",
      https_only,
      { { .letters = "sakdDDDDfF",
          .n = 500,
          .gap_ms = 1000,
          .answer_size = 60000,
          DETECT_IN(1433) } },
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
