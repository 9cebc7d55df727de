/* Measures the look-up "whose address is this" and the load of its tables: the figures in
 * the table are those of this machine, beside what was aimed at.
 *
 *     bench_lookup [CATALOGUE_FOLDER]
 *
 * "Each by itself" makes every address depend on the answer before, so it is the time from
 * question to answer; "in a row" lets the processor overlap look-ups as it does in a batch
 * of packets. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ip.h"
#include "base/memory.h"
#include "base/problem.h"
#include "classify/prefix_map.h"
#include "classify/sector_map.h"
#include "rand.h"
#include "timing.h"

enum {
    N_ADDRESSES = 1 << 18,
    N_ROUNDS = 16,
    N_LARGE = 1000000,
};

/* Looks all addresses up, several times over; the best round is what the code can do, the
 * others had company. */
static double
time_lookups(const struct sector_map *map, const struct ip_address *addresses, bool chained)
{
    double best = 1e9;
    uint32_t sum = 0;
    range_id last = 0;

    for (unsigned round = 0; round < N_ROUNDS; round++) {
        const double start = now_s();

        for (size_t i = 0; i < N_ADDRESSES; i++) {
            /* An id is never that large, but the processor cannot know, and waits. */
            const range_id id =
                sector_map_lookup(map, addresses[chained ? i + (last >> 31) : i]);

            last = id;
            sum += id;
        }
        const double ns = (now_s() - start) * 1e9 / N_ADDRESSES;
        best = ns < best ? ns : best;
    }
    if (sum == 1) {
        printf("(%" PRIu32 ")\n", sum); /* Keeps the look-ups from being left out. */
    }
    return best;
}

enum kind { ANY_V4, ANY_V6, GLOBAL_V6, HIT_V4, HIT_V6 };

static bool
of_kind(struct ip_address address, range_id id, enum kind kind)
{
    const bool hit = kind == HIT_V4 || kind == HIT_V6;
    const bool v4 = kind == HIT_V4 || kind == ANY_V4;

    return (id != 0) == hit && ip_is_v4(address) == v4;
}

static struct ip_address
draw(const struct sector_map *map, enum kind kind, uint64_t *state)
{
    const struct ip_address any = { rand_next(state), rand_next(state) };
    const struct critical_range *range;
    struct ip_address host;

    switch (kind) {
    case ANY_V4:
        return ip_from_v4((uint32_t) (any.low >> 32));
    case ANY_V6:
        return any;
    case GLOBAL_V6: /* 2000::/3. */
        return (struct ip_address){ any.high >> 3 | UINT64_C(1) << 61, any.low };
    case HIT_V4:
    case HIT_V6:
        break;
    }
    /* Some address of some range. */
    range = sector_map_range(map, 1 + (range_id) (any.high % sector_map_n_ranges(map)));
    host = ip_mask(any, range->prefix.length);
    return (struct ip_address){ range->prefix.address.high | (any.high ^ host.high),
                                range->prefix.address.low | (any.low ^ host.low) };
}

static void
measure_lookups(const struct sector_map *map, const char *name, double hit_target,
                double miss_target)
{
    static const struct {
        enum kind kind;
        const char *text;
        bool hit;
    } kinds[] = {
        { ANY_V4, "random IPv4, no match", false },
        { ANY_V6, "random IPv6, no match", false },
        { GLOBAL_V6, "random IPv6 in 2000::/3, no match", false },
        { HIT_V4, "random IPv4, match", true },
        { HIT_V6, "random IPv6, match", true },
    };
    struct ip_address *addresses = memory_zeroed(N_ADDRESSES + 1, sizeof *addresses);
    uint64_t state = 88172645463325252u;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const double target = kinds[i].hit ? hit_target : miss_target;
        char text[80];
        size_t n = 0;

        for (size_t tries = 0; n < N_ADDRESSES && tries < 64u * N_ADDRESSES; tries++) {
            addresses[n] = draw(map, kinds[i].kind, &state);
            n += of_kind(addresses[n], sector_map_lookup(map, addresses[n]), kinds[i].kind);
        }
        if (n < N_ADDRESSES) {
            continue; /* The map has none of that kind. */
        }
        (void) snprintf(text, sizeof text, "%s: %s, in a row", name, kinds[i].text);
        row(text, time_lookups(map, addresses, false), "ns", target);
        (void) snprintf(text, sizeof text, "%s: %s, each by itself", name, kinds[i].text);
        row(text, time_lookups(map, addresses, true), "ns", target);
    }
    free(addresses);
}

static struct sector_map *
load(const char *folder, const char *name, double target_ms, double target_mib,
     unsigned confidences)
{
    static const char *const none[] = { NULL };
    const struct sector_map_config config = {
        .operator_files = none,
        .ranges = none,
        .catalogue_dir = folder,
        .catalogue_sectors = (sector_set) ((1u << N_SECTORS) - 1),
        .catalogue_confidences = confidences,
    };
    struct problem_list *problems = problem_list_new();
    const double mib = peak_mib();
    const double start = now_s();
    struct sector_map *map = sector_map_new(&config, problems);
    const double ms = (now_s() - start) * 1e3;
    char text[80];

    problem_list_print(problems, stderr);
    problem_list_free(problems);
    (void) snprintf(text, sizeof text, "%s: load of %zu ranges, %zu organisations", name,
                    sector_map_n_ranges(map), sector_map_n_organisations(map));
    row(text, ms, "ms", target_ms);
    (void) snprintf(text, sizeof text, "%s: resident memory at its peak", name);
    row(text, peak_mib(), "MiB", target_mib);
    (void) snprintf(text, sizeof text, "%s: of which the load added", name);
    row(text, peak_mib() - mib, "MiB", 0);
    (void) snprintf(text, sizeof text, "%s: kept by the map", name);
    row(text, (double) sector_map_memory(map) / (1 << 20), "MiB", 0);
    return map;
}

/* Writes a catalogue of a million prefixes, nine in ten of IPv4, into 'folder'. */
static void
write_large_catalogue(const char *folder)
{
    char path[256];
    FILE *out;
    uint64_t state = 362436069;

    (void) snprintf(path, sizeof path, "%s/organisations.tsv", folder);
    out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        exit(1);
    }
    fputs("# date: 2026-06\nasn\tsector\tsubsector\tconfidence\tcountry\tname\n", out);
    for (unsigned i = 1; i <= 20000; i++) {
        fprintf(out, "%u\tenergy\telectricity\tA\tNG\tGrid operator %u\n", i, i);
    }
    fclose(out);
    (void) snprintf(path, sizeof path, "%s/prefixes.tsv", folder);
    out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        exit(1);
    }
    fputs("prefix\tasn\n", out);
    for (unsigned i = 0; i < N_LARGE; i++) {
        const uint64_t any = rand_next(&state);
        const unsigned length = 16 + (unsigned) (any >> 8) % 17;
        struct ip_prefix prefix = { ip_from_v4((uint32_t) (any >> 32)),
                                    (uint8_t) (length + IP_V4_BITS) };
        char text[IP_PREFIX_TEXT_SIZE];

        if (i % 10 == 0) {
            prefix = (struct ip_prefix){ { any >> 4 | UINT64_C(1) << 61, 0 },
                                         (uint8_t) (28 + length) };
        }
        prefix.address = ip_mask(prefix.address, prefix.length);
        fprintf(out, "%s\t%u\n", ip_prefix_format(prefix, text),
                1 + (unsigned) (any >> 16) % 20000);
    }
    fclose(out);
}

/* Runs 'measure' in a process of its own, so that peaks do not add up. */
static int
in_own_process(void (*measure)(const char *folder), const char *folder)
{
    int status = 1;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        measure(folder);
        fflush(stdout);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        perror("bench_lookup");
    }
    return status;
}

static void
measure_catalogue(const char *folder)
{
    struct sector_map *map =
        load(folder, "default", 100, 0, 1u << CONFIDENCE_A | 1u << CONFIDENCE_B);

    sector_map_free(map);
    map = load(folder, "A, B, M", 100, 0, (1u << N_CONFIDENCES) - 1);
    measure_lookups(map, "A, B, M", 30, 10);
    sector_map_free(map);
}

static void
measure_large(const char *folder)
{
    struct sector_map *map = load(folder, "1 M", 2000, 128, (1u << N_CONFIDENCES) - 1);

    measure_lookups(map, "1 M", 0, 0);
    sector_map_free(map);
}

int
main(int argc, char *argv[])
{
    char folder[] = "/tmp/bench_lookup-XXXXXX";
    char path[64];
    int status;

    printf("%-62s %9s %-4s %8s\n", "what", "measured", "", "target");
    status = in_own_process(measure_catalogue, argc > 1 ? argv[1] : SW_CATALOGUE);
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return 1;
    }
    write_large_catalogue(folder);
    status |= in_own_process(measure_large, folder);
    (void) snprintf(path, sizeof path, "%s/organisations.tsv", folder);
    (void) unlink(path);
    (void) snprintf(path, sizeof path, "%s/prefixes.tsv", folder);
    (void) unlink(path);
    (void) rmdir(folder);
    return status != 0;
}
