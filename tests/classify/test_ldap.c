#include "classify/recogniser_run.h"

/* RFC 4511: binds by name and password, by none, and by SASL; a search for the root; and
 * the results. */
#define BIND      "30 15 02 01 01 60 10 02 01 03 04 05 'cn=me' 80 04 'pass'"
#define ANONYMOUS "30 0c 02 01 01 60 07 02 01 03 04 00 80 00"
#define SASL      "30 14 02 01 01 60 0f 02 01 03 04 00 a3 08 04 06 'GSSAPI'"
#define BOUND     "30 0c 02 01 01 61 07 0a 01 00 04 00 04 00"
#define SEARCH                                                                \
    "30 25 02 01 02 63 20 04 00 0a 01 00 0a 01 00 02 01 00 02 01 00 01 01 00" \
    "87 0b 'objectclass' 30 00"
#define UNBIND "30 05 02 01 03 42 00"

static const struct judge_case judge_cases[] = {
    { "a bind", IP_PROTOCOL_TCP, BIND, BOUND, OPINION_VERIFIED },
    { "a bind alone", IP_PROTOCOL_TCP, ANONYMOUS, "", OPINION_VERIFIED },
    { "a result alone", IP_PROTOCOL_TCP, "", BOUND, OPINION_VERIFIED },
    { "a bind by SASL", IP_PROTOCOL_TCP, SASL, "", OPINION_VERIFIED },
    { "a search", IP_PROTOCOL_UDP, SEARCH, "", OPINION_VERIFIED },
    { "an end alone", IP_PROTOCOL_TCP, UNBIND, "", OPINION_CONSISTENT },
    { "a bind with a password that is too long", IP_PROTOCOL_TCP,
      "30 15 02 01 01 60 10 02 01 03 04 05 'cn=me' 80 05 'pass'", "", OPINION_NO },
    { "a bind by version 4", IP_PROTOCOL_TCP, "30 0c 02 01 01 60 07 02 01 04 04 00 80 00",
      "", OPINION_NO },
    { "SNMP", IP_PROTOCOL_UDP, "30 0d 02 01 00 04 06 'public' a0 00", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'0 public'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_ldap, *state);
}

static const struct read_case read_cases[] = {
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, BIND,
      "cleartext-credentials LDAP simple bind\n" },
    { "a password later", IP_PROTOCOL_TCP, FLOW_INITIATOR, SEARCH BIND,
      "cleartext-credentials LDAP simple bind\n" },
    { "none", IP_PROTOCOL_TCP, FLOW_INITIATOR, ANONYMOUS SASL, "" },
    { "a result", IP_PROTOCOL_TCP, FLOW_RESPONDER, BOUND, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_ldap, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
