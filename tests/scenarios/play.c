#include "scenarios/play.h"

#include "base/timestamp.h"
#include "scenarios/random.h"

static void play_block(struct stage *stage, const struct action *actions);
static void play_action(struct stage *stage, const struct action *action);
static void play_at(struct stage *stage, const struct action *action);
static void play_wait(struct stage *stage, const struct action *action);
static void play_repeat(struct stage *stage, const struct action *action);
static void play_meanwhile(struct stage *stage, const struct action *action);
static void play_wrapped(struct stage *stage, const struct action *action);

static void (*const players[N_VERBS])(struct stage *stage, const struct action *action) = {
    [VERB_AT] = play_at,
    [VERB_WAIT] = play_wait,
    [VERB_REPEAT] = play_repeat,
    [VERB_MEANWHILE] = play_meanwhile,
    [VERB_CONNECT] = play_connect,
    [VERB_ATTEMPT] = play_attempt,
    [VERB_REFUSED] = play_refused,
    [VERB_UDP] = play_udp,
    [VERB_PING] = play_ping,
    [VERB_SCAN] = play_scan,
    [VERB_SWEEP] = play_sweep,
    [VERB_FLOOD] = play_flood,
    [VERB_BACKSCATTER] = play_backscatter,
};

void
play(struct stage *stage, const struct script *script)
{
    play_block(stage, script_actions(script));
}

static void
play_block(struct stage *stage, const struct action *actions)
{
    for (const struct action *action = actions; action != NULL; action = action->next) {
        play_action(stage, action);
    }
}

/* What has no player of its own is wrapped around its block. */
static void
play_action(struct stage *stage, const struct action *action)
{
    if (players[action->verb] != NULL) {
        players[action->verb](stage, action);
    } else {
        play_wrapped(stage, action);
    }
}

/* A time without a day is one of the day last named. */
static void
play_at(struct stage *stage, const struct action *action)
{
    const uint64_t ns_per_day = 86400 * NS_PER_SECOND;

    if (action->time_ns >= ns_per_day) {
        stage->day_ns = action->time_ns / ns_per_day * ns_per_day;
    }
    stage->now_ns = stage->day_ns + action->time_ns % ns_per_day;
}

static void
play_wait(struct stage *stage, const struct action *action)
{
    stage->now_ns += action->wait_ns;
}

/* With "every", the rounds begin that far apart, however long one takes. */
static void
play_repeat(struct stage *stage, const struct action *action)
{
    uint64_t start_ns = stage->now_ns, end_ns = stage->now_ns;

    for (uint32_t i = 0; i < action->number; i++) {
        stage->now_ns = start_ns + random_below(&stage->random, action->vary_ns);
        play_block(stage, action->block);
        end_ns = stage->now_ns > end_ns ? stage->now_ns : end_ns;
        start_ns = action->every_ns == 0 ? stage->now_ns : start_ns + action->every_ns;
    }
    stage->now_ns = end_ns > start_ns ? end_ns : start_ns;
}

/* All that is in the block begins now, and so does what comes after it. */
static void
play_meanwhile(struct stage *stage, const struct action *action)
{
    const uint64_t now_ns = stage->now_ns;

    for (const struct action *each = action->block; each != NULL; each = each->next) {
        play_action(stage, each);
        stage->now_ns = now_ns;
    }
}

static void
play_wrapped(struct stage *stage, const struct action *action)
{
    const struct wrapping wrapping = {
        .action = action,
        .ends = { stage_speaker(stage, action->a), stage_speaker(stage, action->b) },
        .outer = stage->wrapping,
    };

    stage->wrapping = &wrapping;
    play_block(stage, action->block);
    stage->wrapping = wrapping.outer;
}
