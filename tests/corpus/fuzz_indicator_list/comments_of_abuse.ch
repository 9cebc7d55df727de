# Example list
# "first_seen_utc","dst_ip","dst_port"
"2026-06-01 12:00:00","192.0.2.1","443"
# 1 entry
