#ifndef SENSOR_SANDBOX_REACH_H
#define SENSOR_SANDBOX_REACH_H

#include <stddef.h>

/* The files that a sensor still reaches in its sandbox.
 *
 * A right is given on the folder that holds a file, since a file that is replaced is
 * another one; and if a path leads through a symbolic link, on the folder that it leads to
 * as well.  What is not there yet is passed over, and not reached later either. */
enum reach_right {
    REACH_READ,    /* Everything below a folder, or a file. */
    REACH_APPEND,  /* Files in a folder, or a file: made, written and read; none removed. */
    REACH_REPLACE, /* Files in a folder: made, written, renamed and removed. */
    N_REACH_RIGHTS
};

struct reach {
    struct reach_place {
        char *path; /* Of a folder, or of a file. */
        enum reach_right right;
    } * places;
    size_t n, capacity;
};

/* Adds a place as it is: a folder, or one file that is never replaced.  A zeroed 'reach' is
 * an empty one; undone by reach_fini(). */
void reach_add(struct reach *reach, const char *path, enum reach_right right);
void reach_fini(struct reach *reach);

/* Adds what a file of this name needs: the folder that holds it, and the one that holds
 * what it is a link to; the file itself if it is a device or a pipe. */
void reach_add_file(struct reach *reach, const char *path, enum reach_right right);

#endif
