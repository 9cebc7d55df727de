#ifndef SENSOR_USUAL_H
#define SENSOR_USUAL_H

#include <stdbool.h>
#include <stdint.h>

/* How much traffic usually comes, to tell when much of it stays away: a mirror port that
 * was unplugged, a tap with one leg.
 *
 * Two things are remembered of the packets a second.  Of each hour of the week (UTC) their
 * mean, of which each new week makes a quarter: offices that close in the evening and on
 * Saturdays are usual once a week has passed.  And of the last hours a mean that fades by
 * half in each: it serves where no week has been seen yet, and what falls over hours, as
 * every night, is never far below it.  Both learn what has come to stay: the one in weeks,
 * the other within an hour. */
enum { HOURS_OF_WEEK = 168 };

struct usual {
    double of_hour[HOURS_OF_WEEK]; /* Packets a second; negative: not known yet. */
    double of_last_hours;
    double now;       /* Mean that fades by half in two minutes. */
    double learned_s; /* Time that the means are of. */
    unsigned hour;    /* The one under way, of the week, ... */
    double in_hour;   /* ... its packets so far, ... */
    double in_hour_s; /* ... and how much of it was seen. */
};

struct usual usual_init(void);

/* Takes note of what came in the 'seconds' before 'time_ns', the time of day. */
void usual_note(struct usual *usual, uint64_t time_ns, double packets_per_second,
                double seconds);

/* Packets a second that can be expected at least at 'time_ns': of its hour of the week and
 * those beside it the least, or of the last hours.  0 if nobody knows: in the first hour.
 */
double usual_at(const struct usual *usual, uint64_t time_ns);

/* Whether less than 'percent' of that has come in the last minutes.  Where fewer than one
 * packet a second is usual, never. */
bool usual_is_undercut(const struct usual *usual, uint64_t time_ns, uint32_t percent);

#endif
