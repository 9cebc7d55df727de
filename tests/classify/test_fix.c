#include "classify/recogniser_run.h"

/* Messages in the form of the FIX Session Layer; sums are computed by hand. */
#define LOGON                                                                          \
    "'8=FIX.4.4' 01 '9=87' 01 '35=A' 01 '49=CLIENT' 01 '56=EXCHANGE' 01 '34=1' 01 "    \
    "'52=20260601-09:00:00' 01 '98=0' 01 '108=30' 01 '553=trader' 01 '554=secret' 01 " \
    "'10=242' 01"
#define ORDER                                                                        \
    "'8=FIX.4.4' 01 '9=104' 01 '35=D' 01 '49=CLIENT' 01 '56=EXCHANGE' 01 '34=2' 01 " \
    "'52=20260601-09:00:01' 01 '11=1' 01 '55=TEST' 01 '54=1' 01 "                    \
    "'60=20260601-09:00:01' 01 '38=100' 01 '40=1' 01 '10=227' 01"
#define REPORT                                                                      \
    "'8=FIX.4.4' 01 '9=58' 01 '35=8' 01 '49=EXCHANGE' 01 '56=CLIENT' 01 '34=2' 01 " \
    "'52=20260601-09:00:02' 01 '37=1' 01 '10=235' 01"
#define HEARTBEAT                                                        \
    "'8=FIXT.1.1' 01 '9=41' 01 '35=0' 01 '49=A' 01 '56=B' 01 '34=3' 01 " \
    "'52=20260601-09:00:00' 01 '10=208' 01"
#define WRONG                                                            \
    "'8=FIXT.1.1' 01 '9=41' 01 '35=0' 01 '49=A' 01 '56=B' 01 '34=3' 01 " \
    "'52=20260601-09:00:00' 01 '10=209' 01"

static const struct judge_case judge_cases[] = {
    { "a logon and a report", IP_PROTOCOL_TCP, LOGON, REPORT, OPINION_VERIFIED },
    { "one side", IP_PROTOCOL_TCP, "", REPORT, OPINION_VERIFIED },
    { "FIXT", IP_PROTOCOL_TCP, HEARTBEAT, "", OPINION_VERIFIED },
    { "a wrong sum", IP_PROTOCOL_TCP, WRONG, "", OPINION_CONSISTENT },
    { "a wrong sum, then a right one", IP_PROTOCOL_TCP, WRONG HEARTBEAT, "",
      OPINION_VERIFIED },
    { "a part of a message", IP_PROTOCOL_TCP, "'8=FIX.4.4' 01 '9=87' 01 '35=A' 01", "",
      OPINION_MORE },
    { "a message that is longer than is looked at", IP_PROTOCOL_TCP,
      "'8=FIX.4.4' 01 '9=20000' 01 '35=W' 01 '49=A'", "", OPINION_VERIFIED },
    { "a length that is none", IP_PROTOCOL_TCP, "'8=FIX.4.4' 01 '9=x' 01", "", OPINION_NO },
    { "no type", IP_PROTOCOL_TCP, "'8=FIX.4.4' 01 '9=87' 01 '49=A' 01", "", OPINION_NO },
    { "bars between fields", IP_PROTOCOL_TCP, "'8=FIX.4.4|9=87|35=A|'", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_fix, *state);
}

static const struct read_case read_cases[] = {
    { "a logon", IP_PROTOCOL_TCP, FLOW_INITIATOR, LOGON,
      "cleartext-credentials FIX password\n" },
    { "an order", IP_PROTOCOL_TCP, FLOW_INITIATOR, HEARTBEAT ORDER,
      "control-command write new-order-single, type D, from CLIENT, to EXCHANGE\n" },
    { "a report", IP_PROTOCOL_TCP, FLOW_RESPONDER, REPORT, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_fix, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
