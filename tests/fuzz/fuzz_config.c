/* Any bytes as a configuration: every node is asked for everything.  Nothing is included,
 * as a text cannot. */
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_every_way(const struct config_node *node, struct problem_list *problems)
{
    const char *text;
    int64_t number;
    uint64_t amount;
    bool is_on;

    (void) config_text(node, problems, &text);
    (void) config_integer(node, -1000, 1000, problems, &number);
    (void) config_boolean(node, problems, &is_on);
    (void) config_duration(node, problems, &amount);
    (void) config_size(node, problems, &amount);
}

static void
walk(const struct config_node *node, struct problem_list *problems)
{
    static const char *const known[] = { "id", "title", "severity", NULL };

    read_every_way(node, problems);
    if (config_node_is_group(node)) {
        config_reject_unknown(node, known, problems);
        (void) config_child(node, "id");
    }
    for (size_t i = 0; i < config_n(node); i++) {
        walk(config_at(node, i), problems);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problem_list *problems = problem_list_new();
    char *text = calloc(1, size + 1);
    struct config *config;

    if (text == NULL) {
        abort();
    }
    memcpy(text, data, size);
    config = config_open_text(text, "fuzz", problems);
    if (config != NULL) {
        walk(config_root(config), problems);
        config_close(config);
    } else if (problem_list_n_errors(problems) == 0) {
        abort(); /* A refusal has a reason. */
    }
    free(text);
    problem_list_free(problems);
    return 0;
}
