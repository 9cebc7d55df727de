#include <stdio.h>

#include "alert/text.h"
#include "base/config.h"
#include "capture/packet.h"
#include "classify/recognise/repertoire.h"
#include "sensor/command.h"

enum { PORTS_TEXT_SIZE = 512 };

static const struct transport {
    const char *name;
    uint8_t protocol;
} transports[] = { { "tcp", IP_PROTOCOL_TCP },
                   { "udp", IP_PROTOCOL_UDP },
                   { "sctp", IP_PROTOCOL_SCTP } };

enum { N_TRANSPORTS = sizeof transports / sizeof transports[0] };

/* "502/tcp, 802/tcp"; "-" where no port makes a flow consistent with the service. */
static void
describe_ports(enum service service, char buffer[PORTS_TEXT_SIZE])
{
    struct text text = text_init(buffer, PORTS_TEXT_SIZE);
    const char *gap = "";

    for (unsigned i = 0; i < N_TRANSPORTS; i++) {
        for (unsigned port = 0; port <= UINT16_MAX; port++) {
            if (service_by_port(transports[i].protocol, (uint16_t) port) == service) {
                text_format(&text, "%s%u/%s", gap, port, transports[i].name);
                gap = ", ";
            }
        }
    }
    if (*gap == '\0') {
        text_add(&text, "-");
    }
}

/* "structure, read", "structure", or "port". */
static const char *
describe_knowledge(enum service service)
{
    for (unsigned i = 0; i < N_TRANSPORTS; i++) {
        if (repertoire_tells(service, transports[i].protocol)) {
            return repertoire_reads(service) ? "structure, read" : "structure";
        }
    }
    return "port";
}

static void
print_row(enum service service, bool markdown)
{
    char ports[PORTS_TEXT_SIZE];

    describe_ports(service, ports);
    printf(markdown ? "| %s | %s | %s | %s |\n" : "%-14s  %-15s  %-28s  %s\n",
           service_name(service), describe_knowledge(service), ports,
           service_title(service));
}

static void
print_all(bool markdown)
{
    if (markdown) {
        puts(
            "# Protocols\n\n"
            "What `sectorwatch protocols --markdown` prints: the names that rules use, how "
            "a "
            "protocol is told, and the ports that make a flow consistent with it. "
            "*structure*: by what is said, on any port; *read*: its messages are read, for "
            "commands, names, fingerprints and credentials; *port*: by its port alone, and "
            "so "
            "an alert says.\n\n"
            "| name | told by | ports | protocol |\n|---|---|---|---|");
    } else {
        printf("%-14s  %-15s  %-28s  %s\n", "PROTOCOL", "TOLD BY", "PORTS", "TITLE");
    }
    for (unsigned i = SERVICE_NONE + 1; i < N_SERVICES; i++) {
        print_row((enum service) i, markdown);
    }
}

int
command_protocols(const struct options *options)
{
    int status = EXIT_ALL_WELL;

    if (options->n_arguments == 0) {
        print_all(options->markdown);
    }
    for (int i = 0; i < options->n_arguments; i++) {
        const char *name = options->arguments[i];
        enum service service;

        if (service_parse(name, &service)) {
            print_row(service, options->markdown);
        } else {
            const char *nearest = config_nearest(name, service_names());

            fprintf(stderr, "sectorwatch: no protocol is called '%s'%s%s%s\n", name,
                    nearest != NULL ? "; did you mean '" : "",
                    nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
            status = EXIT_USAGE;
        }
    }
    return status;
}
