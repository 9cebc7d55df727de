#include "capture/packet.h"

static const char *const tunnel_names[N_TUNNELS] = {
    [TUNNEL_NONE] = "none",     [TUNNEL_IP_IN_IP] = "ip-in-ip",
    [TUNNEL_6IN4] = "6in4",     [TUNNEL_GRE] = "gre",
    [TUNNEL_ERSPAN] = "erspan", [TUNNEL_VXLAN] = "vxlan",
    [TUNNEL_GENEVE] = "geneve", [TUNNEL_GTP_U] = "gtp-u",
    [TUNNEL_TEREDO] = "teredo", [TUNNEL_ETHERIP] = "etherip",
    [TUNNEL_MPLS] = "mpls",     [TUNNEL_LISP] = "lisp",
    [TUNNEL_L2TP] = "l2tp",     [TUNNEL_AYIYA] = "ayiya",
};

const char *
tunnel_name(enum tunnel tunnel)
{
    return tunnel_names[tunnel];
}
