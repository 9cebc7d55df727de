#include "classify/recogniser_run.h"

/* A hello with a name of 20 bytes; and one that names an application protocol too. */
#define HELLO(name)                                                                     \
    "160301 0067 01 000063 0303"                                                        \
    "6f1d3a5522222222222222222222222222222222222222222222222222222222 00 0004 c02fc030" \
    "0100 0036 0000 0019 0017 00 0014 '" name "'"                                       \
    "000a 0006 0004001d0017 000d 0006 000404030401 ff01 0001 00"
#define HELLO_WITH_PROTOCOL                                                             \
    "160301 0073 01 00006f 0303"                                                        \
    "6f1d3a5522222222222222222222222222222222222222222222222222222222 00 0004 c02fc030" \
    "0100 0042 0000 0019 0017 00 0014 'www.y4ldn2ombxq7.com'"                           \
    "000a 0006 0004001d0017 000d 0006 000404030401"                                     \
    "0010 000d 000b 0a 'http/1.1xx'"

#define SERVER_HELLO                                                              \
    "02 00002d 0303"                                                              \
    "a0a0a0a011111111111111111111111111111111111111111111111111111111 00 c02f 00" \
    "0005 ff01 0001 00"
#define SERVER_HELLO_13                                                           \
    "160303 0032 02 00002e 0303"                                                  \
    "a0a0a0a011111111111111111111111111111111111111111111111111111111 00 1301 00" \
    "0006 002b 0002 0304"

/* Signed by whom 'issuer' names; both names have 20 bytes. */
#define CERTIFICATE(issuer, subject)                                          \
    "0b 00013a 000137 000134 30820130 3081d8 a003020102 02085a17b3c2d4e5f601" \
    "300a06082a8648ce3d040302 301f 311d 301b 0603550403 0c14 '" issuer "'"    \
    "301e170d3236313132363139353333355a170d3237303631343139353333355a"        \
    "301f 311d 301b 0603550403 0c14 '" subject "'"                            \
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004"                  \
    "45d56a30f41a0bde3f38cc784feaae433f04ab97b42a4737010d86a34851bd0f"        \
    "a7e6a08189fc759d26bcba4290ac38d15c4f5a2de5341d56738412a626aa4ade"        \
    "300a06082a8648ce3d04030203470030440220"                                  \
    "428444cf75629c20b4e75a07a13c201cf2b28bea4f6d43530969ccb962a9af760220"    \
    "31c5cdd9d3926440b9f2ff1f3a60e965572122ab666b0263f236208a63189b94"
#define MADE_UP CERTIFICATE("www.kq3vhx4pzc7m.com", "www.7bt2yejwgfod.net")

static const struct judge_case judge_cases[] = {
    { "a hello and its certificate", IP_PROTOCOL_TCP, HELLO("www.y4ldn2ombxq7.com"),
      "160303 016f" SERVER_HELLO MADE_UP, OPINION_VERIFIED },
    { "in records of their own", IP_PROTOCOL_TCP, HELLO("www.y4ldn2ombxq7.com"),
      "160303 0031" SERVER_HELLO "160303 013e" MADE_UP, OPINION_VERIFIED },
    { "the certificate alone", IP_PROTOCOL_TCP, "", "160303 016f" SERVER_HELLO MADE_UP,
      OPINION_VERIFIED },
    { "a hello alone", IP_PROTOCOL_TCP, HELLO("www.y4ldn2ombxq7.com"), "", OPINION_MORE },
    { "a name that is none of Tor's", IP_PROTOCOL_TCP, HELLO("www.example-hosp.com"),
      "160303 016f" SERVER_HELLO MADE_UP, OPINION_NO },
    { "a client that names a protocol", IP_PROTOCOL_TCP, HELLO_WITH_PROTOCOL, "",
      OPINION_NO },
    { "an issuer that is none of Tor's", IP_PROTOCOL_TCP, HELLO("www.y4ldn2ombxq7.com"),
      "160303 016f" SERVER_HELLO CERTIFICATE("Example Trust Centre",
                                             "www.7bt2yejwgfod.net"),
      OPINION_NO },
    { "a subject that is none of Tor's", IP_PROTOCOL_TCP, HELLO("www.y4ldn2ombxq7.com"),
      "160303 016f" SERVER_HELLO CERTIFICATE("www.kq3vhx4pzc7m.com",
                                             "www.7bt2yejwgfod.org"),
      OPINION_NO },
    { "what hides its certificate", IP_PROTOCOL_TCP, HELLO("www.y4ldn2ombxq7.com"),
      SERVER_HELLO_13, OPINION_NO },
    { "data", IP_PROTOCOL_TCP, "170303 0010", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'www.y4ldn2ombxq7.com'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_tor, *state);
}

/* What any hello of TLS tells. */
static const struct read_case read_cases[] = {
    { "a name and a fingerprint", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      HELLO("www.y4ldn2ombxq7.com"),
      "name www.y4ldn2ombxq7.com\nfingerprint t12d020400_04659ec43a24_e252edfedad8\n" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_tor, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
