#include "classify/recogniser_run.h"

/* RFC 6347 section 4: records, and in them fragments of the handshake's messages.  A
 * client's hello without a cookie, with one, of a client that knows DTLS 1.3 (RFC 9147),
 * and the first fragment of one; what a server asks and answers. */
#define RANDOM "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define NAME   "00000014001200000f 'www.example.org'"
#define REST   "000a00040002001d 000b00020100 000d0006000404030804 001000050003026832"
#define HELLO(size, cookie, sizes, rest)                        \
    "16 feff 0000 000000000000 " size "fefd" RANDOM "00" cookie \
    "0006 c02b c02f 00ff 0100" sizes NAME rest
#define FIRST       HELLO("0075 01 000069 0000 000000 000069 ", "00", "0039", REST)
#define WITH_COOKIE HELLO("0079 01 00006d 0000 000000 00006d ", "0401020304", "0039", REST)
#define NEWER \
    HELLO("007e 01 000072 0000 000000 000072 ", "00", "0042", REST "002b0005 04 fefc fefd")
#define FRAGMENT                                              \
    HELLO("0066 01 000069 0000 000000 00005a ", "00", "0039", \
          "000a00040002001d 000b00020100 000d0006")
#define VERIFY "16 fefd 0000 000000000000 0013 03 000007 0000 000000 000007 feff 0401020304"
#define SERVER_HELLO \
    "16 fefd 0000 000000000000 0032 02 000026 0001 000000 000026 fefd" RANDOM "00 c02b 00"
#define DATA  "17 fefd 0001 000000000001 0004 a1b2c3d4"
#define OTHER "16 fefd 0001 000000000000 0004 01b2c3d4"

static const struct judge_case judge_cases[] = {
    { "a hello", IP_PROTOCOL_UDP, FIRST, "", OPINION_VERIFIED },
    { "one with a cookie", IP_PROTOCOL_UDP, WITH_COOKIE, "", OPINION_VERIFIED },
    { "a cookie is given", IP_PROTOCOL_UDP, "", VERIFY, OPINION_VERIFIED },
    { "an answer", IP_PROTOCOL_UDP, "", SERVER_HELLO, OPINION_VERIFIED },
    { "a hello in fragments", IP_PROTOCOL_UDP, FRAGMENT, "", OPINION_CONSISTENT },
    { "its last fragment", IP_PROTOCOL_UDP,
      "16 feff 0000 000000000001 001b 01 000069 0000 00005a 00000f 000404030804"
      "001000050003026832",
      "", OPINION_CONSISTENT },
    { "a hello in fragments, and its answer", IP_PROTOCOL_UDP, FRAGMENT, VERIFY,
      OPINION_VERIFIED },
    { "from the middle", IP_PROTOCOL_UDP, DATA, "", OPINION_CONSISTENT },
    { "from the middle, both sides", IP_PROTOCOL_UDP, DATA, DATA, OPINION_VERIFIED },
    { "several records", IP_PROTOCOL_UDP, "14 feff 0000 000000000002 0001 01" OTHER, "",
      OPINION_VERIFIED },
    { "one and something else", IP_PROTOCOL_UDP, DATA "00", "", OPINION_NO },
    { "one that is shorter than it says", IP_PROTOCOL_UDP,
      "17 fefd 0001 000000000001 0005 a1b2c3d4", "", OPINION_NO },
    { "an empty one", IP_PROTOCOL_UDP, "17 fefd 0001 000000000001 0000", "", OPINION_NO },
    { "a type that does not exist", IP_PROTOCOL_UDP,
      "19 fefd 0001 000000000001 0004 a1b2c3d4", "", OPINION_NO },
    { "a version that does not exist", IP_PROTOCOL_UDP,
      "17 fefe 0001 000000000001 0004 a1b2c3d4", "", OPINION_NO },
    { "a hello of odd ciphers", IP_PROTOCOL_UDP,
      "16 feff 0000 000000000000 0037 01 00002b 0000 000000 00002b fefd" RANDOM
      "00 00 0003 c02b00 0100",
      "", OPINION_NO },
    { "a cookie that is longer than its message", IP_PROTOCOL_UDP, "",
      "16 fefd 0000 000000000000 0013 03 000007 0000 000000 000007 feff 0501020304",
      OPINION_NO },
    { "data on one side, another protocol on the other", IP_PROTOCOL_UDP, DATA, "0001",
      OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'GET / HTTP/1.1' 0d0a 0d0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_dtls, *state);
}

/* The fingerprints were made by hand from FoxIO's description. */
static const struct read_case read_cases[] = {
    { "a hello", IP_PROTOCOL_UDP, FLOW_INITIATOR, FIRST,
      "name www.example.org\nfingerprint dd2d0305h2_0e67c0ef781e_876bcc86782c\n" },
    { "one with a cookie", IP_PROTOCOL_UDP, FLOW_INITIATOR, WITH_COOKIE,
      "name www.example.org\nfingerprint dd2d0305h2_0e67c0ef781e_876bcc86782c\n" },
    { "one of DTLS 1.3", IP_PROTOCOL_UDP, FLOW_INITIATOR, NEWER,
      "name www.example.org\nfingerprint dd3d0306h2_0e67c0ef781e_fb71836bce29\n" },
    { "one in fragments", IP_PROTOCOL_UDP, FLOW_INITIATOR, FRAGMENT,
      "name www.example.org\n" },
    { "an answer", IP_PROTOCOL_UDP, FLOW_RESPONDER, SERVER_HELLO, "" },
    { "a handshake in secret", IP_PROTOCOL_UDP, FLOW_INITIATOR, OTHER, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_dtls, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
