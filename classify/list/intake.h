#ifndef CLASSIFY_LIST_INTAKE_H
#define CLASSIFY_LIST_INTAKE_H

#include <stddef.h>

#include "classify/bad_lines.h"
#include "classify/list/address_set.h"
#include "classify/list/domain_set.h"
#include "classify/list/fingerprint_set.h"
#include "classify/list/indicator_list.h"
#include "classify/list/key_set.h"

/* Where the readers of all formats put what they find on one list, and what they count. */
struct intake {
    struct indicator_list *list; /* Its counts grow. */
    unsigned number;             /* Of the list in the sets. */
    struct bad_lines bad;        /* With the path of the list's file. */
    const char *column;          /* CSV: a heading or a number from 1; "": to be found. */
    struct address_gathering *addresses; /* Of all lists. */
    struct domain_gathering *domains;
    struct key_gathering *fingerprints;
};

/* Takes an indicator in, or tells what is wrong with it; 'n' bytes in 'line'. */
void intake_text(struct intake *intake, unsigned line, const char *text, size_t n);

/* Takes an indicator in that was read already. */
void intake_add(struct intake *intake, unsigned line, const struct indicator *indicator);

/* Counts and tells an entry in which something is wrong. */
void intake_bad(struct intake *intake, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Counts an entry that is good but cannot be looked for, by the name of what it is. */
void intake_pass_over(struct intake *intake, const char *name);

/* Tells that the file is not what it should be from 'line' on, an error. */
void intake_refuse(struct intake *intake, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The readers.  Each reads the file to its end.  Returns 0, or the errno of what failed. */
int list_read_plain(struct intake *intake);
int list_read_csv(struct intake *intake);
int list_read_misp(struct intake *intake);
int list_read_warninglist(struct intake *intake);
int list_read_stix(struct intake *intake);

#endif
