#include "base/problem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/one_line.h"

struct problem_list {
    struct problem *problems;
    size_t n, capacity, n_errors;
};

static void problem_add(struct problem_list *list, enum problem_severity severity,
                        const char *file, unsigned line, const char *format, va_list args)
    __attribute__((format(printf, 5, 0)));

struct problem_list *
problem_list_new(void)
{
    return memory_zeroed(1, sizeof(struct problem_list));
}

void
problem_list_free(struct problem_list *list)
{
    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        free(list->problems[i].file);
        free(list->problems[i].message);
    }
    free(list->problems);
    free(list);
}

void
problem_error(struct problem_list *list, const char *file, unsigned line,
              const char *format, ...)
{
    va_list args;

    va_start(args, format);
    problem_add(list, PROBLEM_ERROR, file, line, format, args);
    va_end(args);
}

void
problem_warning(struct problem_list *list, const char *file, unsigned line,
                const char *format, ...)
{
    va_list args;

    va_start(args, format);
    problem_add(list, PROBLEM_WARNING, file, line, format, args);
    va_end(args);
}

size_t
problem_list_n(const struct problem_list *list)
{
    return list->n;
}

size_t
problem_list_n_errors(const struct problem_list *list)
{
    return list->n_errors;
}

const struct problem *
problem_list_at(const struct problem_list *list, size_t index)
{
    return &list->problems[index];
}

bool
problem_list_mentions(const struct problem_list *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strstr(list->problems[i].message, text) != NULL) {
            return true;
        }
    }
    return false;
}

void
problem_list_print(const struct problem_list *list, FILE *out)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct problem *p = &list->problems[i];

        if (p->file != NULL && p->line != 0) {
            fprintf(out, "%s:%u: ", p->file, p->line);
        } else if (p->file != NULL) {
            fprintf(out, "%s: ", p->file);
        }
        fprintf(out, "%s: %s\n", p->severity == PROBLEM_ERROR ? "error" : "warning",
                p->message);
    }
}

static void
problem_add(struct problem_list *list, enum problem_severity severity, const char *file,
            unsigned line, const char *format, va_list args)
{
    char message[1024];

    if (list == NULL) {
        return;
    }
    (void) vsnprintf(message, sizeof message, format, args);
    one_line(message);
    list->problems =
        memory_grow(list->problems, list->n, &list->capacity, sizeof *list->problems);
    list->problems[list->n++] = (struct problem){
        .severity = severity,
        .line = line,
        .file = file == NULL ? NULL : memory_copy_text(file),
        .message = memory_copy_text(message),
    };
    list->n_errors += severity == PROBLEM_ERROR;
}
