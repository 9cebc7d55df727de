#ifndef CAPTURE_INTERFACE_H
#define CAPTURE_INTERFACE_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

/* A network interface as the system has it.  What is asked here needs no rights but a
 * socket that was opened before. */

enum { INTERFACES_MAX = 16 }; /* Captured from at a time. */

enum interface_state {
    INTERFACE_UP,
    INTERFACE_NO_CARRIER, /* Up, but nothing is at the other end of its line. */
    INTERFACE_DOWN,
    INTERFACE_GONE, /* Removed from the system. */
    N_INTERFACE_STATES
};

struct interface {
    char name[IF_NAMESIZE]; /* By which it goes now; the last one if it is gone. */
    int index;              /* 0: it stands for all interfaces, and is always up. */
    uint16_t type;          /* ARPHRD_ value (linux/if_arp.h). */
    enum interface_state state;
};

/* Frames that never reached the ring of a capture, since the interface was made
 * (Documentation/networking/statistics.rst of the Linux kernel). */
struct interface_drops {
    uint64_t kernel; /* "rx_dropped": by the queues before the ring. */
    uint64_t device; /* "rx_missed_errors": it had no buffer for them. */
};

/* What there is to tell of an interface that is captured from. */
struct interface_report {
    const char *name;           /* As it was named at first. */
    char name_now[IF_NAMESIZE]; /* By which it goes now. */
    enum interface_state state;
    const char *fault;       /* Why it is not captured any more; "" if it is. */
    uint64_t packets, bytes; /* Read. */
    uint64_t ring_dropped, kernel_dropped, interface_dropped;
};

/* Whether an interface can have this name: 1 to 15 characters, no slash, colon or white
 * space (dev_valid_name() of the Linux kernel). */
bool interface_is_name(const char *name);

/* "up", "without a carrier", "down", "gone". */
const char *interface_state_name(enum interface_state state);

/* Sets '*ret' to the interface that has 'name' now; any socket will do.  False if there is
 * none. */
bool interface_find(int socket, const char *name, struct interface *ret);

/* Asks how the interface does: its name and state, by its index. */
void interface_look(int socket, struct interface *interface);

/* False if the system does not tell. */
bool interface_read_drops(const struct interface *interface, struct interface_drops *ret);

#endif
