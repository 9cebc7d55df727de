#ifndef TESTS_SCENARIOS_PLAY_H
#define TESTS_SCENARIOS_PLAY_H

#include "scenarios/script.h"
#include "scenarios/stage.h"

/* Plays a scene: its actions one after the other, each from when the one before ended. */
void play(struct stage *stage, const struct script *script);

/* What the actions do, at stage->now_ns, which moves to their end.
 * exchange.c: two hosts talk. */
void play_connect(struct stage *stage, const struct action *action);
void play_attempt(struct stage *stage, const struct action *action);
void play_refused(struct stage *stage, const struct action *action);
void play_udp(struct stage *stage, const struct action *action);
void play_ping(struct stage *stage, const struct action *action);

/* probe.c: one host meets many ports, or many hosts. */
void play_scan(struct stage *stage, const struct action *action);
void play_sweep(struct stage *stage, const struct action *action);
void play_flood(struct stage *stage, const struct action *action);
void play_backscatter(struct stage *stage, const struct action *action);

#endif
