#include "sensor/usual.h"

#include <math.h>

#include "base/timestamp.h"

static const double hour_s = 3600.0;
static const double now_half_life_s = 120.0;
static const double share_of_week = 0.25; /* Of a new week in the mean of an hour. */
static const double packets_per_second_min = 1.0; /* Fewer say nothing. */

static void end_hour(struct usual *usual);

struct usual
usual_init(void)
{
    struct usual usual = { .hour = 0 };

    for (unsigned hour = 0; hour < HOURS_OF_WEEK; hour++) {
        usual.of_hour[hour] = -1.0;
    }
    return usual;
}

static unsigned
hour_of_week(uint64_t time_ns)
{
    return (unsigned) (time_ns / (3600 * NS_PER_SECOND) % HOURS_OF_WEEK);
}

/* A mean that fades by half in 'half_life_s', after 'seconds' more of 'value'. */
static double
fade(double mean, double value, double seconds, double half_life_s)
{
    return value + (mean - value) * exp2(-seconds / half_life_s);
}

void
usual_note(struct usual *usual, uint64_t time_ns, double packets_per_second, double seconds)
{
    const unsigned hour = hour_of_week(time_ns);

    if (hour != usual->hour) {
        end_hour(usual);
        usual->hour = hour;
    }
    usual->in_hour += packets_per_second * seconds;
    usual->in_hour_s += seconds;
    if (usual->learned_s <= 0.0) {
        usual->of_last_hours = usual->now = packets_per_second;
    }
    usual->of_last_hours = fade(usual->of_last_hours, packets_per_second, seconds, hour_s);
    usual->now = fade(usual->now, packets_per_second, seconds, now_half_life_s);
    usual->learned_s += seconds;
}

/* An hour of which less than half was seen teaches nothing. */
static void
end_hour(struct usual *usual)
{
    if (usual->in_hour_s >= hour_s / 2) {
        double *mean = &usual->of_hour[usual->hour];
        const double seen = usual->in_hour / usual->in_hour_s;

        *mean = *mean < 0.0 ? seen : *mean + share_of_week * (seen - *mean);
    }
    usual->in_hour = usual->in_hour_s = 0.0;
}

double
usual_at(const struct usual *usual, uint64_t time_ns)
{
    const unsigned hour = hour_of_week(time_ns);
    double least = usual->of_hour[hour];

    if (least < 0.0) {
        return usual->learned_s < hour_s ? 0.0 : usual->of_last_hours;
    }
    for (unsigned beside = HOURS_OF_WEEK - 1; beside <= HOURS_OF_WEEK + 1; beside += 2) {
        const double mean = usual->of_hour[(hour + beside) % HOURS_OF_WEEK];

        least = mean >= 0.0 && mean < least ? mean : least;
    }
    return least;
}

bool
usual_is_undercut(const struct usual *usual, uint64_t time_ns, uint32_t percent)
{
    const double expected = usual_at(usual, time_ns);

    return expected >= packets_per_second_min && usual->now < expected * percent / 100.0;
}
