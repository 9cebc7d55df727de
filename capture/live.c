#include "capture/live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <pcap/pcap.h>

#include "base/memory.h"
#include "base/timestamp.h"

struct live {
    pcap_t *pcap;
    char *name; /* As it was named at first. */
    struct interface interface;
    uint64_t begin_ns;
    uint32_t n_early_max; /* Of frames in the ring, so many may have come before. */
    bool is_promiscuous;
    bool is_shared;               /* One of several rings of the interface, ... */
    bool counts_interface;        /* ... of which one counts what came to none. */
    struct interface_drops drops; /* At the last look. */
};

static void configure(pcap_t *pcap, const struct source_live_config *config);
static bool activate(pcap_t *pcap, const char *interface, struct problem_list *problems);
static bool set_filter(pcap_t *pcap, const char *interface, const char *filter,
                       struct problem_list *problems);
static bool bind_anew(struct live *live, const struct interface *interface);
static bool read_ring(const struct live *live, struct tpacket_stats_v3 *ret_ring);

struct live *
live_open(const char *interface, const struct source_live_config *config,
          struct problem_list *problems)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(interface, reason);
    struct live *live;

    if (pcap == NULL) {
        problem_error(problems, interface, 0, "cannot capture: %s", reason);
        return NULL;
    }
    configure(pcap, config);
    if (!activate(pcap, interface, problems)) {
        goto fail;
    }
    if (pcap_setnonblock(pcap, 1, reason) != 0) {
        problem_error(problems, interface, 0, "cannot capture without blocking: %s",
                      reason);
        goto fail;
    }
    if (config->filter != NULL && !set_filter(pcap, interface, config->filter, problems)) {
        goto fail;
    }
    live = memory_zeroed(1, sizeof *live);
    live->pcap = pcap;
    live->name = memory_copy_text(interface);
    live->is_promiscuous = config->promiscuous;
    live->counts_interface = true;
    /* What is none, as "any", is the interface with index 0. */
    (void) interface_find(pcap_fileno(pcap), interface, &live->interface);
    (void) interface_read_drops(&live->interface, &live->drops);
    return live;
fail:
    pcap_close(pcap);
    return NULL;
}

void
live_close(struct live *live)
{
    if (live != NULL) {
        pcap_close(live->pcap);
        free(live->name);
        free(live);
    }
}

struct pcap *
live_pcap(const struct live *live)
{
    return live->pcap;
}

/* A group of sockets that share frames out has a number in the kernel, which chooses it for
 * the first: packet(7), PACKET_FANOUT.  Its hash has been the same for both directions
 * since Linux 4.8, and leaves ports out for all fragments of a packet. */
bool
live_share(struct live *const *rings, size_t n, struct problem_list *problems)
{
    int group = (PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_UNIQUEID) << 16;
    socklen_t size = sizeof group;
    bool is_shared = true;

    for (size_t i = 0; is_shared && i < n; i++) {
        const int socket = pcap_fileno(rings[i]->pcap);

        is_shared =
            setsockopt(socket, SOL_PACKET, PACKET_FANOUT, &group, sizeof group) == 0;
        if (i == 0 && is_shared) {
            is_shared = getsockopt(socket, SOL_PACKET, PACKET_FANOUT, &group, &size) == 0;
            group = (group & 0xffff) | PACKET_FANOUT_HASH << 16;
        }
        rings[i]->is_shared = true;
        rings[i]->counts_interface = i == 0;
    }
    if (!is_shared) {
        problem_error(problems, rings[0]->name, 0,
                      "cannot be captured with %zu rings: %s; expected one (capture.rings)",
                      n, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        struct tpacket_stats_v3 ring = { 0 };

        rings[i]->begin_ns = timestamp_now();
        if (read_ring(rings[i], &ring)) {
            rings[i]->n_early_max = ring.tp_packets - ring.tp_drops;
        }
    }
    return true;
}

/* The time alone does not tell: it may have been set back since. */
bool
live_is_early(struct live *live, uint64_t time_ns)
{
    if (live->n_early_max > 0 && time_ns < live->begin_ns) {
        live->n_early_max--;
        return true;
    }
    live->n_early_max = 0;
    return false;
}

const struct interface *
live_look(struct live *live)
{
    const int socket = pcap_fileno(live->pcap);
    struct interface again;

    interface_look(socket, &live->interface);
    if (live->interface.state == INTERFACE_GONE && !live->is_shared &&
        interface_find(socket, live->name, &again) && bind_anew(live, &again)) {
        live->interface = again;
        live->drops = (struct interface_drops){ 0 };
    }
    return &live->interface;
}

bool
live_is_lost(const struct live *live)
{
    return live->interface.state == INTERFACE_GONE && live->is_shared;
}

void
live_read_drops(struct live *live, struct counters *counters)
{
    struct tpacket_stats_v3 ring;
    struct interface_drops now;

    if (read_ring(live, &ring)) {
        counter_add(counters, COUNTER_CAPTURE_RING_DROPPED, ring.tp_drops);
    }
    if (!live->counts_interface || !interface_read_drops(&live->interface, &now)) {
        return;
    }
    if (now.kernel >= live->drops.kernel && now.device >= live->drops.device) {
        counter_add(counters, COUNTER_CAPTURE_KERNEL_DROPPED,
                    now.kernel - live->drops.kernel);
        counter_add(counters, COUNTER_CAPTURE_INTERFACE_DROPPED,
                    now.device - live->drops.device);
    }
    live->drops = now;
}

/* What came to the ring, dropped or not, since this was last read.  Returns false if the
 * kernel does not tell. */
static bool
read_ring(const struct live *live, struct tpacket_stats_v3 *ret_ring)
{
    socklen_t size = sizeof *ret_ring;

    return getsockopt(pcap_fileno(live->pcap), SOL_PACKET, PACKET_STATISTICS, ret_ring,
                      &size) == 0;
}

/* Lets the socket, which was bound to an interface that is gone, capture another one of the
 * same type.  Filter and ring stay. */
static bool
bind_anew(struct live *live, const struct interface *interface)
{
    const int socket = pcap_fileno(live->pcap);
    const struct sockaddr_ll address = { .sll_family = AF_PACKET,
                                         .sll_protocol = htons(ETH_P_ALL),
                                         .sll_ifindex = interface->index };
    const struct packet_mreq promiscuous = { .mr_ifindex = interface->index,
                                             .mr_type = PACKET_MR_PROMISC };

    if (interface->type != live->interface.type ||
        bind(socket, (const struct sockaddr *) (const void *) &address, sizeof address) !=
            0) {
        return false;
    }
    if (live->is_promiscuous) {
        (void) setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous,
                          sizeof promiscuous);
    }
    return true;
}

/* None of these fails before activation. */
static void
configure(pcap_t *pcap, const struct source_live_config *config)
{
    const uint64_t ring = config->ring_bytes < INT_MAX ? config->ring_bytes : INT_MAX;

    (void) pcap_set_snaplen(pcap, (int) config->snaplen);
    (void) pcap_set_promisc(pcap, config->promiscuous);
    /* When the kernel hands over a block of its ring that is not full: waiting for blocks
     * instead of single packets is what makes high rates possible. */
    (void) pcap_set_timeout(pcap, (int) config->delay_ms);
    if (ring > 0) {
        (void) pcap_set_buffer_size(pcap, (int) ring);
    }
    /* Where it is not supported, libpcap stays with microseconds and says so when asked. */
    (void) pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
}

/* What an operator can do about a failed activation. */
static const char *
advice(int status)
{
    switch (status) {
    case PCAP_ERROR_PERM_DENIED:
        return "; run it as root or give it the capability CAP_NET_RAW";
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        return "; run it as root, give it CAP_NET_RAW and CAP_NET_ADMIN, or switch "
               "promiscuous mode off";
    case PCAP_ERROR_NO_SUCH_DEVICE:
        return "; \"ip link\" lists the interfaces there are";
    case PCAP_ERROR_IFACE_NOT_UP:
        return "; \"ip link set dev INTERFACE up\" brings it up";
    default:
        return "";
    }
}

static bool
activate(pcap_t *pcap, const char *interface, struct problem_list *problems)
{
    const int status = pcap_activate(pcap);
    const char *detail = pcap_geterr(pcap);
    /* Detail is only sure to be about this status where there is no name for it. */
    const bool has_name = status != PCAP_ERROR && status != PCAP_WARNING;

    if (status < 0) {
        problem_error(problems, interface, 0, "cannot capture: %s%s",
                      has_name ? pcap_statustostr(status) : detail, advice(status));
    } else if (status > 0) {
        problem_warning(problems, interface, 0, "%s",
                        has_name ? pcap_statustostr(status) : detail);
    }
    return status >= 0;
}

static bool
set_filter(pcap_t *pcap, const char *interface, const char *filter,
           struct problem_list *problems)
{
    struct bpf_program program;
    bool is_set = pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;

    if (is_set) {
        is_set = pcap_setfilter(pcap, &program) == 0;
        pcap_freecode(&program);
    }
    if (!is_set) {
        problem_error(problems, interface, 0,
                      "the filter \"%s\" is wrong: %s; expected pcap-filter(7) syntax",
                      filter, pcap_geterr(pcap));
    }
    return is_set;
}
