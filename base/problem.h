#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What is wrong with something that a person asked for: a file, an option, a rule.
 *
 * Loading goes on after a problem so that all of them are shown at once; whoever started
 * the load looks at problem_list_n_errors() at the end.  Only set-up and control code
 * reports this way: the packet path counts. */
enum problem_severity {
    PROBLEM_WARNING, /* Suspicious: works, but probably not as meant. */
    PROBLEM_ERROR,   /* Wrong: what was asked for cannot be had. */
};

struct problem {
    enum problem_severity severity;
    unsigned line; /* 1-based line in 'file', or 0 if the problem has no line. */
    char *file;    /* File at fault, or NULL if the problem has none. */
    char
        *message; /* One sentence without a newline: what is wrong and what was expected. */
};

struct problem_list;

/* Makes an empty list; the caller frees it with problem_list_free().  Ends the program if
 * memory is short: without a list nothing could be reported. */
struct problem_list *problem_list_new(void);
void problem_list_free(struct problem_list *list);

/* Adds an error or a warning.  'file' may be NULL and 'line' 0.  A null 'list' is allowed:
 * the caller does not want the reason. */
void problem_error(struct problem_list *list, const char *file, unsigned line,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));
void problem_warning(struct problem_list *list, const char *file, unsigned line,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

size_t problem_list_n(const struct problem_list *list);
size_t problem_list_n_errors(const struct problem_list *list);

/* Returns problem number 'index' (from 0), valid until the list changes. */
const struct problem *problem_list_at(const struct problem_list *list, size_t index);

/* Returns true if a problem's message contains 'text'. */
bool problem_list_mentions(const struct problem_list *list, const char *text);

/* Writes a line a problem, "file:line: error: message", in the order of discovery. */
void problem_list_print(const struct problem_list *list, FILE *out);

#endif
