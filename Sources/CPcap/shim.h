// The C headers of libpcap that ascribe uses, and a few questions to a packet socket (packet(7)) whose structures hold
// unions. Neither keeps a pointer.
#pragma once
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/// The kind of link behind an interface (ARPHRD_…); -1 if there is no such interface.
static inline int packet_link_kind(int socket, const char *name) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  return ioctl(socket, SIOCGIFHWADDR, &request) == 0 ? request.ifr_hwaddr.sa_family : -1;
}

/// Whether the interface that has a name now is set down; not if there is none, as for "any".
static inline int packet_is_down(int socket, const char *name) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  return ioctl(socket, SIOCGIFFLAGS, &request) == 0 && !(request.ifr_flags & IFF_UP);
}

/// Binds a packet socket to the interface that has a name now; needs no right. Returns -1 with errno if it is refused.
static inline int packet_bind_again(int socket, const char *name, int is_promiscuous) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  if (ioctl(socket, SIOCGIFINDEX, &request) != 0) return -1;
  const int index = request.ifr_ifindex;
  if (ioctl(socket, SIOCGIFFLAGS, &request) != 0 || !(request.ifr_flags & IFF_UP)) return -1;
  struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_protocol = htons(3 /* ETH_P_ALL */), .sll_ifindex = index};
  if (bind(socket, (struct sockaddr *)&place, sizeof place) != 0) return -1;
  struct packet_mreq membership = {.mr_ifindex = index, .mr_type = PACKET_MR_PROMISC};
  if (is_promiscuous) setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership);
  return 0;
}
