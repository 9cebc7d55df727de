#include "classify/recognise/finding.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 253 }; /* RFC 1035 section 3.1, written with dots. */

static_assert((int) OBSERVATION_SUBJECT_SIZE > (int) NAME_MAX_BYTES, "a name fits");

static struct observation *add(struct findings *findings, enum observation_kind kind);
static void copy_text(char *to, size_t size, const char *from);

bool
find_wants(const struct findings *findings, enum observation_kind kind)
{
    const struct flow_interest *interest = findings->interest;

    return interest == NULL ||
           interest->wants_observation(interest->context, findings->flow, kind);
}

struct observation *
find_command(struct findings *findings, enum command_class class, unsigned number,
             const char *name)
{
    struct observation *observation;

    findings->tally->n[findings->flow->service][class]++;
    observation = add(findings, OBSERVATION_CONTROL_COMMAND);
    if (observation != NULL) {
        observation->command_class = class;
        observation->number = number;
        copy_text(observation->subject, sizeof observation->subject, name);
        if (number == 0) {
            find_detail(observation, "%s", name);
        } else {
            find_detail(observation, "%s (%u)", name, number);
        }
    }
    return observation;
}

void
find_detail(struct observation *observation, const char *format, ...)
{
    char *detail;
    size_t n;
    va_list arguments;

    if (observation == NULL) {
        return;
    }
    detail = observation->detail;
    n = strlen(detail);
    if (n > 0 && n + 2 < OBSERVATION_DETAIL_SIZE) {
        memcpy(detail + n, ", ", 3);
        n += 2;
    }
    va_start(arguments, format);
    (void) vsnprintf(detail + n, OBSERVATION_DETAIL_SIZE - n, format, arguments);
    va_end(arguments);
}

void
find_name(struct findings *findings, const uint8_t *name, size_t n)
{
    struct observation *observation;

    if (n == 0 || n > NAME_MAX_BYTES) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (name[i] <= ' ' || name[i] > '~') {
            return;
        }
    }
    observation = add(findings, OBSERVATION_NAME);
    if (observation == NULL) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char c = (char) name[i];

        observation->subject[i] = (char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    observation->subject[n] = '\0';
}

void
find_fingerprint(struct findings *findings, const char *fingerprint)
{
    struct observation *observation = add(findings, OBSERVATION_FINGERPRINT);

    if (observation != NULL) {
        copy_text(observation->subject, sizeof observation->subject, fingerprint);
    }
}

void
find_credentials(struct findings *findings, const char *means)
{
    struct observation *observation = add(findings, OBSERVATION_CLEARTEXT_CREDENTIALS);

    if (observation != NULL) {
        copy_text(observation->subject, sizeof observation->subject, means);
    }
}

/* Returns NULL if nobody wants to know. */
static struct observation *
add(struct findings *findings, enum observation_kind kind)
{
    if (!find_wants(findings, kind)) {
        return NULL;
    }
    return observation_list_add(findings->observations, kind, findings->flow,
                                findings->time_ns);
}

static void
copy_text(char *to, size_t size, const char *from)
{
    const size_t n = strnlen(from, size - 1);

    memcpy(to, from, n);
    to[n] = '\0';
}
