#include "classify/list/stix_pattern.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static enum stix_status read_comparison(struct stix_pattern *p);
static enum stix_status read_set_value(struct stix_pattern *p);
static bool read_value(struct stix_pattern *p);

static const char space[] = " \t\r\n";

static char
next_sign(struct stix_pattern *p)
{
    p->at += strspn(p->at, space);
    return *p->at;
}

static bool
take_sign(struct stix_pattern *p, char sign)
{
    const bool is_there = next_sign(p) == sign;

    p->at += is_there;
    return is_there;
}

/* Takes the next word if it is 'word'. */
static bool
take_word(struct stix_pattern *p, const char *word)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const size_t n = strlen(word);

    (void) next_sign(p);
    if (strspn(p->at, letters) != n || strncmp(p->at, word, n) != 0) {
        return false;
    }
    p->at += n;
    return true;
}

/* Says what there is that is not understood: a word, or signs. */
static enum stix_status
other(struct stix_pattern *p)
{
    size_t n;

    (void) next_sign(p);
    n = strcspn(p->at, " \t\r\n[]()'");
    (void) snprintf(p->path, sizeof p->path, "%.*s", n < 32 ? (int) n : 32, p->at);
    return n > 0 ? STIX_OTHER : STIX_WRONG;
}

enum stix_status
stix_pattern_next(struct stix_pattern *p)
{
    if (p->is_in_set) {
        return read_set_value(p);
    }
    for (;;) {
        const char sign = next_sign(p);

        if (sign == '\0') {
            return p->n_open == 0 && p->has_operand ? STIX_END : STIX_WRONG;
        }
        if (!p->has_operand && (sign == '[' || sign == '(')) {
            p->n_open++;
            p->at++;
        } else if (p->has_operand && p->n_open > 0 && (sign == ']' || sign == ')')) {
            p->n_open--;
            p->at++;
        } else if (p->has_operand) {
            if (!take_word(p, "OR")) {
                return other(p);
            }
            p->has_operand = false;
        } else if (p->n_open == 0 || sign == ']' || sign == ')') {
            return STIX_WRONG;
        } else {
            return read_comparison(p);
        }
    }
}

/* Where the path that begins at 'at' ends: its texts in quotes may hold anything. */
static size_t
path_length(const char *at)
{
    size_t n = 0;

    while (at[n] != '\0' && strchr(" \t\r\n=<>!", at[n]) == NULL) {
        if (at[n] == '\'') {
            const char *end = strchr(at + n + 1, '\'');

            if (end == NULL) {
                return 0;
            }
            n = (size_t) (end - at);
        }
        n++;
    }
    return n;
}

static enum stix_status
read_comparison(struct stix_pattern *p)
{
    const size_t n = path_length(p->at);

    if (take_word(p, "NOT") || take_word(p, "EXISTS")) {
        (void) snprintf(p->path, sizeof p->path, "NOT or EXISTS");
        return STIX_OTHER;
    }
    if (n == 0) {
        return STIX_WRONG;
    }
    (void) snprintf(p->path, sizeof p->path, "%.*s",
                    n < STIX_PATH_SIZE ? (int) n : STIX_PATH_SIZE - 1, p->at);
    p->at += n;
    p->has_operand = true;
    if (take_sign(p, '=')) {
        (void) take_sign(p, '=');
    } else if (take_word(p, "IN")) {
        p->is_in_set = true;
        return take_sign(p, '(') ? read_set_value(p) : STIX_WRONG;
    } else if (!take_word(p, "ISSUBSET")) {
        return other(p);
    }
    return read_value(p) ? STIX_COMPARISON : STIX_WRONG;
}

static enum stix_status
read_set_value(struct stix_pattern *p)
{
    if (!read_value(p)) {
        return STIX_WRONG;
    }
    if (!take_sign(p, ',')) {
        p->is_in_set = false;
        return take_sign(p, ')') ? STIX_COMPARISON : STIX_WRONG;
    }
    return STIX_COMPARISON;
}

/* Reads a text, in which a backslash comes before a quote or another; or passes over a
 * value of another type, which may be a text with a letter before it. */
static bool
read_value(struct stix_pattern *p)
{
    const bool is_text = next_sign(p) == '\'';
    const size_t n_before = strcspn(p->at, " \t\r\n'[](),");
    size_t n = 0;

    p->value[0] = '\0';
    p->at += n_before;
    if (*p->at != '\'') {
        return n_before > 0;
    }
    for (p->at++; *p->at != '\''; p->at++) {
        p->at += *p->at == '\\';
        if (*p->at == '\0') {
            return false;
        }
        if (n + 1 < sizeof p->value) {
            p->value[n] = *p->at;
        }
        n++;
    }
    p->at++;
    p->value[is_text && n < sizeof p->value ? n : 0] = '\0';
    return true;
}
