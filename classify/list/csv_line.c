#include "classify/list/csv_line.h"

#include <string.h>
#include <strings.h>

static char *unquote(char **at);

bool
csv_line_split(char *line, struct csv_line *ret)
{
    char *at = line;

    for (ret->n = 0; ret->n < CSV_FIELDS_MAX;) {
        char *field, *end;

        at += strspn(at, " \t");
        if (*at == '"') {
            field = unquote(&at);
            if (field == NULL) {
                return false;
            }
            at += strspn(at, " \t");
            end = NULL;
        } else {
            field = at;
            at += strcspn(at, ",");
            for (end = at; end > field && (end[-1] == ' ' || end[-1] == '\t');) {
                end--;
            }
        }
        ret->fields[ret->n++] = field;
        if (*at != ',' && *at != '\0') {
            return false;
        }
        if (*at == '\0') {
            if (end != NULL) {
                *end = '\0';
            }
            return true;
        }
        at++;
        if (end != NULL) {
            *end = '\0';
        }
    }
    return false;
}

/* Takes a field in quotes, in which "" is a quote.  Returns NULL if it does not end. */
static char *
unquote(char **at)
{
    char *field = *at + 1, *to = field;

    for (char *from = field; *from != '\0'; from++) {
        if (*from == '"' && *++from != '"') {
            *at = from;
            if (to < from) {
                *to = '\0';
            }
            return field;
        }
        *to++ = *from;
    }
    return NULL;
}

bool
csv_is_comment(const char *line)
{
    return line[strspn(line, " \t")] == '#';
}

size_t
csv_line_known_column(const struct csv_line *headings)
{
    /* Names that abuse.ch, MISP, the Tor project and others use. */
    static const char *const known[] = {
        "indicator", "ioc",        "ioc_value", "ioc value", "value",    "ja4",
        "dst_ip",    "ip_address", "ipaddr",    "ip",        "address",  "cidr",
        "prefix",    "network",    "netblock",  "src_ip",    "ip_range", "domain",
        "fqdn",      "hostname",   "host",      "url",
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const size_t column = csv_line_column(headings, known[i]);

        if (column < headings->n) {
            return column;
        }
    }
    return headings->n;
}

size_t
csv_line_column(const struct csv_line *headings, const char *name)
{
    size_t i = 0;

    while (i < headings->n && strcasecmp(headings->fields[i], name) != 0) {
        i++;
    }
    return i;
}
