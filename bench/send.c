/* Sends the frames of a capture to an interface, over and over, as fast as it goes or so
 * many a second.
 *
 *     bench_send INTERFACE FILE FRAMES [FRAMES_PER_SECOND]
 *
 * The frames are read before the first is sent, and padded to the least of Ethernet. */
#define _GNU_SOURCE /* sendmmsg() */
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/if_packet.h>
#include <pcap/pcap.h>

#include "base/memory.h"
#include "base/timestamp.h"

enum {
    BATCH = 64,
    FRAME_MIN = 60, /* IEEE 802.3 without the checksum. */
    FRAME_MAX = 1514
};

struct frames {
    struct iovec *all;
    size_t n, size;
};

static void
on_frame(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct frames *frames = (struct frames *) (void *) user;
    const size_t n = header->caplen < FRAME_MIN ? FRAME_MIN : header->caplen;

    if (header->caplen > FRAME_MAX) {
        return;
    }
    if (frames->n == frames->size) {
        frames->size = frames->size == 0 ? 4096 : 2 * frames->size;
        frames->all = realloc(frames->all, frames->size * sizeof *frames->all);
        if (frames->all == NULL) {
            abort();
        }
    }
    frames->all[frames->n] = (struct iovec){ memory_zeroed(1, n), n };
    memcpy(frames->all[frames->n++].iov_base, bytes, header->caplen);
}

/* Returns false after a message. */
static bool
read_frames(const char *path, struct frames *ret)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_open_offline(path, reason);

    if (pcap == NULL) {
        fprintf(stderr, "%s\n", reason);
        return false;
    }
    (void) pcap_loop(pcap, -1, on_frame, (u_char *) ret);
    pcap_close(pcap);
    return ret->n > 0;
}

/* A socket that hands frames to the driver without a queue in between; -1 after a message.
 */
static int
open_socket(const char *interface)
{
    const struct sockaddr_ll address = { .sll_family = AF_PACKET,
                                         .sll_ifindex = (int) if_nametoindex(interface) };
    const int on = 1;
    int sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

    if (sender < 0 || address.sll_ifindex == 0 ||
        setsockopt(sender, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) != 0 ||
        bind(sender, (const struct sockaddr *) (const void *) &address, sizeof address) !=
            0) {
        fprintf(stderr, "%s: %s\n", interface, strerror(errno));
        return -1;
    }
    return sender;
}

/* Sends 'total' frames; returns how many the driver took, 0 after a message. */
static uint64_t
send_frames(int sender, const struct frames *frames, uint64_t total, uint64_t per_second)
{
    struct mmsghdr messages[BATCH] = { 0 };
    const uint64_t began_ns = timestamp_monotonic();
    uint64_t n_sent = 0;

    while (n_sent < total) {
        const unsigned n = total - n_sent < BATCH ? (unsigned) (total - n_sent) : BATCH;
        const double due_s = per_second == 0 ? 0 : (double) n_sent / (double) per_second;
        int status;

        while ((double) (timestamp_monotonic() - began_ns) < due_s * NS_PER_SECOND) {
        }
        for (unsigned i = 0; i < n; i++) {
            messages[i].msg_hdr.msg_iov = &frames->all[(n_sent + i) % frames->n];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
        status = sendmmsg(sender, messages, n, 0);
        if (status < 0 && errno != ENOBUFS && errno != EINTR) {
            fprintf(stderr, "cannot send: %s\n", strerror(errno));
            return 0;
        }
        n_sent += status > 0 ? (uint64_t) status : 0;
    }
    return n_sent;
}

int
main(int argc, char **argv)
{
    struct frames frames = { NULL, 0, 0 };
    uint64_t began_ns, n;
    int sender;

    if (argc < 4) {
        fprintf(stderr, "usage: bench_send INTERFACE FILE FRAMES [FRAMES_PER_SECOND]\n");
        return 2;
    }
    if (!read_frames(argv[2], &frames) || (sender = open_socket(argv[1])) < 0) {
        return 1;
    }
    began_ns = timestamp_monotonic();
    n = send_frames(sender, &frames, strtoull(argv[3], NULL, 10),
                    argc > 4 ? strtoull(argv[4], NULL, 10) : 0);
    printf("%" PRIu64 " frames, %.3f s\n", n,
           (double) (timestamp_monotonic() - began_ns) / NS_PER_SECOND);
    return n == 0;
}
