#include "sensor/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/country_code.h"
#include "sensor/ctl/request.h"
#include "sensor/pipeline.h"
#include "sensor/sandbox/sandbox.h"

const struct command commands[] = {
    { "read", "FILE...", "capture files in, alerts out",
      "Reads capture files (pcap or pcapng, also gzipped; \"-\" is standard input) as one "
      "stream, "
      "in the order given, and writes the alerts to standard output. Messages, progress "
      "and the "
      "summary go to standard error. Two reads of the same files give the same bytes.\n"
      "A file that cannot be read, or not to its end, is named with the reason; the others "
      "are "
      "read, and the exit status is 1.",
      1, -1, command_read },
    { "run", "", "capture from interfaces, alerts to syslog",
      "Captures from network interfaces until SIGINT or SIGTERM, and writes the alerts to "
      "the "
      "syslog socket and the file that the configuration names, and to standard output if "
      "-o is "
      "given. SIGHUP loads the configuration anew; SIGUSR1 opens the file anew, for "
      "logrotate. Needs CAP_NET_RAW, and CAP_BPF for capture.prefilter.",
      0, 0, command_run },
    { "check", "", "everything that is wrong or suspicious in the configuration",
      "Loads the configuration as 'read' and 'run' do and prints every error and warning "
      "with "
      "its file and line. Exit status 2 if there is an error.",
      0, 0, command_check },
    { "explain", "ADDRESS|NAME|JA4...",
      "which range, organisation, sector and place an address belongs to",
      "Shows for each address the critical range it lies in with the provenance of the "
      "claim, its place with the database's date, the lists it is on, and the rules that "
      "could match; for each host name or JA4 fingerprint, the lists it is on.",
      1, -1, command_explain },
    { "audit", "", "coverage of the Statement by the rules",
      "Prints for every paragraph and every concern of the Statement the rules that back "
      "it with the observations that they ask for, or the reason why none does. Says so "
      "where "
      "a rule cannot match with this configuration, as it asks for a list or for ranges "
      "that "
      "are not there. Exit status 1 if a concern that can be observed has no rule.",
      0, 0, command_audit },
    { "cite", "[RULE...]", "the chain from a rule to the Statement",
      "Prints for each rule what it sees, the concerns it cites, their paragraphs of the "
      "Statement, and what must not be claimed. With --markdown, a book of all rules.",
      0, -1, command_cite },
    { "protocols", "[NAME...]", "what is recognised, by structure and by port",
      "Lists the protocols by the names that rules use: whether what is said tells them, "
      "on "
      "any port, whether their messages are read for commands, names, fingerprints and "
      "credentials, and the ports that make a flow consistent with them.",
      0, -1, command_protocols },
    { "sectors", "[TEXT...]", "search the critical ranges",
      "Lists organisations whose name, prefix or AS number matches every TEXT (letter case "
      "does "
      "not matter), with sector, country, confidence and ranges. Without a TEXT or an "
      "option it "
      "counts organisations and ranges by sector.",
      0, -1, command_sectors },
    { "geo", "[ADDRESS...]", "look up places, and the dates of the databases",
      "Shows the country and AS of each address and which database says so. Without an "
      "address "
      "it lists the databases with their build dates and the schema that was detected.",
      0, -1, command_geo },
    { "ctl", "COMMAND [NAME=VALUE...]", "ask a sensor that runs, or tell it something",
      "Sends a command to a sensor that runs, over its unix socket, and "
      "prints the answer. The commands are listed under CONTROL in sectorwatch(8). Who may "
      "is "
      "said by the group of the socket (ctl.group). Exit status 1 if the sensor cannot be "
      "reached or refuses.",
      1, -1, command_ctl },
    { "top", "", "watch a sensor that runs",
      "Shows, renewed every second, how a sensor that runs does: packets, loss, "
      "how "
      "full its tables are, alerts by sector, country and rule, and the open incidents. It "
      "asks as 'ctl' does. The key q ends it. Where standard output is no terminal, one "
      "picture is written.",
      0, 0, command_top },
    { "version", "", "the program's version and what it was built with", "", 0, 0,
      command_version },
    { "help", "[COMMAND]", "this overview, or the manual of a command", "", 0, 1,
      command_help_on },
    { NULL, NULL, NULL, NULL, 0, 0, NULL },
};

/* An option, the commands that take it, and where it goes. */
static const struct option_row {
    char letter; /* 0: only the long form. */
    const char *name;
    const char *argument; /* NULL: takes none. */
    const char *commands; /* Names with a space on either side. */
    const char *help;
} option_table[] = {
    { 'c', "config", "FILE", " read run check explain audit cite sectors geo ctl top ",
      "the configuration file; else /etc/sectorwatch/sectorwatch.conf, else the one that "
      "came "
      "with the program" },
    { 'r', "range", "PREFIX=SECTOR[:ORGANISATION]", " read run check explain sectors ",
      "add a critical range for this run; may be repeated" },
    { 'n', "no-catalogue", NULL, " read run check explain sectors ",
      "leave the world catalogue out" },
    { 'i', "interface", "INTERFACE", " run ctl top ",
      "an interface to capture from, else those of capture.interfaces; may be repeated, "
      "each once. "
      "For 'ctl' and 'top', who need it only where several sensors run: the first one that "
      "the sensor was told, or \"all\" where its configuration names them" },
    { 'J', "json", NULL, " ctl ", "print the answer as it came, a line of JSON" },
    { 'f', "filter", "EXPRESSION", " run ",
      "a pcap-filter(7) expression; else capture.filter" },
    { 'o', "output", "FORMAT", " read run ", "write alerts as table, ecs or rfc5424" },
    { 'a', "alert-file", "FILE", " read run ", "append alerts to a file, as ECS JSON" },
    { 'l', "syslog", "SOCKET", " read run ",
      "send alerts to a syslog socket, as RFC 5424" },
    { 's', "summary", "KIND", " read run ",
      "write a summary to standard error at the end: text, json or none" },
    { 'j', "workers", "N", " read run ",
      "work in N threads (1 to 16; default 1); with more than one, what captures comes on "
      "top; the alerts are the same" },
    { 'm', "markdown", NULL, " cite protocols ", "write all of them in Markdown" },
    { 'b', "sandbox", "MODE", " run ",
      "what to give up once it captures: strict, on or off; else the setting sandbox" },
    { 'q', "no-progress", NULL, " read ", "show no progress bar" },
    { 'S', "sector", "SECTOR", " sectors ", "only organisations of this sector" },
    { 'C', "country", "CODE", " sectors ", "only organisations of this country" },
};

enum { N_OPTIONS = sizeof option_table / sizeof option_table[0] };

static int parse(const struct command *command, int argc, char *argv[],
                 struct options *options);

const struct command *
command_find(const char *name)
{
    for (const struct command *c = commands; c->name != NULL; c++) {
        if (strcmp(c->name, name) == 0) {
            return c;
        }
    }
    return NULL;
}

static void
complain_unknown_command(const char *name)
{
    const char *names[sizeof commands / sizeof commands[0]];
    size_t n = 0;
    const char *nearest;

    for (const struct command *c = commands; c->name != NULL; c++) {
        names[n++] = c->name;
    }
    names[n] = NULL;
    nearest = config_nearest(name, names);
    fprintf(stderr, "sectorwatch: unknown command '%s'%s%s%s; see 'sectorwatch help'\n",
            name, nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
            nearest != NULL ? "'?" : "");
}

/* Ends a command: what it wrote must have reached standard output. */
static int
finish(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "sectorwatch: standard output: %s\n", strerror(errno));
        return status == EXIT_ALL_WELL ? EXIT_INCOMPLETE : status;
    }
    return status;
}

int
command_line(int argc, char *argv[])
{
    const char *name;
    const struct command *command;
    struct options options = { 0 };
    int status;

    if (argc < 2) {
        (void) command_help_on(&options);
        return EXIT_USAGE;
    }
    name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        name = "help";
    } else if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        name = "version";
    }
    command = command_find(name);
    if (command == NULL) {
        complain_unknown_command(name);
        return EXIT_USAGE;
    }
    if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
        command_help(command, stdout);
        return finish(EXIT_ALL_WELL);
    }
    options.ranges = memory_zeroed((size_t) argc + 1, sizeof *options.ranges);
    options.policy.ranges = options.ranges;
    status = parse(command, argc, argv, &options) ? EXIT_USAGE : command->run(&options);
    free(options.ranges);
    return finish(status);
}

static bool
takes(const struct command *command, const struct option_row *row)
{
    char name[16];

    (void) snprintf(name, sizeof name, " %s ", command->name);
    return strstr(row->commands, name) != NULL;
}

static bool
parse_summary(const char *text, enum summary_kind *ret)
{
    static const char *const names[] = { "", "none", "text", "json" };

    for (unsigned i = SUMMARY_NONE; i <= SUMMARY_JSON; i++) {
        if (strcmp(text, names[i]) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool
parse_workers(const char *text, unsigned *ret)
{
    char *end;
    const unsigned long n = strtoul(text, &end, 10);

    *ret = (unsigned) n;
    return *text >= '0' && *text <= '9' && *end == '\0' && n >= 1 &&
           n <= PIPELINE_WORKERS_MAX;
}

static bool
parse_sandbox(const char *text, const char **ret)
{
    enum sandbox_mode mode;

    *ret = text;
    return sandbox_mode_parse(text, &mode);
}

/* False if it is no interface's name, or named before, or one too many. */
static bool
add_interface(const char *name, struct options *options)
{
    for (size_t i = 0; i < options->n_interfaces; i++) {
        if (strcmp(options->interfaces[i], name) == 0) {
            return false;
        }
    }
    if (!interface_is_name(name) || options->n_interfaces == INTERFACES_MAX) {
        return false;
    }
    options->interfaces[options->n_interfaces++] = name;
    return true;
}

/* Takes one option; returns false if its argument does not fit. */
static bool
take_option(char letter, const char *argument, struct options *options)
{
    enum sector sector;

    switch (letter) {
    case 'c':
        options->policy.config = argument;
        return true;
    case 'r':
        for (const char **range = options->ranges;; range++) {
            if (*range == NULL) {
                *range = argument;
                return true;
            }
        }
    case 'n':
        options->policy.no_catalogue = true;
        return true;
    case 'i':
        return add_interface(argument, options);
    case 'f':
        options->filter = argument;
        return true;
    case 'o':
        options->has_format = true;
        return format_parse(argument, &options->format);
    case 'a':
        options->alert_file = argument;
        return true;
    case 'l':
        options->alert_syslog = argument;
        return true;
    case 's':
        return parse_summary(argument, &options->summary);
    case 'j':
        return parse_workers(argument, &options->n_workers);
    case 'm':
        options->markdown = true;
        return true;
    case 'b':
        return parse_sandbox(argument, &options->sandbox);
    case 'J':
        options->json = true;
        return true;
    case 'q':
        options->no_progress = true;
        return true;
    case 'S':
        options->sector = argument;
        return sector_parse(argument, &sector);
    case 'C':
        options->country = argument;
        return country_code_is_well_formed(argument);
    default:
        return false;
    }
}

static const char *
help_of(char letter)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (option_table[i].letter == letter) {
            return option_table[i].help;
        }
    }
    return "";
}

/* Parses what follows the command's name.  Returns 0, or 1 after a message. */
static int
parse(const struct command *command, int argc, char *argv[], struct options *options)
{
    struct option long_options[N_OPTIONS + 1] = { 0 };
    char letters[2 * N_OPTIONS + 2] = "";
    size_t n_letters = 0;
    int letter, n = 0;

    for (size_t i = 0; i < N_OPTIONS; i++) {
        const struct option_row *row = &option_table[i];

        if (!takes(command, row)) {
            continue;
        }
        long_options[n++] = (struct option){
            .name = row->name,
            .has_arg = row->argument != NULL ? required_argument : no_argument,
            .val = row->letter,
        };
        letters[n_letters++] = row->letter;
        if (row->argument != NULL) {
            letters[n_letters++] = ':';
        }
    }
    argv[1] = argv[0]; /* What getopt_long() names in its messages. */
    while ((letter = getopt_long(argc - 1, argv + 1, letters, long_options, NULL)) != -1) {
        if (letter == '?') {
            fprintf(stderr, "sectorwatch: see 'sectorwatch help %s'\n", command->name);
            return 1;
        }
        if (!take_option((char) letter, optarg, options)) {
            fprintf(stderr, "sectorwatch: '%s' does not fit option -%c: %s\n", optarg,
                    letter, help_of((char) letter));
            return 1;
        }
    }
    options->arguments = argv + 1 + optind;
    options->n_arguments = argc - 1 - optind;
    if (options->n_arguments < command->min_arguments ||
        (command->max_arguments >= 0 && options->n_arguments > command->max_arguments)) {
        fprintf(stderr, "usage: sectorwatch %s [OPTION...]%s%s\n", command->name,
                *command->arguments == '\0' ? "" : " ", command->arguments);
        return 1;
    }
    return 0;
}

/* Writes 'text' in lines of at most 'width' columns, each after 'indent' spaces. */
static void
write_wrapped(FILE *out, int indent, int width, const char *text)
{
    int column = 0;

    while (*text != '\0') {
        const int n = (int) strcspn(text, " \n");

        if (column > 0 && column + 1 + n > width) {
            putc('\n', out);
            column = 0;
        }
        column += fprintf(out, "%*s%.*s", column == 0 ? indent : 1, "", n, text);
        text += n;
        if (*text == '\n') {
            fputs("\n\n", out);
            column = 0;
        }
        text += *text != '\0';
    }
    putc('\n', out);
}

void
command_help(const struct command *command, FILE *out)
{
    fprintf(out, "usage: sectorwatch %s [OPTION...]%s%s\n\n", command->name,
            *command->arguments == '\0' ? "" : " ", command->arguments);
    write_wrapped(out, 0, 92,
                  *command->description != '\0' ? command->description : command->summary);
    for (size_t i = 0, first = 1; i < N_OPTIONS; i++) {
        const struct option_row *row = &option_table[i];

        if (takes(command, row)) {
            fprintf(out, "%s  -%c, --%s%s%s\n", first ? "\noptions:\n" : "", row->letter,
                    row->name, row->argument != NULL ? "=" : "",
                    row->argument != NULL ? row->argument : "");
            write_wrapped(out, 10, 92, row->help);
            first = 0;
        }
    }
}

int
command_help_on(const struct options *options)
{
    if (options->n_arguments == 1) {
        const struct command *command = command_find(options->arguments[0]);

        if (command == NULL) {
            complain_unknown_command(options->arguments[0]);
            return EXIT_USAGE;
        }
        command_help(command, stdout);
        return EXIT_ALL_WELL;
    }
    fputs("sectorwatch watches the traffic of critical sectors and says which concern of "
          "the\n"
          "Joint Statement on ICTs (20 June 2024) an incident bears on, and on what "
          "evidence.\n\n"
          "usage: sectorwatch COMMAND [OPTION...] [ARGUMENT...]\n\n",
          stdout);
    for (const struct command *c = commands; c->name != NULL; c++) {
        printf("  %-9s %s\n", c->name, c->summary);
    }
    fputs("\n'sectorwatch help COMMAND' describes a command; sectorwatch(8) and\n"
          "sectorwatch.conf(5) are the manual.\n",
          stdout);
    return EXIT_ALL_WELL;
}

void
command_write_manual(FILE *out)
{
    for (const struct command *c = commands; c->name != NULL; c++) {
        fprintf(out, ".SS \"sectorwatch %s%s%s\"\n%s\n", c->name,
                *c->arguments == '\0' ? "" : " ", c->arguments,
                *c->description != '\0' ? c->description : c->summary);
        for (size_t i = 0; i < N_OPTIONS; i++) {
            const struct option_row *row = &option_table[i];

            if (takes(c, row)) {
                fprintf(out, ".TP\n\\fB\\-%c\\fR, \\fB\\-\\-%s\\fR", row->letter,
                        row->name);
                if (row->argument != NULL) {
                    fprintf(out, "=\\fI%s\\fR", row->argument);
                }
                fprintf(out, "\n%s.\n", row->help);
            }
        }
    }
}

void
command_write_completion(FILE *out)
{
    fputs("# bash completion for sectorwatch; made from the program's own tables.\n"
          "_sectorwatch() {\n"
          "    local word=\"${COMP_WORDS[COMP_CWORD]}\" "
          "before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
          "        COMPREPLY=($(compgen -W \"",
          out);
    for (const struct command *c = commands; c->name != NULL; c++) {
        fprintf(out, "%s%s", c == commands ? "" : " ", c->name);
    }
    fputs("\" -- \"$word\"))\n        return\n    fi\n"
          "    case \"$before\" in\n"
          "    -o|--output) COMPREPLY=($(compgen -W \"",
          out);
    for (const char *const *name = format_names(); *name != NULL; name++) {
        fprintf(out, "%s ", *name);
    }
    fputs("\" -- \"$word\")); return ;;\n"
          "    -s|--summary) COMPREPLY=($(compgen -W \"text json none\" -- \"$word\")); "
          "return ;;\n"
          "    -b|--sandbox) COMPREPLY=($(compgen -W \"strict on off\" -- \"$word\")); "
          "return ;;\n"
          "    -S|--sector) COMPREPLY=($(compgen -W \"",
          out);
    for (const char *const *name = sector_names(); *name != NULL; name++) {
        fprintf(out, "%s ", *name);
    }
    fputs("\" -- \"$word\")); return ;;\n"
          "    -i|--interface) COMPREPLY=($(compgen -W \"$(ls /sys/class/net)\" -- "
          "\"$word\")); "
          "return ;;\n"
          "    esac\n"
          "    case \"$word\" in\n"
          "    -*) case \"${COMP_WORDS[1]}\" in\n",
          out);
    for (const struct command *c = commands; c->name != NULL; c++) {
        fprintf(out, "        %s) COMPREPLY=($(compgen -W \"", c->name);
        for (size_t i = 0; i < N_OPTIONS; i++) {
            if (takes(c, &option_table[i])) {
                fprintf(out, "--%s ", option_table[i].name);
            }
        }
        fputs("\" -- \"$word\")) ;;\n", out);
    }
    fputs("        esac ;;\n"
          "    *) [ \"${COMP_WORDS[1]}\" = ctl ] && [ \"$COMP_CWORD\" -eq 2 ] && "
          "COMPREPLY=($(compgen -W \"",
          out);
    ctl_commands_write_names(out);
    fputs("\" -- \"$word\")) && return\n"
          "        COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
          "    esac\n"
          "}\n"
          "complete -o filenames -F _sectorwatch sectorwatch\n",
          out);
}

struct policy *
command_policy(const struct options *options)
{
    struct problem_list *problems = problem_list_new();
    struct policy *policy = policy_new(&options->policy, problems);

    problem_list_print(problems, stderr);
    if (policy == NULL) {
        fprintf(stderr, "sectorwatch: errors in the configuration: %zu; nothing was done\n",
                problem_list_n_errors(problems));
    }
    problem_list_free(problems);
    return policy;
}
