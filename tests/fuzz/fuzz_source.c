/* A capture file of any form, read to its end: as a source does, which reads the records of
 * common files itself, and as libpcap does.  Both must find the same frames. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "base/problem.h"
#include "base/timestamp.h"
#include "capture/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
file_of(const uint8_t *data, size_t size, char path[static 32])
{
    const int fd = memfd_create("capture", 0);

    if (fd < 0 || write(fd, data, size) != (ssize_t) size) {
        abort();
    }
    (void) snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

/* Whether libpcap's next frame is the same.  A source counts, and mends, a length on the
 * wire below that captured, and a fraction of a second or more. */
static bool
is_next(pcap_t *pcap, const struct frame *frame)
{
    struct pcap_pkthdr *header;
    const u_char *bytes;

    if (pcap_next_ex(pcap, &header, &bytes) != 1) {
        return false;
    }
    return header->caplen == frame->caplen &&
           (header->caplen > header->len || header->len == frame->len) &&
           memcmp(bytes, frame->bytes, frame->caplen) == 0 &&
           ((uint64_t) header->ts.tv_usec >= NS_PER_SECOND || frame->time_ns == 0 ||
            frame->time_ns % NS_PER_SECOND == (uint64_t) header->ts.tv_usec);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problem_list *problems = problem_list_new();
    static struct counters counters;
    static struct frame_batch batch;
    char path[32], reason[PCAP_ERRBUF_SIZE];
    const int fd = file_of(data, size, path);
    struct source *source = source_open_file(path, 0, problems);
    pcap_t *pcap =
        pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, reason);
    enum source_status status = SOURCE_END;

    if (source != NULL) {
        while ((status = source_next(source, FRAME_BATCH_MAX, &batch, &counters)) ==
               SOURCE_OK) {
            for (size_t i = 0; pcap != NULL && i < batch.n; i++) {
                if (!is_next(pcap, &batch.frames[i])) {
                    abort();
                }
            }
        }
        if ((status == SOURCE_FAILED) != (*source_error(source) != '\0')) {
            abort();
        }
    } else if (pcap != NULL || problem_list_n_errors(problems) == 0) {
        abort(); /* What libpcap can open we can, and who cannot says why. */
    }
    if (pcap != NULL && source != NULL) {
        struct pcap_pkthdr *header;
        const u_char *bytes;

        if (pcap_next_ex(pcap, &header, &bytes) == 1) {
            abort(); /* A frame was missed. */
        }
        pcap_close(pcap);
    }
    source_close(source);
    (void) close(fd);
    problem_list_free(problems);
    return 0;
}
