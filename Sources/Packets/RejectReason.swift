/// Why a frame, or what a tunnel carries, did not become a packet of a flow.
///
/// The raw value is the reason's name in every report. Every frame read is either in a flow or counted under exactly one of these.
public enum RejectReason: String, CaseIterable, Sendable {
  /// The interface's link type is not decoded.
  case unsupportedLinkType = "unsupported_link_type"
  /// The frame ends inside its link-layer header.
  case truncatedLink = "truncated_link_header"
  /// The link-layer header contradicts itself.
  case malformedLink = "malformed_link_header"
  /// The frame carries something other than IP (ARP, LLDP, STP, PPPoE discovery, …).
  case notIP = "not_ip"
  /// More VLAN tags than any network uses; the walk stops at 8.
  case tooManyTags = "too_many_vlan_tags"
  /// The capture ends inside the IP header (snap length).
  case truncatedIP = "truncated_ip_header"
  /// The IP header contradicts itself: version, header length or total length.
  case malformedIP = "malformed_ip_header"
  /// The capture ends inside an IPv6 extension header (snap length).
  case truncatedExtension = "truncated_ipv6_extension"
  /// The IPv6 extension headers are longer than the packet, or more than 16.
  case malformedExtension = "malformed_ipv6_extension"
  /// A fragment other than the first: it has no ports.
  case fragment = "ip_fragment"
  /// The capture ends inside the transport header (snap length).
  case truncatedTransport = "truncated_transport_header"
  /// The packet ends inside its transport header, or that header contradicts itself.
  case malformedTransport = "malformed_transport_header"
  /// The filter took the frame out; it was not decoded.
  case filtered

  // Of what may be inside a packet only: the outer packet is in a flow.
  /// The protocol or port is that of a tunnel, but what follows is none, or a control message without a packet.
  case noTunnel = "no_tunnel"
  /// The capture ends inside the tunnel's header (snap length).
  case truncatedTunnel = "truncated_tunnel_header"
  /// The tunnel's header contradicts itself, or is longer than the packet.
  case malformedTunnel = "malformed_tunnel_header"
  /// A form of the tunnel that is not decoded: GRE with source routes, PPTP.
  case unsupportedTunnel = "unsupported_tunnel"
  /// Tunnels inside tunnels, more than 4.
  case tooManyTunnels = "too_many_tunnels"
}
