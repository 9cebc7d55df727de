/* Any bytes as a list in each format, and then as what is looked up in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classify/list/indicator_list.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_up(const struct indicator_lists *lists, const uint8_t *data, size_t size)
{
    char name[IDN_NAME_MAX + 1];
    size_t n = size < IDN_NAME_MAX ? size : IDN_NAME_MAX;

    memcpy(name, data, n);
    name[n] = '\0';
    (void) indicator_lists_of_domain(lists, name, 0);
    (void) indicator_lists_of_fingerprint(lists, name, 0);
    for (; size >= 16; data += 16, size -= 16) {
        (void) indicator_lists_of_address(lists, ip_from_bytes(data), 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct memory_file file = memory_file_of(data, size);
    struct indicator_list_config configs[N_LIST_FORMATS];
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists;

    for (size_t i = 0; i < N_LIST_FORMATS; i++) {
        const enum list_format format = (enum list_format) i;

        configs[i] = (struct indicator_list_config){
            .name = list_format_name(format),
            .file = file.path,
            .format = format,
            .column = "",
            .source = "",
            .meaning = "",
            .concern = "",
            .date_ns = 1,
            .valid_for_ns = i,
        };
    }
    lists = indicator_lists_new(configs, N_LIST_FORMATS, problems);
    if (size > 0) {
        look_up(lists, data, size);
    }
    indicator_lists_free(lists);
    problem_list_free(problems);
    memory_file_close(&file);
    return 0;
}
