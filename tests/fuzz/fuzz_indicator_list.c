/* Any text as two lists, and then as an address to look up in them. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "classify/list/indicator_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/fuzz_indicator_list-XXXXXX";
    const struct indicator_list_config configs[] = {
        { .name = "a", .file = path, .meaning = "", .concern = "" },
        { .name = "b", .file = path, .meaning = "", .concern = "", .valid_for_ns = 1 },
    };
    const int file = mkstemp(path);
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists;

    if (file < 0 || write(file, data, size) != (ssize_t) size) {
        abort();
    }
    (void) close(file);
    lists = indicator_lists_new(configs, 2, problems);
    for (; size >= 16; data += 16, size -= 16) {
        (void) indicator_lists_of_address(lists, ip_from_bytes(data), 0);
    }
    indicator_lists_free(lists);
    problem_list_free(problems);
    (void) unlink(path);
    return 0;
}
