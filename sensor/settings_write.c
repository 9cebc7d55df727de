/* The shipped file and the manual, from the table of settings. */
#include "sensor/settings.h"

#include <stdio.h>
#include <string.h>

#include "sensor/settings_table.h"

/* Writes 'text' as comment lines of at most 92 columns. */
static void
write_comment(FILE *out, const char *indent, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        const size_t n = strcspn(text, " ");

        if (column == 0 || column + 1 + n > 92) {
            fprintf(out, "%s%s# ", column == 0 ? "" : "\n", indent);
            column = strlen(indent) + 2;
        } else {
            putc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int) n, text);
        column += n;
        text += n;
        text += strspn(text, " ");
    }
    putc('\n', out);
}

/* Writes "name = value;", a list in as many lines of at most 92 columns as it takes. */
static void
write_value(FILE *out, const char *indent, const struct setting *setting)
{
    const char *value = setting->value;
    size_t column = (size_t) fprintf(out, "%s%s = %.*s", indent, setting->name,
                                     (int) strcspn(value, " "), value);

    for (value += strcspn(value, " "); *value != '\0'; value += strcspn(value, " ")) {
        const size_t n = strcspn(++value, " ");

        if (column + 1 + n + 1 > 92) {
            fprintf(out, "\n%s ", indent);
            column = strlen(indent) + 1;
        }
        column += (size_t) fprintf(out, " %.*s", (int) n, value);
    }
    fputs(";\n", out);
}

/* Number of path elements that two dotted paths share at their start. */
static size_t
shared_depth(const char *a, const char *b)
{
    size_t depth = 0;

    while (*a != '\0' && *b != '\0') {
        const size_t na = strcspn(a, "."), nb = strcspn(b, ".");

        if (na != nb || strncmp(a, b, na) != 0) {
            break;
        }
        depth++;
        a += na + (a[na] == '.');
        b += nb + (b[nb] == '.');
    }
    return depth;
}

static size_t
depth_of(const char *group)
{
    return shared_depth(group, group);
}

/* Closes groups of 'from' and opens those of 'to'. */
static void
write_group_change(FILE *out, const char *from, const char *to)
{
    static const char spaces[] = "        ";
    const size_t shared = shared_depth(from, to);

    for (size_t depth = depth_of(from); depth > shared; depth--) {
        fprintf(out, "%.*s};\n", (int) ((depth - 1) * 2), spaces);
    }
    for (size_t depth = 0; *to != '\0'; depth++) {
        const size_t n = strcspn(to, ".");

        if (depth >= shared) {
            fprintf(out, "%s%.*s%.*s = {\n", depth == shared ? "\n" : "", (int) (depth * 2),
                    spaces, (int) n, to);
        }
        to += n + (to[n] == '.');
    }
}

void
settings_write_default(FILE *out)
{
    const char *group = "";

    fputs(
        "# Configuration of sectorwatch; sectorwatch.conf(5) describes it.\n"
        "# Each key stands here with its default.  A file that is named without a leading "
        "\"/\" is\n"
        "# looked for beside this file, then among the files that came with the program.  "
        "A\n"
        "# reload of a running sensor takes over all but what sizes tables or opens "
        "things.\n",
        out);
    for (size_t i = 0; i < settings_n; i++) {
        const struct setting *s = &settings_table[i];
        char indent[16];

        write_group_change(out, group, s->group);
        group = s->group;
        (void) snprintf(indent, sizeof indent, "%*s", (int) (2 * depth_of(group)), "");
        if (*group == '\0') {
            putc('\n', out);
        }
        write_comment(out, indent, s->description);
        write_value(out, indent, s);
    }
    write_group_change(out, group, "");
}

/* Escapes what roff would take for its own. */
static void
write_roff(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\') {
            fputs("\\e", out);
        } else if (*text == '-') {
            fputs("\\-", out);
        } else {
            putc(*text, out);
        }
    }
}

/* Characters of a default that stand beside the name: man(1) does not break the lines of
 * what an entry is headed with. */
enum { SHORT_VALUE_MAX = 50 };

void
settings_write_manual(FILE *out)
{
    for (size_t i = 0; i < settings_n; i++) {
        const struct setting *s = &settings_table[i];

        fprintf(out, ".TP\n.BR %s%s%s \" (", s->group, *s->group == '\0' ? "" : ".",
                s->name);
        fputs(setting_kind_of(s)->name, out);
        if (s->type == SETTING_U32) {
            fprintf(out, ", %u to %u", s->min, s->max);
        } else if (s->type == SETTING_SIZE) {
            fprintf(out, ", %ukB to %uMB", s->min, s->max);
        }
        if (strlen(s->value) > SHORT_VALUE_MAX) {
            fputs(")\"\n", out);
            write_roff(out, s->description);
            fputs(" Default: ", out);
            write_roff(out, s->value);
            putc('.', out);
        } else {
            fputs("; default ", out);
            for (const char *c = s->value; *c != '\0'; c++) {
                fputs(*c == '"' ? "\"\"" : (char[]){ *c, '\0' }, out);
            }
            fputs(")\"\n", out);
            write_roff(out, s->description);
        }
        fputs(setting_is_reloaded(s) ? "\n" : " A change needs a restart.\n", out);
    }
}
