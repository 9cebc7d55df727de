#include "capture/prefilter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "capture/bpf_code.h"
#include "capture/prefilter_program.h"

/* Memory shared with the kernel: the only value of an array. */
struct shared {
    int map;
    void *memory;
    size_t size;
};

struct prefilter {
    struct shared bits;
    struct address_bits *live; /* In 'bits'. */
};

struct prefilter_tap {
    struct shared withheld;
    const volatile struct prefilter_slot *slots; /* In 'withheld'. */
    int program;
};

static bool shared_init(struct shared *shared, const char *name, size_t size,
                        char reason[static PREFILTER_REASON_SIZE]);
static void shared_fini(struct shared *shared);
static int load(const struct bpf_code *code, char reason[static PREFILTER_REASON_SIZE]);
static void explain(char reason[static PREFILTER_REASON_SIZE], const char *what);

struct prefilter *
prefilter_new(const struct address_bits *bits, char reason[static PREFILTER_REASON_SIZE])
{
    struct prefilter *prefilter = memory_zeroed(1, sizeof *prefilter);

    if (!shared_init(&prefilter->bits, "addresses", sizeof *bits, reason)) {
        free(prefilter);
        return NULL;
    }
    prefilter->live = prefilter->bits.memory;
    prefilter_set(prefilter, bits);
    return prefilter;
}

void
prefilter_free(struct prefilter *prefilter)
{
    if (prefilter == NULL) {
        return;
    }
    shared_fini(&prefilter->bits);
    free(prefilter);
}

void
prefilter_widen(struct prefilter *prefilter, const struct address_bits *bits)
{
    struct address_bits *live = prefilter->live;

    for (size_t i = 0; i < ADDRESS_BITS_SIZE; i++) {
        live->v4[i] |= bits->v4[i];
        live->v6[i] |= bits->v6[i];
    }
}

/* The kernel looks on: a bit that is set before and after is never seen unset, since no
 * byte is written twice. */
void
prefilter_set(struct prefilter *prefilter, const struct address_bits *bits)
{
    memcpy(prefilter->live, bits, sizeof *bits);
}

struct prefilter_tap *
prefilter_tap_new(const struct prefilter *prefilter, uint16_t link_type, uint32_t snaplen,
                  char reason[static PREFILTER_REASON_SIZE])
{
    struct prefilter_tap *tap = memory_zeroed(1, sizeof *tap);
    struct bpf_code *code = memory_zeroed(1, sizeof *code);

    if (!shared_init(&tap->withheld, "withheld",
                     PREFILTER_SLOTS * sizeof(struct prefilter_slot), reason)) {
        goto fail;
    }
    tap->slots = tap->withheld.memory;
    if (!prefilter_program_write(
            &(struct prefilter_program){ .link_type = link_type,
                                         .snaplen = snaplen,
                                         .bits = prefilter->bits.map,
                                         .withheld = tap->withheld.map },
            code)) {
        (void) snprintf(reason, PREFILTER_REASON_SIZE,
                        "frames of its link type are not judged in the kernel");
        goto fail_shared;
    }
    tap->program = load(code, reason);
    if (tap->program < 0) {
        goto fail_shared;
    }
    free(code);
    return tap;
fail_shared:
    shared_fini(&tap->withheld);
fail:
    free(code);
    free(tap);
    return NULL;
}

void
prefilter_tap_free(struct prefilter_tap *tap)
{
    if (tap == NULL) {
        return;
    }
    (void) close(tap->program);
    shared_fini(&tap->withheld);
    free(tap);
}

bool
prefilter_tap_attach(const struct prefilter_tap *tap, int socket,
                     char reason[static PREFILTER_REASON_SIZE])
{
    if (setsockopt(socket, SOL_SOCKET, SO_ATTACH_BPF, &tap->program, sizeof tap->program) !=
        0) {
        explain(reason, "the socket takes no filter");
        return false;
    }
    return true;
}

struct prefilter_count
prefilter_tap_withheld(const struct prefilter_tap *tap)
{
    struct prefilter_count count = { 0 };

    for (size_t i = 0; i < PREFILTER_SLOTS; i++) {
        count.packets += tap->slots[i].packets;
        count.bytes += tap->slots[i].bytes;
    }
    return count;
}

int
prefilter_tap_program(const struct prefilter_tap *tap)
{
    return tap->program;
}

/* The system call bpf(2); its descriptors are closed when another program is started. */
static int
call_bpf(int command, union bpf_attr *attributes)
{
    return (int) syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static bool
shared_init(struct shared *shared, const char *name, size_t size,
            char reason[static PREFILTER_REASON_SIZE])
{
    union bpf_attr attributes;

    memset(&attributes, 0, sizeof attributes);
    attributes.map_type = BPF_MAP_TYPE_ARRAY;
    attributes.key_size = sizeof(uint32_t);
    attributes.value_size = (uint32_t) size;
    attributes.max_entries = 1;
    attributes.map_flags = BPF_F_MMAPABLE;
    (void) snprintf(attributes.map_name, sizeof attributes.map_name, "%s", name);
    shared->map = call_bpf(BPF_MAP_CREATE, &attributes);
    if (shared->map < 0) {
        explain(reason, "no memory is shared with the kernel");
        return false;
    }
    shared->size = size;
    shared->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, shared->map, 0);
    if (shared->memory == MAP_FAILED) {
        explain(reason, "no memory is shared with the kernel");
        (void) close(shared->map);
        return false;
    }
    return true;
}

static void
shared_fini(struct shared *shared)
{
    (void) munmap(shared->memory, shared->size);
    (void) close(shared->map);
}

/* The descriptor of the program, or -1 with the reason. */
static int
load(const struct bpf_code *code, char reason[static PREFILTER_REASON_SIZE])
{
    union bpf_attr attributes;
    int program;

    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
    attributes.insns = (uint64_t) (uintptr_t) code->instructions;
    attributes.insn_cnt = (uint32_t) code->n;
    /* The license matters to helpers that are for the GPL only: it uses none. */
    attributes.license = (uint64_t) (uintptr_t) "";
    (void) snprintf(attributes.prog_name, sizeof attributes.prog_name, "prefilter");
    program = call_bpf(BPF_PROG_LOAD, &attributes);
    if (program < 0) {
        explain(reason, "the program is not taken");
    }
    return program;
}

/* The kernel's words, and what they mean here. */
static void
explain(char reason[static PREFILTER_REASON_SIZE], const char *what)
{
    const char *meaning = errno == EPERM    ? "it takes root or the capability CAP_BPF"
                          : errno == EINVAL ? "it takes Linux 5.5"
                          : errno == ENOSYS ? "this kernel has no BPF"
                                            : strerror(errno);

    (void) snprintf(reason, PREFILTER_REASON_SIZE, "%s: %s", what, meaning);
}
