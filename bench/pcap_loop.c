/* The least that a program can do with a capture file through libpcap: what others are
 * measured against.
 *
 *     bench_pcap_loop FILE
 *
 * Reads with libpcap's own buffering, counts packets and bytes, and looks at nothing. */
#include <inttypes.h>
#include <stdio.h>

#include <pcap/pcap.h>

struct count {
    uint64_t packets, bytes;
};

static void
on_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct count *count = (struct count *) (void *) user;

    (void) bytes;
    count->packets++;
    count->bytes += header->len;
}

int
main(int argc, char **argv)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    struct count count = { 0, 0 };
    pcap_t *pcap = argc == 2 ? pcap_open_offline(argv[1], reason) : NULL;
    int status;

    if (pcap == NULL) {
        fprintf(stderr, "usage: bench_pcap_loop FILE\n%s%s", reason,
                *reason == '\0' ? "" : "\n");
        return 2;
    }
    status = pcap_loop(pcap, -1, on_packet, (u_char *) &count);
    printf("%" PRIu64 " packets, %" PRIu64 " bytes\n", count.packets, count.bytes);
    pcap_close(pcap);
    return status == 0 ? 0 : 1;
}
