/* Texts that operators write: the first byte says whether the rest is a file of rules, of
 * suppressions or a catalogue of concerns. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rule_set.h"
#include "rules/suppress.h"

static const char catalogue[] =
    "paragraphs = ( \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\", \"10\" "
    ");"
    "concerns = ( { id = \"JS-P4-ENERGY\"; paragraph = 4; title = \"t\"; paraphrase = "
    "\"p\"; "
    "observable = \"direct\"; evidence = \"e\"; limits = \"l\"; } );";

static void
describe_all(const struct rule_set *set)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    for (size_t i = 0; out != NULL && i < rule_set_n(set); i++) {
        rule_describe(rule_set_at(set, i), out);
    }
    if (out != NULL) {
        (void) fclose(out);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problem_list *problems = problem_list_new();
    struct statement *statement = statement_new_text(catalogue, "catalogue", problems);
    const uint8_t what = size > 0 ? data[0] : 0;
    char *text = calloc(1, size + 1);
    struct rule_set *set;

    if (text == NULL || statement == NULL) {
        abort();
    }
    memcpy(text, data + (size > 0), size - (size > 0));
    set = rule_set_new_text(what == 'r' ? text : "rules = ( );", "fuzz", statement, NULL,
                            problems);
    describe_all(set);
    if (what == 's') {
        suppressions_free(suppressions_new_text(text, "fuzz", set, 1, problems));
    } else if (what == 'c') {
        statement_free(statement_new_text(text, "fuzz", problems));
    }
    rule_set_free(set);
    statement_free(statement);
    problem_list_free(problems);
    free(text);
    return 0;
}
