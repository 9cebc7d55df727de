#ifndef SENSOR_CTL_SUPPRESS_FILE_H
#define SENSOR_CTL_SUPPRESS_FILE_H

#include <stdbool.h>

#include "sensor/ctl/request.h"

/* The file that "suppress" adds entries to.  Whoever changes it holds a lock on its folder
 * from before it is read until it is replaced, as a whole. */
struct suppress_file {
    const char *path;
    int folder; /* Locked. */
    char *text; /* As it is; "" if it is not there yet. */
};

/* Locks and reads it.  Returns false with the reason if that cannot be. */
bool suppress_file_begin(struct suppress_file *file, const char *path,
                         char reason[static CTL_REASON_SIZE]);
void suppress_file_end(struct suppress_file *file);

/* The text with an entry more, to be freed; its owner is the request's and the user that
 * sent it.  NULL with the reason if the end of the list is not found. */
char *suppress_file_with(const struct suppress_file *file,
                         const struct ctl_request *request, unsigned user,
                         char reason[static CTL_REASON_SIZE]);

/* Puts 'text' in its place; it is on the disk then.  False with the reason if it cannot. */
bool suppress_file_replace(const struct suppress_file *file, const char *text,
                           char reason[static CTL_REASON_SIZE]);

#endif
