// The C headers of libpcap that ascribe uses.
#pragma once
#include <pcap/pcap.h>
