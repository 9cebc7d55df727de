#include "classify/recogniser_run.h"

/* Annex J: a link of IPv4, unicast, and a network PDU that expects a reply, or none. */
#define ASKING(size) "81 0a 00 " size " 01 04 "
#define SAYING(size) "81 0b 00 " size " 01 00 "

/* Analog output 3, present value, as in annex F of the standard. */
#define READ       ASKING("11") "00 05 01 0c 0c 00400003 19 55"
#define READ_ALL   ASKING("13") "00 05 01 0e 0c 02000064 1e 09 08 1f"
#define ANSWER     "81 0a 00 17 01 00 30 01 0c 0c 00400003 19 55 3e 44 42c80000 3f"
#define WRITE      ASKING("1a") "00 05 01 0f 0c 00400003 19 55 3e 44 42c80000 3f 49 08"
#define WHO_IS     "81 0b 00 0c 01 20 ffff 00 ff 10 08"
#define I_AM       SAYING("14") "10 00 c4 02000064 22 01e0 91 03 21 0f"
#define COLDSTART  ASKING("0c") "00 05 02 14 09 00"
#define PASSWORDED ASKING("12") "00 05 02 14 09 01 1d 04 00 'abc'"
#define ACTIVATE   ASKING("0c") "00 05 02 14 09 07"
#define BACKUP     ASKING("0c") "00 05 02 14 09 02"
#define ABORTED    ASKING("0c") "00 05 02 14 09 06"
#define SILENCE    ASKING("0e") "00 05 02 11 09 05 19 01"
#define UNSILENCE  ASKING("0c") "00 05 02 11 19 00"
#define CREATE     ASKING("0e") "00 05 02 0a 0e 09 04 0f"
#define DELETE     ASKING("0f") "00 05 02 0b c4 014000c8"
#define FIRST      ASKING("13") "0c 05 02 00 04 0f 0c 00400003 19 55"
#define SECOND     ASKING("0d") "08 05 02 01 04 0f 00"

static const struct judge_case judge_cases[] = {
    { "a request and its answer", IP_PROTOCOL_UDP, READ, ANSWER, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_UDP, WRITE, "", OPINION_VERIFIED },
    { "a question to all", IP_PROTOCOL_UDP, WHO_IS, "", OPINION_VERIFIED },
    { "forwarded", IP_PROTOCOL_UDP, "81 04 00 0e 0a000001 bac0 01 00 10 08", "",
      OPINION_VERIFIED },
    { "a router is asked for", IP_PROTOCOL_UDP, "81 0b 00 07 01 80 00", "",
      OPINION_VERIFIED },
    { "over IPv6", IP_PROTOCOL_UDP, "82 02 00 0b 000001 01 00 10 08", "",
      OPINION_VERIFIED },
    { "a later segment", IP_PROTOCOL_UDP, SECOND, "", OPINION_VERIFIED },
    { "a foreign device", IP_PROTOCOL_UDP, "81 05 00 06 003c", "81 00 00 06 0000",
      OPINION_CONSISTENT },
    { "a length that is too small", IP_PROTOCOL_UDP, "81 0b 00 07 01 00 10 08", "",
      OPINION_CONSISTENT },
    { "a length that is too small, and an answer", IP_PROTOCOL_UDP,
      ASKING("11") "00 05 02 14 09 01 1d 04 00 'abc'", "81 0a 00 09 01 00 20 02 14",
      OPINION_VERIFIED },
    { "wrong lengths of a request and its answer", IP_PROTOCOL_UDP,
      ASKING("11") "00 05 02 14 09 01 1d 04 00 'abc'", "81 0a 00 11 01 00 20 02 14",
      OPINION_VERIFIED },
    { "wrong lengths of a request and another one's answer", IP_PROTOCOL_UDP,
      ASKING("11") "00 05 02 14 09 01 1d 04 00 'abc'", "81 0a 00 11 01 00 20 03 14",
      OPINION_CONSISTENT },
    { "wrong lengths of an answer of another service", IP_PROTOCOL_UDP,
      ASKING("11") "00 05 02 14 09 01 1d 04 00 'abc'", "81 0a 00 11 01 00 20 02 0f",
      OPINION_CONSISTENT },
    { "a function that does not exist", IP_PROTOCOL_UDP, "81 0d 00 08 01 00 10 08", "",
      OPINION_NO },
    { "another version of the network", IP_PROTOCOL_UDP, "81 0b 00 08 02 00 10 08", "",
      OPINION_NO },
    { "bits that are reserved", IP_PROTOCOL_UDP, "81 0b 00 08 01 40 10 08", "",
      OPINION_NO },
    { "addresses that do not fit", IP_PROTOCOL_UDP, "81 0b 00 0a 01 20 ffff 06 ff", "",
      OPINION_NO },
    { "no message", IP_PROTOCOL_UDP, "81 0b 00 06 01 00", "", OPINION_NO },
    { "a type that does not exist", IP_PROTOCOL_UDP, "81 0b 00 08 01 00 80 08", "",
      OPINION_NO },
    { "a service that does not exist", IP_PROTOCOL_UDP, "81 0b 00 08 01 00 10 40", "",
      OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_bacnet, *state);
}

static const struct read_case read_cases[] = {
    { "a property is read", IP_PROTOCOL_UDP, FLOW_INITIATOR, READ,
      "control-command read read-property (12), analog-output 3, present-value\n" },
    { "several are", IP_PROTOCOL_UDP, FLOW_INITIATOR, READ_ALL,
      "control-command read read-property-multiple (14), device 100, all\n" },
    { "one is written", IP_PROTOCOL_UDP, FLOW_INITIATOR, WRITE,
      "control-command write write-property (15), analog-output 3, present-value\n" },
    { "the responder asks", IP_PROTOCOL_UDP, FLOW_RESPONDER, READ,
      "control-command read read-property (12), analog-output 3, present-value\n" },
    { "a question to all", IP_PROTOCOL_UDP, FLOW_INITIATOR, WHO_IS,
      "control-command read who-is (8)\n" },
    { "a device is restarted", IP_PROTOCOL_UDP, FLOW_INITIATOR, COLDSTART,
      "control-command stop reinitialize-device (20), coldstart\n" },
    { "to take over changes", IP_PROTOCOL_UDP, FLOW_INITIATOR, ACTIVATE,
      "control-command stop reinitialize-device (20), activate-changes\n" },
    { "a backup stops nothing", IP_PROTOCOL_UDP, FLOW_INITIATOR, BACKUP,
      "control-command write reinitialize-device (20), start-backup\n" },
    { "nor does the end of a restore", IP_PROTOCOL_UDP, FLOW_INITIATOR, ABORTED,
      "control-command write reinitialize-device (20), abort-restore\n" },
    { "with a password", IP_PROTOCOL_UDP, FLOW_INITIATOR, PASSWORDED,
      "control-command stop reinitialize-device (20), warmstart\n"
      "cleartext-credentials BACnet password\n" },
    { "with a length that is too small", IP_PROTOCOL_UDP, FLOW_INITIATOR,
      ASKING("0b") "00 05 02 14 09 00",
      "control-command stop reinitialize-device (20), coldstart\n" },
    { "one is silenced", IP_PROTOCOL_UDP, FLOW_INITIATOR, SILENCE,
      "control-command stop device-communication-control (17), disable\n" },
    { "and may speak again", IP_PROTOCOL_UDP, FLOW_INITIATOR, UNSILENCE,
      "control-command write device-communication-control (17), enable\n" },
    { "an object is made", IP_PROTOCOL_UDP, FLOW_INITIATOR, CREATE,
      "control-command write create-object (10), binary-output\n" },
    { "an object is deleted", IP_PROTOCOL_UDP, FLOW_INITIATOR, DELETE,
      "control-command write delete-object (11), binary-value 200\n" },
    { "the first of several segments", IP_PROTOCOL_UDP, FLOW_INITIATOR, FIRST,
      "control-command write write-property (15), analog-output 3, present-value\n" },
    { "but no later one", IP_PROTOCOL_UDP, FLOW_INITIATOR, SECOND, "" },
    { "the time is set", IP_PROTOCOL_UDP, FLOW_INITIATOR,
      SAYING("12") "10 06 a4 78051401 b4 0b2c1e00",
      "control-command write time-synchronization (6)\n" },
    { "a router's table", IP_PROTOCOL_UDP, FLOW_INITIATOR, "81 0b 00 08 01 80 06 00",
      "control-command write initialize-routing-table (6)\n" },
    { "tables of broadcasts", IP_PROTOCOL_UDP, FLOW_INITIATOR, "81 02 00 04",
      "control-command read read-broadcast-distribution-table (2)\n" },
    { "a vendor's object and property", IP_PROTOCOL_UDP, FLOW_INITIATOR,
      ASKING("12") "00 05 01 0c 0c 20000001 1a 0200 ",
      "control-command read read-property (12), object type 128 1, property 512\n" },
    { "answers and announcements are none", IP_PROTOCOL_UDP, FLOW_RESPONDER, ANSWER, "" },
    { "nor is who is there", IP_PROTOCOL_UDP, FLOW_RESPONDER, I_AM, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_bacnet, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
