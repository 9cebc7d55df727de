#ifndef CLASSIFY_LIST_LIST_FORMAT_H
#define CLASSIFY_LIST_LIST_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/* How a list is written. */
/* X(NAME, "name") */
#define LIST_FORMAT_TABLE(X)                                     \
    X(AUTO, "auto") /* One of those below, as the file looks. */ \
    X(PLAIN, "plain")                                            \
    X(CSV, "csv")                                                \
    X(MISP, "misp")                                              \
    X(WARNINGLIST, "warninglist")                                \
    X(STIX, "stix")

enum list_format {
#define X(name, text) LIST_FORMAT_##name,
    LIST_FORMAT_TABLE(X)
#undef X
        N_LIST_FORMATS
};

const char *list_format_name(enum list_format format);
bool list_format_parse(const char *name, enum list_format *ret);

/* Finds the format of the file at 'path' by what it holds; what is not JSON is CSV if its
 * first lines name columns or begin with something that is no indicator, else plain.  JSON
 * of no known kind is AUTO.  Returns 0, or the errno of what failed. */
int list_format_detect(const char *path, enum list_format *ret);

#endif
