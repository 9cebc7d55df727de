#ifndef SENSOR_SANDBOX_SANDBOX_H
#define SENSOR_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "sensor/sandbox/reach.h"

/* What a sensor gives up once it captures, so that whoever sends it packets that hurt gains
 * nothing by it: it can start no program, open no network socket, and reach no file but its
 * own.
 *
 * Each layer holds by itself.  All but the last are of the calling thread and those that it
 * starts later, so a sandbox is entered before there are others. */
enum sandbox_layer {
    SANDBOX_NO_NEW_PRIVILEGES, /* PR_SET_NO_NEW_PRIVS, which the next ones need. */
    SANDBOX_LANDLOCK,          /* Files: landlock(7). */
    SANDBOX_CAPABILITIES,      /* None is left: capabilities(7). */
    SANDBOX_SYSTEM_CALLS,      /* A list of those allowed: seccomp(2). */
    N_SANDBOX_LAYERS
};

enum sandbox_mode {
    SANDBOX_OFF,    /* Nothing is given up. */
    SANDBOX_ON,     /* What the system has no layer for is missing. */
    SANDBOX_STRICT, /* No capture without all layers. */
    N_SANDBOX_MODES
};

enum { SANDBOX_REASON_SIZE = 192 };

struct sandbox {
    enum sandbox_mode mode;
    struct {
        bool holds;
        char reason[SANDBOX_REASON_SIZE]; /* Why it does not. */
    } layers[N_SANDBOX_LAYERS];
};

struct sandbox_config {
    enum sandbox_mode mode;
    const struct reach *reach;
    bool keeps_abstract_sockets; /* Unix sockets without a path are needed too. */
};

/* Enters the layers in their order and fills in '*sandbox'; there is no way back.  What
 * fails is said in the log: a warning each, or an error where the mode is strict.  Returns
 * false if the mode is strict and a layer is missing; what could be entered has been. */
bool sandbox_enter(const struct sandbox_config *config, struct sandbox *sandbox);

/* True if every layer holds. */
bool sandbox_is_whole(const struct sandbox *sandbox);

const char *sandbox_layer_name(enum sandbox_layer layer); /* "landlock". */
const char *sandbox_mode_name(enum sandbox_mode mode);    /* "off", "on", "strict". */
bool sandbox_mode_parse(const char *text, enum sandbox_mode *ret);

/* Whether this system has the layer, as a phrase such as "landlock 7", "no landlock:
 * ...". Returns 'text', of 'size' bytes. */
const char *sandbox_describe(enum sandbox_layer layer, char *text, size_t size);

#endif
