#include "classify/recogniser_run.h"

/* PDUs after PS3.8 section 9.3 and command sets after PS3.7 section 9.3; nobody is meant.
 */
#define ZERO_32 "0000000000000000000000000000000000000000000000000000000000000000"
#define TITLES  "'ARCHIVE         VIEWER          '" ZERO_32
#define CONTEXT "1000 0015 '1.2.840.10008.3.1.1.1'"
#define LENGTH  "5100 0004 00004000"
#define CLASS   "5200 0006 '2.25.1'"
#define PROPOSED \
    "2000 002e 01000000 3000 0011 '1.2.840.10008.1.1' 4000 0011 '1.2.840.10008.1.2'"
#define ACCEPTED "2100 0019 01000000 4000 0011 '1.2.840.10008.1.2'"
#define REQUEST  "0100 000000a5 0001 0000" TITLES CONTEXT PROPOSED "5000 0012" LENGTH CLASS
#define ACCEPT   "0200 00000090 0001 0000" TITLES CONTEXT ACCEPTED "5000 0012" LENGTH CLASS
#define IDENTITY                                                               \
    "0100 000000ba 0001 0000" TITLES CONTEXT PROPOSED "5000 0027" LENGTH CLASS \
    "5800 0011 02 01 0005 'NURSE' 0006 'secret'"

/* A command set: its length, the class, the command, the id of the message, no data. */
#define SET(length, class, command)                                       \
    "00000000 04000000" length "000000" class "00000001 02000000" command \
                                              "00001001 02000000 0100"
#define ECHO_CLASS  "00000200 12000000 '1.2.840.10008.1.1' 00"
#define STORE_CLASS "00000200 1a000000 '1.2.840.10008.5.1.4.1.1.2' 00"
#define MOVE_CLASS  "00000200 1c000000 '1.2.840.10008.5.1.4.1.2.2.2' 00"
#define NO_DATA     "00000008 02000000 0101"
#define ECHO_RQ     "0400 0000004a 00000046 01 03" SET("38", ECHO_CLASS, "3000") NO_DATA
#define ECHO_RSP    "0400 0000004a 00000046 01 03" SET("38", ECHO_CLASS, "3080") NO_DATA
#define STORE       "0400 00000052 0000004e 01 03" SET("40", STORE_CLASS, "0100") NO_DATA
#define DELETE      "0400 0000004a 00000046 01 03" SET("38", ECHO_CLASS, "5001") NO_DATA
#define MOVE                                             \
    "0400 00000066 00000062 01 03" SET("54", MOVE_CLASS, \
                                       "2100") "00000006 0a000000 'ELSEWHERE '" NO_DATA
#define DATA     "0400 00000018 00000014 01 00 08000500 4353 0a00 'ISO_IR 100'"
#define RELEASE  "0500 00000004 00000000"
#define RELEASED "0600 00000004 00000000"

static const struct judge_case judge_cases[] = {
    { "an association", IP_PROTOCOL_TCP, REQUEST, ACCEPT, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_TCP, REQUEST, "", OPINION_VERIFIED },
    { "an acceptance alone", IP_PROTOCOL_TCP, "", ACCEPT, OPINION_VERIFIED },
    { "from the middle", IP_PROTOCOL_TCP, ECHO_RQ, "", OPINION_VERIFIED },
    { "the end", IP_PROTOCOL_TCP, RELEASE, RELEASED, OPINION_VERIFIED },
    { "half of the end", IP_PROTOCOL_TCP, RELEASE, "", OPINION_CONSISTENT },
    { "a refusal", IP_PROTOCOL_TCP, "", "0300 00000004 00 01 01 01", OPINION_CONSISTENT },
    { "data", IP_PROTOCOL_TCP, DATA, "", OPINION_CONSISTENT },
    { "data whose lengths do not fit", IP_PROTOCOL_TCP,
      "0400 00000018 00000015 01 00 08000500 4353 0a00 'ISO_IR 100'", "", OPINION_NO },
    { "another application context", IP_PROTOCOL_TCP,
      "0100 000000a5 0001 0000" TITLES "1000 0015 '1.2.840.10008.3.1.1.2'", "",
      OPINION_NO },
    { "titles that are none", IP_PROTOCOL_TCP, "0100 000000a5 0001 0000 0102", "",
      OPINION_NO },
    { "of another length", IP_PROTOCOL_TCP, "0500 00000005 0000000000", "", OPINION_NO },
    { "Cassandra: OPTIONS", IP_PROTOCOL_TCP, "04 00 0000 05 00000000", "", OPINION_MORE },
    { "Cassandra: STARTUP", IP_PROTOCOL_TCP,
      "04 00 0000 01 00000016 0001 000b 'CQL_VERSION' 0005 '3.0.0'", "", OPINION_NO },
    { "TPKT", IP_PROTOCOL_TCP, "0300 0016 11 e0 0000 0001 00", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_dicom, *state);
}

static const struct read_case read_cases[] = {
    { "an echo", IP_PROTOCOL_TCP, FLOW_INITIATOR, REQUEST ECHO_RQ RELEASE,
      "control-command read c-echo (48), class 1.2.840.10008.1.1\n" },
    { "an image", IP_PROTOCOL_TCP, FLOW_INITIATOR, STORE DATA,
      "control-command write c-store (1), class 1.2.840.10008.5.1.4.1.1.2\n" },
    { "a move", IP_PROTOCOL_TCP, FLOW_INITIATOR, MOVE,
      "control-command write c-move (33), class 1.2.840.10008.5.1.4.1.2.2.2, "
      "to ELSEWHERE\n" },
    { "a deletion", IP_PROTOCOL_TCP, FLOW_INITIATOR, DELETE,
      "control-command write n-delete (336), class 1.2.840.10008.1.1\n" },
    { "an answer", IP_PROTOCOL_TCP, FLOW_RESPONDER, ACCEPT ECHO_RSP, "" },
    { "a passcode", IP_PROTOCOL_TCP, FLOW_INITIATOR, IDENTITY,
      "cleartext-credentials DICOM user identity\n" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_dicom, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
