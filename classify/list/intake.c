#include "classify/list/intake.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ip.h"

static void warn_if_wide(struct intake *intake, unsigned line,
                         const struct indicator *indicator);

void
intake_text(struct intake *intake, unsigned line, const char *text, size_t n)
{
    struct indicator indicator;
    char prefix[IP_PREFIX_TEXT_SIZE];

    switch (indicator_read(text, n, &indicator)) {
    case INDICATOR_OK:
        intake_add(intake, line, &indicator);
        break;
    case INDICATOR_HOST_BITS:
        intake_bad(intake, line,
                   "a prefix has bits set beyond its length and is passed over; expected "
                   "%s",
                   ip_prefix_format(indicator.prefix, prefix));
        break;
    case INDICATOR_NONE:
        intake_bad(intake, line,
                   "\"%.*s\" is not an address, prefix, domain or JA4 and is passed over",
                   n < 60 ? (int) n : 60, text);
        break;
    }
}

void
intake_add(struct intake *intake, unsigned line, const struct indicator *indicator)
{
    warn_if_wide(intake, line, indicator);
    switch (indicator->kind) {
    case INDICATOR_ADDRESS:
    case INDICATOR_PREFIX:
        address_gathering_add(intake->addresses, indicator->prefix, intake->number);
        break;
    case INDICATOR_DOMAIN:
        domain_gathering_add(intake->domains, indicator->name, indicator->scope,
                             intake->number);
        break;
    case INDICATOR_FINGERPRINT:
        fingerprint_gathering_add(intake->fingerprints, indicator->name, intake->number);
        break;
    case N_INDICATOR_KINDS:
        break;
    }
    intake->list->n_entries++;
    intake->list->n_of[indicator->kind]++;
}

void
intake_bad(struct intake *intake, unsigned line, const char *format, ...)
{
    va_list arguments;

    intake->list->n_bad++;
    va_start(arguments, format);
    bad_lines_add_v(&intake->bad, line, format, arguments);
    va_end(arguments);
}

void
intake_pass_over(struct intake *intake, const char *name)
{
    struct indicator_list *list = intake->list;
    struct indicator_others *others = list->others;
    size_t i = 0;

    while (i < list->n_others && strncmp(others[i].name, name, sizeof others[i].name - 1)) {
        i++;
    }
    if (i == INDICATOR_OTHERS_MAX) {
        i--;
        (void) snprintf(others[i].name, sizeof others[i].name, "others");
    } else if (i == list->n_others) {
        (void) snprintf(others[i].name, sizeof others[i].name, "%s", name);
        list->n_others++;
    }
    others[i].n++;
}

void
intake_refuse(struct intake *intake, unsigned line, const char *format, ...)
{
    char message[256];
    va_list arguments;

    va_start(arguments, format);
    (void) vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    problem_error(intake->bad.problems, intake->bad.file, line, "%s", message);
}

static void
warn_if_wide(struct intake *intake, unsigned line, const struct indicator *indicator)
{
    const struct ip_prefix prefix = indicator->prefix;
    char text[IP_PREFIX_TEXT_SIZE];

    if (indicator->kind == INDICATOR_PREFIX &&
        prefix.length < (ip_prefix_is_v4(prefix) ? IP_V4_BITS + 8 : 16)) {
        bad_lines_add(&intake->bad, line, "%s is suspiciously wide for a list",
                      ip_prefix_format(prefix, text));
    }
    if (indicator->kind == INDICATOR_DOMAIN && strchr(indicator->name, '.') == NULL) {
        bad_lines_add(&intake->bad, line, "\".%s\" is suspiciously wide for a list",
                      indicator->name);
    }
}
