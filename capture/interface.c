#include "capture/interface.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

static bool read_statistic(const struct interface *interface, const char *name,
                           uint64_t *ret);

static const char *const state_names[N_INTERFACE_STATES] = {
    [INTERFACE_UP] = "up",
    [INTERFACE_NO_CARRIER] = "without a carrier",
    [INTERFACE_DOWN] = "down",
    [INTERFACE_GONE] = "gone",
};

bool
interface_is_name(const char *name)
{
    const size_t length = strlen(name);

    return length > 0 && length < IF_NAMESIZE && strcspn(name, "/: \t\n\v\f\r") == length &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

const char *
interface_state_name(enum interface_state state)
{
    return state_names[state];
}

static struct ifreq
request_by(const char name[static IF_NAMESIZE])
{
    struct ifreq request = { .ifr_ifindex = 0 };

    memcpy(request.ifr_name, name, IF_NAMESIZE);
    return request;
}

bool
interface_find(int socket, const char *name, struct interface *ret)
{
    struct interface found = { .state = INTERFACE_GONE };
    struct ifreq request;

    (void) snprintf(found.name, sizeof found.name, "%s", name);
    request = request_by(found.name);
    if (ioctl(socket, SIOCGIFINDEX, &request) != 0) {
        return false;
    }
    found.index = request.ifr_ifindex;
    request = request_by(found.name);
    if (ioctl(socket, SIOCGIFHWADDR, &request) != 0) {
        return false;
    }
    found.type = request.ifr_hwaddr.sa_family;
    interface_look(socket, &found);
    *ret = found;
    return found.state != INTERFACE_GONE;
}

void
interface_look(int socket, struct interface *interface)
{
    struct ifreq request = { .ifr_ifindex = interface->index };

    if (interface->index == 0) {
        interface->state = INTERFACE_UP;
        return;
    }
    if (ioctl(socket, SIOCGIFNAME, &request) != 0) {
        interface->state = INTERFACE_GONE;
        return;
    }
    memcpy(interface->name, request.ifr_name, IF_NAMESIZE);
    request = request_by(interface->name);
    if (ioctl(socket, SIOCGIFFLAGS, &request) != 0) {
        interface->state = INTERFACE_GONE;
    } else if ((request.ifr_flags & IFF_UP) == 0) {
        interface->state = INTERFACE_DOWN;
    } else {
        interface->state =
            (request.ifr_flags & IFF_RUNNING) != 0 ? INTERFACE_UP : INTERFACE_NO_CARRIER;
    }
}

bool
interface_read_drops(const struct interface *interface, struct interface_drops *ret)
{
    struct interface_drops drops;

    if (!read_statistic(interface, "rx_dropped", &drops.kernel) ||
        !read_statistic(interface, "rx_missed_errors", &drops.device)) {
        return false;
    }
    *ret = drops;
    return true;
}

static bool
read_statistic(const struct interface *interface, const char *name, uint64_t *ret)
{
    char path[128];
    FILE *file;
    bool is_read;

    (void) snprintf(path, sizeof path, "/sys/class/net/%s/statistics/%s", interface->name,
                    name);
    file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    is_read = fscanf(file, "%" SCNu64, ret) == 1;
    (void) fclose(file);
    return is_read;
}
