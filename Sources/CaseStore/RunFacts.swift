/// What a report says of a run beside its inputs, flows and findings; of several runs the sums.
package struct RunFacts: Codable, Sendable, Equatable {
  /// A file that was passed over.
  package struct Skipped: Codable, Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Why.
    package var reason: String

    /// Makes a row.
    package init(name: String, reason: String) { (self.name, self.reason) = (name, reason) }
  }

  /// Frames read.
  package var packets: UInt64 = 0
  package var bytes: UInt64 = 0
  package var flows: UInt64 = 0
  package var packetsInFlows: UInt64 = 0
  package var packetsRejected: [String: UInt64] = [:]
  package var tunnelledPackets: UInt64 = 0
  package var packetsInOtherTunnels: UInt64 = 0
  package var tunnelsRejected: [String: UInt64] = [:]
  package var packetsDropped: UInt64 = 0
  package var evictedFlows: UInt64 = 0
  package var cutStreams: UInt64 = 0
  package var unrecordedGuesses: UInt64 = 0
  package var skipped: [Skipped] = []
  /// The ids of the sensors, as the flows of the run count them.
  package var sensors: [String] = []
  /// The filter; empty for none.
  package var filter = ""
  /// Idle timeouts in nanoseconds by protocol number; that of 0 is for all others.
  package var idleTimeouts: [UInt8: Int64] = [:]

  /// The figures of the unwatched flows, where those are not kept one by one (`UnwatchedTally.fields`).
  package var unwatched: [UInt8]?

  /// What a run of interfaces says; nothing of captures in files.
  package var live: LiveFacts?

  /// Makes the facts of a run that read nothing.
  package init() {}

  /// Adds another run's figures.
  mutating func add(_ other: RunFacts) {
    packets &+= other.packets
    bytes &+= other.bytes
    flows &+= other.flows
    packetsInFlows &+= other.packetsInFlows
    packetsRejected.merge(other.packetsRejected, uniquingKeysWith: &+)
    tunnelledPackets &+= other.tunnelledPackets
    packetsInOtherTunnels &+= other.packetsInOtherTunnels
    tunnelsRejected.merge(other.tunnelsRejected, uniquingKeysWith: &+)
    packetsDropped &+= other.packetsDropped
    evictedFlows &+= other.evictedFlows
    cutStreams &+= other.cutStreams
    unrecordedGuesses &+= other.unrecordedGuesses
    skipped = Array(Set(skipped + other.skipped)).sorted {
      $0.name == $1.name ? $0.reason < $1.reason : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
  }

  /// Nanoseconds without a packet that end a flow of a protocol.
  func idleTimeout(_ ipProtocol: UInt8) -> Int64 { idleTimeouts[ipProtocol] ?? idleTimeouts[0] ?? 0 }
}
