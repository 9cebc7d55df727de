#include "capture/live.h"

#include <limits.h>

#include <pcap/pcap.h>

static void configure(pcap_t *pcap, const struct source_live_config *config);
static bool activate(pcap_t *pcap, const char *interface, struct problem_list *problems);
static bool set_filter(pcap_t *pcap, const char *interface, const char *filter,
                       struct problem_list *problems);

struct pcap *
live_open(const char *interface, const struct source_live_config *config,
          struct problem_list *problems)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(interface, reason);

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
    return pcap;
fail:
    pcap_close(pcap);
    return NULL;
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
