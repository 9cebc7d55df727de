#include "base/timestamp.h"
#include "scenarios/exchange.h"
#include "scenarios/play.h"
#include "scenarios/random.h"

enum {
    EVERY_DEFAULT_NS = 100000000,
    HOPS_FAR = 11, /* Of hosts that the script does not name, far from the capture. */
    N_PORTS = 65536,
    PORTS_HIGH = 1024, /* Ports below are not made up. */
};

/* A service's own first datagram matters to no one here: a scan sends an empty one. */
struct target {
    struct speaker *who;
    uint16_t port;
    bool udp, refuses, answers;
};

static void probe_target(struct stage *stage, struct speaker *from,
                         const struct target *target, uint16_t from_port);
static struct ip_address address_at(struct ip_prefix prefix, uint64_t number);
static struct ip_address address_random(struct stage *stage, struct ip_prefix prefix);
static uint64_t gap(const struct action *action);

void
play_scan(struct stage *stage, const struct action *action)
{
    struct speaker *from = stage_speaker(stage, action->a);
    const uint16_t from_port = stage_ephemeral_port(from);

    for (unsigned port = 0; port < N_PORTS; port++) {
        const struct target target = {
            .who = stage_speaker(stage, action->b),
            .port = (uint16_t) port,
            .udp = (action->options & OPTION_UDP) != 0,
            .refuses = (action->options & OPTION_REFUSED) != 0,
            .answers = port_set_has(action->open_ports, port),
        };

        if (port_set_has(action->ports, port)) {
            probe_target(stage, from, &target, from_port);
            stage->now_ns += gap(action);
        }
    }
}

void
play_sweep(struct stage *stage, const struct action *action)
{
    struct speaker *from = stage_speaker(stage, action->a);

    for (uint32_t i = 1; i <= action->count; i++) {
        struct speaker who;
        const struct target target = {
            .who = &who,
            .port = action->port,
            .udp = (action->options & OPTION_UDP) != 0,
            .refuses = (action->options & OPTION_REFUSED) != 0,
            .answers = (action->options & OPTION_ANSWERED) != 0,
        };

        stage_extra(&who, address_at(action->prefix, i), from->hops > 0 ? 0 : HOPS_FAR);
        probe_target(stage, from, &target, stage_ephemeral_port(from));
        stage->now_ns += gap(action);
    }
}

/* Knocks once, and gets what the target gives; a TCP answer is cut off by RST. */
static void
probe_target(struct stage *stage, struct speaker *from, const struct target *target,
             uint16_t from_port)
{
    struct wire_tcp tcp = { .source_port = from_port,
                            .destination_port = target->port,
                            .sequence = (uint32_t) random_next(&stage->random),
                            .flags = WIRE_SYN };
    uint64_t time_ns = stage->now_ns;

    if (target->udp) {
        exchange_datagram(stage, time_ns, from, target->who, false, from_port, target->port,
                          NULL, 0);
        if (target->refuses && !target->answers) {
            time_ns += 2 * stage_delay(stage, target->who);
            exchange_unreachable(stage, time_ns, target->who, from, target->port, from_port,
                                 NULL, 0);
        }
        return;
    }
    exchange_segment(stage, time_ns, from, target->who, false, &tcp);
    if (target->answers || target->refuses) {
        time_ns =
            exchange_answer_syn(stage, time_ns, target->who, from, &tcp, !target->answers);
    }
    if (target->answers) {
        tcp.sequence++;
        tcp.flags = WIRE_RST;
        exchange_segment(stage, time_ns + 2 * stage_delay(stage, from), from, target->who,
                         false, &tcp);
    }
}

/* SYNs, or datagrams, from anywhere in a prefix. */
void
play_flood(struct stage *stage, const struct action *action)
{
    struct speaker *target = stage_speaker(stage, action->b);

    for (uint32_t i = 0; i < action->count; i++) {
        const struct target at = { .who = target,
                                   .port = action->port,
                                   .udp = (action->options & OPTION_UDP) != 0 };
        struct speaker from;

        stage_extra(&from, address_random(stage, action->prefix),
                    target->hops > 0 ? 0 : HOPS_FAR);
        probe_target(
            stage, &from, &at,
            (uint16_t) (PORTS_HIGH + random_below(&stage->random, N_PORTS - PORTS_HIGH)));
        stage->now_ns += gap(action);
    }
}

/* The answers of a flood's victim to senders that never sent. */
void
play_backscatter(struct stage *stage, const struct action *action)
{
    struct speaker *victim = stage_speaker(stage, action->a);
    const bool reset = (action->options & OPTION_RESET) != 0;

    for (uint32_t i = 0; i < action->count; i++) {
        struct speaker to;
        const struct wire_tcp tcp = {
            .source_port = action->port,
            .destination_port =
                (uint16_t) (PORTS_HIGH +
                            random_below(&stage->random, N_PORTS - PORTS_HIGH)),
            .sequence = reset ? 0 : (uint32_t) random_next(&stage->random),
            .acknowledgement = (uint32_t) random_next(&stage->random),
            .flags = (uint8_t) (WIRE_ACK | (reset ? WIRE_RST : WIRE_SYN)),
        };

        stage_extra(&to, address_random(stage, action->prefix),
                    victim->hops > 0 ? 0 : HOPS_FAR);
        exchange_segment(stage, stage->now_ns, victim, &to, false, &tcp);
        stage->now_ns += gap(action);
    }
}

/* Prefixes have room for what is asked of them: the script's reader saw to it. */
static struct ip_address
address_at(struct ip_prefix prefix, uint64_t number)
{
    return (struct ip_address){ prefix.address.high, prefix.address.low + number };
}

/* Not the first and not the last of the prefix, if it has others. */
static struct ip_address
address_random(struct stage *stage, struct ip_prefix prefix)
{
    const unsigned host_bits = 128u - prefix.length;
    const uint64_t n = host_bits >= 32 ? UINT32_MAX : UINT64_C(1) << host_bits;

    return address_at(prefix, n > 2 ? 1 + random_below(&stage->random, n - 2)
                                    : random_below(&stage->random, n));
}

static uint64_t
gap(const struct action *action)
{
    return action->every_ns != 0 ? action->every_ns : EVERY_DEFAULT_NS;
}
