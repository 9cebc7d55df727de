#include <string.h>

#include "scenarios/play.h"
#include "scenarios/script.h"
#include "support/support.h"

#define HOSTS                                       \
    "host a 203.0.113.1 hops 9\nhost b 192.0.2.1\n" \
    "host a6 2001:db8:a::1\nhost b6 2001:db8::1\n"

/* Scripts that are right, after four lines of hosts, and how many frames they make. */
static const struct good_case {
    const char *name, *script;
    size_t n_frames;
} good[] = {
    { "nothing", "", 0 },
    { "handshake and close", "connect a b 80", 6 },
    { "one line said", "connect a b 80 send \"x\"", 8 },
    { "in braces", "connect a b 80 {\n send \"x\"\n wait 1s\n reply \"y\" }", 10 },
    { "more than a segment", "connect a b 80 send 3000", 10 },
    { "midstream", "connect a b 80 midstream send 10", 2 },
    { "reset", "connect a6 b6 80 reset", 4 },
    { "unclosed", "connect a b 80 unclosed", 3 },
    { "attempt", "attempt a b 80", 3 },
    { "refused", "refused a b 80", 2 },
    { "udp", "udp a b 53 send 10 reply 20", 2 },
    { "udp refused", "udp a6 b6 53 refused send 10", 2 },
    { "ping", "ping a b count 3", 6 },
    { "ping unanswered", "ping a6 b6 count 3 unanswered", 3 },
    { "scan", "scan a b ports 1-10,22", 11 },
    { "scan refused, one open", "scan a b ports 1-10,22 open 22 refused", 23 },
    { "sweep", "sweep a6 2001:db8::/64 port 445 count 30", 30 },
    { "flood", "flood 198.18.0.0/15 b port 80 count 50", 50 },
    { "backscatter", "backscatter b 198.18.0.0/15 port 80 count 50 reset", 50 },
    { "repeat", "repeat 3 every 1s vary 1s { refused a b 80 }", 6 },
    { "meanwhile", "meanwhile {\n refused a b 80\n refused a b 81\n}", 4 },
    { "hidden", "hide-replies { connect a b 80 }", 4 },
    { "wrapped", "wrap vxlan 5 a b { wrap vlan 7 { refused a6 b6 80 } }", 2 },
    { "fragments", "fragment 576 { udp a b 53 send 1000 }", 2 },
    { "a fragment lost", "fragment 576 without 2 { udp a b 53 send 1000 }", 1 },
    { "defined", "define knock who { refused $who b 80 }\nknock a", 2 },
    { "message", "message m x { size8 { $x } }\nudp a b 9 send m \"hello\"", 1 },
};

/* Scripts that are wrong: what is said, and in which line. */
static const struct bad_case {
    const char *name, *script, *message;
    unsigned line;
} bad[] = {
    { "unknown action", "swep a b", "no action 'swep'; did you mean 'sweep'?", 5 },
    { "unknown wrap", "wrap vxlam 5 a b { }", "no wrap 'vxlam'; did you mean 'vxlan'?", 5 },
    { "unknown host", "connect a bb 80", "'bb' is not declared", 5 },
    { "host twice", "host a 192.0.2.9", "declared twice", 5 },
    { "address twice", "host c 192.0.2.1", "the same address", 5 },
    { "somebody's address", "host c 8.8.8.8", "may be somebody's", 5 },
    { "no address", "host c 8.8.8", "an address was expected", 5 },
    { "no port", "connect a b", "a port from 0 to 65535 was expected", 5 },
    { "port too large", "connect a b 70000", "was expected, not '70000'", 5 },
    { "ports backwards", "scan a b ports 9-1", "ports such as", 5 },
    { "ports missing", "scan a b", "'scan' needs 'ports'", 5 },
    { "word too many", "refused a b 80 81", "'81' is one word too many", 5 },
    { "option of another", "refused a b 80 reversed", "one word too many", 5 },
    { "two families", "connect a b6 80", "of one kind", 5 },
    { "no such duration", "wait 5", "a duration such as", 5 },
    { "no such time", "at 2026-13-01T00:00:00Z", "a time such as", 5 },
    { "host bits", "sweep a 192.0.2.1/24 port 1 count 1", "without host bits", 5 },
    { "prefix too small", "sweep a 192.0.2.0/28 port 1 count 99", "no 99 hosts", 5 },
    { "text not closed", "connect a b 80 send \"x", "not closed by \"", 5 },
    { "odd hex", "connect a b 80 send hex \"123\"", "hexadecimal digits", 5 },
    { "no such message", "connect a b 80 send tls.hello", "no message 'tls.hello'", 5 },
    { "datagram too large", "udp a b 9 send 61000", "more than 'udp' takes", 5 },
    { "size too small", "udp a b 9 send size8 { 300 }", "too many for this size", 5 },
    { "block not closed", "repeat 2 {\n refused a b 80\n", "not closed by '}'", 5 },
    { "block missing", "repeat 2", "needs a block", 5 },
    { "brace too many", "wait 1s\n}", "closes nothing", 6 },
    { "link in IP", "wrap gre a b { wrap vlan 5 { } }", "carries IP only", 5 },
    { "argument missing", "define d x y { }\nd 1", "'y' is missing", 6 },
    { "wrong argument", "define d x {\n refused $x b 80\n}\nd c", "'c' is not declared",
      8 },
    { "uses itself", "define d { d }\nd", "within itself", 5 },
    { "no such file", "include \"nowhere.scene\"", "cannot be read", 0 },
    { "in a block", "repeat 2 {\n wait 1s\n nonsense\n}", "no action 'nonsense'", 7 },
};

static const char *
script_file(const char *script)
{
    char text[4096];

    (void) snprintf(text, sizeof text, "%s%s\n", HOSTS, script);
    return temporary_file("script.scene", text);
}

static void
test_good(void **state)
{
    const struct good_case *c = *state;
    struct problem_list *problems = problem_list_new();
    struct script *script = script_read(script_file(c->script), problems);
    struct stage stage;

    problem_list_print(problems, stderr);
    assert_non_null(script);
    stage_init(&stage, script);
    play(&stage, script);
    assert_int_equal(stage.n_frames, c->n_frames);
    stage_fini(&stage);
    script_free(script);
    problem_list_free(problems);
}

static void
test_bad(void **state)
{
    const struct bad_case *c = *state;
    struct problem_list *problems = problem_list_new();

    assert_null(script_read(script_file(c->script), problems));
    assert_int_equal(problem_list_n(problems), 1);
    if (!problem_list_mentions(problems, c->message)) {
        fail_msg("'%s' does not say '%s'", problem_list_at(problems, 0)->message,
                 c->message);
    }
    assert_int_equal(problem_list_at(problems, 0)->line, c->line);
    problem_list_free(problems);
}

/* All mistakes are told at once, those in a definition once however often it is used. */
static void
test_all_at_once(void **state)
{
    struct problem_list *problems = problem_list_new();

    (void) state;
    assert_null(script_read(script_file("refused a c 80\n"
                                        "define d { refused a e 80 }\n"
                                        "repeat 0 {\n"
                                        "  wait x\n"
                                        "  d\n"
                                        "}\n"
                                        "d\n"
                                        "connect a b 80 {\n"
                                        "  send nothing\n"
                                        "  hear 5\n"
                                        "}\n"),
                            problems));
    assert_int_equal(problem_list_n(problems), 6);
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_all_at_once) };

    return RUN_CASES(good, test_good) + RUN_CASES(bad, test_bad) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
