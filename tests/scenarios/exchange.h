#ifndef TESTS_SCENARIOS_EXCHANGE_H
#define TESTS_SCENARIOS_EXCHANGE_H

#include <stdint.h>

#include "scenarios/stage.h"
#include "scenarios/wire.h"

/* Single packets of two hosts that talk. */

/* Sends a TCP segment without payload; a SYN carries the usual options. */
void exchange_segment(struct stage *stage, uint64_t time_ns, struct speaker *from,
                      struct speaker *to, bool is_reply, const struct wire_tcp *tcp);

void exchange_datagram(struct stage *stage, uint64_t time_ns, struct speaker *from,
                       struct speaker *to, bool is_reply, uint16_t source_port,
                       uint16_t destination_port, const uint8_t *payload, size_t n);

/* 'from' says by ICMP that its port 'port' is closed; 'payload' came to it from 'to'. */
void exchange_unreachable(struct stage *stage, uint64_t time_ns, struct speaker *from,
                          struct speaker *to, uint16_t port, uint16_t from_port,
                          const uint8_t *payload, size_t n);

/* The speaker answers a SYN by SYN+ACK, or refuses it by RST, after its delay. */
uint64_t exchange_answer_syn(struct stage *stage, uint64_t time_ns, struct speaker *from,
                             struct speaker *to, const struct wire_tcp *syn, bool refuse);

#endif
