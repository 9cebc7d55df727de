#ifndef TESTS_SUPPORT_RUN_H
#define TESTS_SUPPORT_RUN_H

/* Runs the program as a user does, through a shell. */
struct run {
    int status; /* Exit status; 128 + n if signal n ended it. */
    char *out;  /* All of standard output, ... */
    char *err;  /* ... and of standard error. */
};

/* Runs the shell command made from 'format', in which "$SW" is the program and "$TMP"
 * begins the paths of files that it may make.  The caller
 * frees the result with run_free(). */
struct run run_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
void run_free(struct run *run);

/* The number that a summary in JSON gives for "name"; the test fails if it has none. */
unsigned long long summary_number(const char *summary, const char *name);

#endif
