#include "classify/recogniser_run.h"

/* The client that FoxIO's description of JA4 takes as its example, with GREASE (RFC 8701)
 * among its ciphers, extensions and versions; the same hello in two records; one without
 * extensions; and an answer. */
#define HELLO                                                                      \
    "16030100cd010000c90303000102030405060708090a0b0c0d0e0f101112131415161718191a" \
    "1b1c1d1e1f0000201a1a130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f" \
    "0035010000800a0a0000001b000000000014001200000f7777772e4578616d706c652e6f7267" \
    "003300000010000e000c02683208687474702f312e314469000000170000002d0000000d0012" \
    "001004030804040105030805050108060601000500000023000000120000002b0007064a4a03" \
    "040303ff01000100000b0000000a000000150000"
#define TWO_RECORDS                                                                \
    "1603010032010000c90303000102030405060708090a0b0c0d0e0f101112131415161718191a" \
    "1b1c1d1e1f0000201a1a130113021303c0160301009b2bc02fc02cc030cca9cca8c013c01400" \
    "9c009d002f0035010000800a0a0000001b000000000014001200000f7777772e4578616d706c" \
    "652e6f7267003300000010000e000c02683208687474702f312e314469000000170000002d00" \
    "00000d0012001004030804040105030805050108060601000500000023000000120000002b00" \
    "07064a4a03040303ff01000100000b0000000a000000150000"
#define OLD_HELLO                                                                  \
    "160300002f0100002b0301000102030405060708090a0b0c0d0e0f101112131415161718191a" \
    "1b1c1d1e1f0000040005000a0100"
#define SERVER_HELLO                                                               \
    "16030300320200002e0303000102030405060708090a0b0c0d0e0f101112131415161718191a" \
    "1b1c1d1e1f001301000006002b00020304"
#define DATA "17 03 03 0002 0102"

static const struct judge_case judge_cases[] = {
    { "hellos", IP_PROTOCOL_TCP, HELLO, SERVER_HELLO, OPINION_VERIFIED },
    { "a hello alone", IP_PROTOCOL_TCP, HELLO, "", OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_TCP, "", SERVER_HELLO, OPINION_VERIFIED },
    { "a hello in two records", IP_PROTOCOL_TCP, TWO_RECORDS, "", OPINION_VERIFIED },
    { "a hello without extensions", IP_PROTOCOL_TCP, OLD_HELLO, "", OPINION_VERIFIED },
    { "records in a row", IP_PROTOCOL_TCP, DATA DATA "15 03 03 0002 0100", "",
      OPINION_VERIFIED },
    { "two records", IP_PROTOCOL_TCP, DATA DATA, "", OPINION_MORE },
    { "a record of another type", IP_PROTOCOL_TCP, DATA "1a 03 03 0002 0102", "",
      OPINION_NO },
    { "a version that does not exist", IP_PROTOCOL_TCP, "16 03 05 0005", "", OPINION_NO },
    { "a hello of odd ciphers", IP_PROTOCOL_TCP,
      "16 03 01 002c 01 000028 0301 000102030405060708090a0b0c0d0e0f101112131415161718191a"
      "1b1c1d1e1f 00 0003 000500",
      "", OPINION_NO },
    { "a hello that is longer than it says", IP_PROTOCOL_TCP,
      "16 03 01 0030 01 00002b 0301 000102030405060708090a0b0c0d0e0f101112131415161718191a"
      "1b1c1d1e1f 00 0002 0005 01 00 0001 00",
      "", OPINION_NO },
    { "text after a hello", IP_PROTOCOL_TCP, HELLO, "'HTTP/1.1 400'", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET /'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_tls, *state);
}

static const struct read_case read_cases[] = {
    { "a hello", IP_PROTOCOL_TCP, FLOW_INITIATOR, HELLO,
      "name www.example.org\nfingerprint t13d1516h2_8daaf6152771_e5627efa2ab1\n" },
    { "a hello in two records", IP_PROTOCOL_TCP, FLOW_INITIATOR, TWO_RECORDS,
      "name www.example.org\nfingerprint t13d1516h2_8daaf6152771_e5627efa2ab1\n" },
    { "one without extensions", IP_PROTOCOL_TCP, FLOW_INITIATOR, OLD_HELLO,
      "fingerprint t10i020000_ecbe99380d04_000000000000\n" },
    { "an answer", IP_PROTOCOL_TCP, FLOW_RESPONDER, SERVER_HELLO, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_tls, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
