/* Measures lists of ten million addresses, and of ten million domains: their load from a
 * plain file, their memory, and look-ups, which "in a row" overlap as in bench_lookup; all
 * in processor time. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "classify/list/indicator_list.h"
#include "rand.h"
#include "timing.h"

enum {
    N_ENTRIES = 10000000,
    N_QUESTIONS = 1 << 16,
    N_ROUNDS = 64,
    NAME_SIZE = 64,
};

/* Entry number 'i' of the list: an address of the public Internet. */
static struct ip_address
address_at(uint64_t i)
{
    uint64_t state = i * 2 + 1;

    (void) rand_next(&state);
    return ip_from_v4((uint32_t) (rand_next(&state) >> 32));
}

/* Domain number 'i' of the list: a label of 5 to 20 letters below one of some suffixes. */
static void
domain_at(uint64_t i, char name[static NAME_SIZE])
{
    static const char *const suffixes[] = { "com", "net", "org",   "info",   "xyz",
                                            "ru",  "cn",  "co.uk", "com.br", "top" };
    uint64_t state = i * 2 + 1;
    uint32_t length, n = 0;

    (void) rand_next(&state);
    length = 5 + rand_below(&state, 16);
    for (; n < length; n++) {
        name[n] = (char) ('a' + rand_below(&state, 26));
    }
    name[n++] = '.';
    strcpy(name + n, suffixes[rand_below(&state, 10)]);
}

static void
write_list(const char *path, bool of_domains)
{
    FILE *out = fopen(path, "w");
    char text[NAME_SIZE];

    if (out == NULL) {
        perror(path);
        exit(1);
    }
    for (uint64_t i = 0; i < N_ENTRIES; i++) {
        if (of_domains) {
            domain_at(i, text);
        } else {
            ip_format(address_at(i), text);
        }
        fprintf(out, "%s\n", text);
    }
    if (fclose(out) != 0) {
        perror(path);
        exit(1);
    }
}

static struct indicator_lists *
load(const char *path, const char *what)
{
    const struct indicator_list_config config = { .name = "large",
                                                  .file = path,
                                                  .source = "",
                                                  .meaning = "",
                                                  .concern = "",
                                                  .column = "" };
    struct problem_list *problems = problem_list_new();
    const double start = cpu_s();
    struct indicator_lists *lists = indicator_lists_new(&config, 1, problems);
    char text[80];

    (void) snprintf(text, sizeof text, "10 M %s: load", what);
    row(text, cpu_s() - start, "s", 10);
    (void) snprintf(text, sizeof text, "10 M %s: kept in memory", what);
    row(text, (double) indicator_lists_memory(lists) / (1 << 20), "MiB", 153);
    (void) snprintf(text, sizeof text, "10 M %s: resident memory at the peak of the load",
                    what);
    row(text, peak_mib(), "MiB", 0);
    problem_list_print(problems, stderr);
    problem_list_free(problems);
    return lists;
}

/* Questions of one kind, and what the answers should be. */
struct questions {
    struct ip_address addresses[N_QUESTIONS + 1];
    char names[N_QUESTIONS + 1][NAME_SIZE];
    bool of_domains;
    uint64_t want;
};

static uint64_t
ask(const struct indicator_lists *lists, const struct questions *q, size_t i)
{
    return q->of_domains ? indicator_lists_of_domain(lists, q->names[i], 0)
                         : indicator_lists_of_address(lists, q->addresses[i], 0);
}

/* Asks all.  Returns how many answers were not as they should be. */
static size_t
ask_in_a_row(const struct indicator_lists *lists, const struct questions *q)
{
    size_t n_wrong = 0;

    for (size_t i = 0; i < N_QUESTIONS; i++) {
        n_wrong += ask(lists, q, i) != q->want;
    }
    return n_wrong;
}

static size_t
ask_each_by_itself(const struct indicator_lists *lists, const struct questions *q)
{
    size_t n_wrong = 0;
    uint64_t last = 0;

    for (size_t i = 0; i < N_QUESTIONS; i++) {
        /* No list has bit 63, but the processor cannot know, and waits. */
        last = ask(lists, q, i + (last >> 63));
        n_wrong += last != q->want;
    }
    return n_wrong;
}

/* Asks several times over; the best round is what the code can do, the others had
 * company. */
static void
measure(const struct indicator_lists *lists, const struct questions *q, const char *what,
        bool by_itself)
{
    double best = 1e9;
    size_t n_wrong = 0;
    char text[80];

    for (unsigned round = 0; round < N_ROUNDS; round++) {
        const double start = cpu_s();

        n_wrong += by_itself ? ask_each_by_itself(lists, q) : ask_in_a_row(lists, q);

        const double ns = (cpu_s() - start) * 1e9 / N_QUESTIONS;
        best = ns < best ? ns : best;
    }
    /* Of the addresses that were drawn as not listed a few are. */
    if (n_wrong > (q->want == 0 ? (size_t) N_ROUNDS * N_QUESTIONS / 100 : 0)) {
        printf("%zu answers were wrong\n", n_wrong);
    }
    (void) snprintf(text, sizeof text, "10 M %s, %s", what,
                    by_itself ? "each by itself" : "in a row");
    row(text, best, "ns", by_itself ? 0 : 100);
}

static void
measure_addresses(const char *path)
{
    struct indicator_lists *lists;
    struct questions *q = memory_zeroed(1, sizeof *q);
    uint64_t state = 1;

    write_list(path, false);
    lists = load(path, "addresses");
    for (int hit = 0; hit < 2; hit++) {
        const char *what = hit ? "addresses: on the list" : "addresses: not on the list";

        q->want = (uint64_t) hit;
        for (size_t i = 0; i <= N_QUESTIONS; i++) {
            q->addresses[i] =
                address_at((hit ? 0 : N_ENTRIES) + rand_below(&state, N_ENTRIES));
        }
        measure(lists, q, what, false);
        measure(lists, q, what, true);
    }
    indicator_lists_free(lists);
    free(q);
}

static void
measure_domains(const char *path)
{
    struct indicator_lists *lists;
    struct questions *q = memory_zeroed(1, sizeof *q);
    uint64_t state = 1;

    write_list(path, true);
    lists = load(path, "domains");
    q->of_domains = true;
    for (int hit = 0; hit < 2; hit++) {
        const char *what =
            hit ? "domains: name below one on the list" : "domains: name not on the list";

        q->want = (uint64_t) hit;
        for (size_t i = 0; i <= N_QUESTIONS; i++) {
            strcpy(q->names[i], "www.");
            domain_at((hit ? 0 : N_ENTRIES) + rand_below(&state, N_ENTRIES),
                      q->names[i] + 4);
        }
        measure(lists, q, what, false);
        measure(lists, q, what, true);
    }
    indicator_lists_free(lists);
    free(q);
}

/* Runs 'measure' in a process of its own, so that peaks do not add up. */
static int
in_own_process(void (*work)(const char *path), const char *path)
{
    int status = 1;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        work(path);
        fflush(stdout);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        perror("bench_list");
    }
    return status;
}

int
main(void)
{
    char path[] = "/tmp/bench_list-XXXXXX";
    const int file = mkstemp(path);
    int status;

    if (file < 0) {
        perror(path);
        return 1;
    }
    (void) close(file);
    printf("%-62s %9s %-4s %8s\n", "what", "measured", "", "target");
    status = in_own_process(measure_addresses, path);
    status |= in_own_process(measure_domains, path);
    (void) unlink(path);
    return status != 0;
}
