"""Configurations of any size, for the measurements."""

import os


def with_rules(work, n):
    """N rules none of which can match the traffic of mix: they ask for a sector, a service
    or ports that it has none of.  Returns the configuration's path."""
    folder = f"{work}/rules-{n}"
    kinds = ["flow-start", "flow-end", "service"]
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/many.conf", "w", encoding="ascii") as rules:
        for i in range(n):
            wants = ['asset = { sector = "space"; };',
                     'service = "dnp3"; asset = { sector = "energy"; };',
                     f'port = {10000 + i}; asset = {{ sector = "energy"; }};']
            rules.write(f'{"rules = (" if i == 0 else ","}\n'
                        f'{{ id = "N-{i}"; rev = 1; title = "t"; severity = "low"; '
                        f'concerns = [ "JS-P4-ENERGY" ]; when = {{ '
                        f'observation = "{kinds[i // 3 % 3]}"; {wants[i % 3]} }}; }}')
        rules.write("\n);\n")
    with open(f"{folder}.conf", "w", encoding="ascii") as out:
        out.write(f'rules = {{ folders = [ "{folder}" ]; }};\n')
    return f"{folder}.conf"


def with_prefixes(work, n):
    """N prefixes of 100 organisations, half of IPv4, half of IPv6."""
    path = f"{work}/prefixes-{n}.conf"
    with open(f"{work}/organisations-{n}.conf", "w", encoding="ascii") as out:
        out.write('organisations = (\n')
        for organisation in range(100):
            numbers = range(organisation, n, 100)
            prefixes = ", ".join(
                f'"{11 + i // 2 // 65536}.{i // 2 // 256 % 256}.{i // 2 % 256}.0/24"'
                if i % 2 == 0 else f'"2a{i // 2 // 65536:02x}:{i // 2 % 65536:x}::/32"'
                for i in numbers)
            out.write(f'{"" if organisation == 0 else ", "}{{ name = "O{organisation}"; '
                      f'sector = "energy"; prefixes = [ {prefixes} ]; }}\n')
        out.write(");\n")
    with open(path, "w", encoding="ascii") as out:
        out.write(f'sectors = {{ files = [ "{work}/organisations-{n}.conf" ]; }};\n')
    return path
