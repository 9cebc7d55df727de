/* Any texts as an operator's file, organisations.tsv and prefixes.tsv: they are what lies
 * between form feeds.  The whole is a --range option too. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "classify/sector_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { N_FILES = 3 };

static void
write_file(const char *path, const char *text, size_t size)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (file < 0 || write(file, text, size) != (ssize_t) size) {
        abort();
    }
    (void) close(file);
}

/* Looks up both ends of every range, and searches. */
static void
ask(const struct sector_map *map, const char *text)
{
    char digest[SECTOR_MAP_DIGEST_SIZE];

    for (range_id id = 1; id <= sector_map_n_ranges(map); id++) {
        const struct critical_range *range = sector_map_range(map, id);

        if (sector_map_lookup(map, range->prefix.address) == 0 || range->n_claims == 0) {
            abort();
        }
    }
    for (size_t i = 0; i < sector_map_n_organisations(map); i++) {
        (void) sector_map_organisation_matches(map, i, text);
    }
    sector_map_digest(map, digest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[N_FILES] = { "1.conf", "organisations.tsv",
                                                "prefixes.tsv" };
    char folder[] = "/tmp/fuzz_sector_map-XXXXXX", paths[N_FILES][64];
    const char *files[] = { paths[0], NULL }, *ranges[] = { NULL, NULL };
    const struct sector_map_config config = { .operator_files = files,
                                              .ranges = ranges,
                                              .catalogue_dir = folder,
                                              .catalogue_sectors = (1u << N_SECTORS) - 1,
                                              .catalogue_confidences = UINT8_MAX };
    struct problem_list *problems = problem_list_new();
    char *text = calloc(1, size + 1), *at = text;
    struct sector_map *map;

    if (text == NULL || mkdtemp(folder) == NULL) {
        abort();
    }
    memcpy(text, data, size);
    ranges[0] = text;
    for (size_t i = 0; i < N_FILES; i++) {
        const size_t left = size - (size_t) (at - text);
        const char *end = i + 1 < N_FILES ? memchr(at, '\f', left) : NULL;
        const size_t n = end != NULL ? (size_t) (end - at) : left;

        (void) snprintf(paths[i], sizeof paths[i], "%s/%s", folder, names[i]);
        write_file(paths[i], at, n);
        at += n + (end != NULL);
    }
    map = sector_map_new(&config, problems);
    ask(map, text);
    sector_map_free(map);
    problem_list_free(problems);
    for (size_t i = 0; i < N_FILES; i++) {
        (void) unlink(paths[i]);
    }
    (void) rmdir(folder);
    free(text);
    return 0;
}
