/// What a capture holds, as the generator counted it.
struct Truth: Encodable {
  var packets = 0
  var fileBytes = 24
  var wireBytes = 0
  /// Packets of which the snap length cut off some bytes, and those of which it cut off some bytes of the headers.
  var truncatedPackets = 0
  var headerCutPackets = 0
  var ipv6Packets = 0
  var vlanPackets = 0
  var udpPackets = 0
  var listedSourcePackets = 0
  var listedSourceVlanPackets = 0
  var flows = 0
  var tcpFlows = 0
  var udpFlows = 0
  var listedFlows = 0
  /// TCP flows by how they end: both FINs, a RST, or nothing after the SYN.
  var closedFlows = 0
  var resetFlows = 0
  var loneSYNFlows = 0
}
