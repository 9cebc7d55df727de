/* Any text as two address lists, and then as an address to look up in them. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "classify/address_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/fuzz_address_list-XXXXXX";
    const struct address_list_config configs[] = {
        { .name = "a", .file = path, .meaning = "", .concern = "" },
        { .name = "b", .file = path, .meaning = "", .concern = "", .valid_for_ns = 1 },
    };
    const int file = mkstemp(path);
    struct problem_list *problems = problem_list_new();
    struct address_lists *lists;

    if (file < 0 || write(file, data, size) != (ssize_t) size) {
        abort();
    }
    (void) close(file);
    lists = address_lists_new(configs, 2, problems);
    for (; size >= 16; data += 16, size -= 16) {
        (void) address_lists_lookup(lists, ip_from_bytes(data), 0);
    }
    address_lists_free(lists);
    problem_list_free(problems);
    (void) unlink(path);
    return 0;
}
